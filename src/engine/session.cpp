#include "engine/session.h"

#include <array>
#include <set>

#include "base/ascii.h"
#include "engine/changes/cancel.h"
#include "engine/changes/change_journal.h"
#include "engine/changes/change_statements.h"
#include "engine/changes/planner.h"
#include "engine/error_table.h"
#include "engine/exec_statement.h"
#include "engine/explain.h"
#include "engine/explain_changes.h"
#include "engine/name_errors.h"
#include "engine/named_type_table.h"
#include "engine/region_terms.h"
#include "engine/resource_table.h"
#include "engine/set_statement.h"
#include "engine/show.h"
#include "engine/statement_runner.h"
#include "engine/statement_shape.h"
#include "engine/system_module.h"
#include "engine/system_schema.h"
#include "engine/write_only_names.h"
#include "sql/lexer.h"
#include "sqlite/frozen_clock.h"

namespace squall::engine {

namespace {

// The first two words of a statement, for its kind.
struct Opening {
  sql::Token first{};
  std::string first_word;
  std::string second_word;
};

Opening opening_of(std::string_view statement) {
  Opening opening;
  int words = 0;
  for (const sql::Token& token : sql::tokenize(statement)) {
    if (token.kind == sql::TokenKind::space || token.kind == sql::TokenKind::comment) continue;
    if (token.kind != sql::TokenKind::name) break;
    if (words == 0) {
      opening.first = token;
      opening.first_word = ascii_lower(token.in(statement));
    } else {
      opening.second_word = ascii_lower(token.in(statement));
    }
    if (++words == 2) break;
  }
  return opening;
}

// Of SQLite's functions, those whose answer differs from one run of a statement to the next.
constexpr std::array<std::string_view, 5> kNondeterministic = {"random", "randomblob", "changes", "total_changes",
                                                               "last_insert_rowid"};

// SQLite's authorizer: allows everything, and notes what the statement reads and calls.
int note_facts(void* raw, int action, const char* first, const char* second, const char*, const char*) {
  auto& facts = *static_cast<StatementFacts*>(raw);
  if (action == SQLITE_READ && first != nullptr && second != nullptr) {
    facts.columns_read[ascii_lower(first)].insert(ascii_lower(second));
  } else if (action == SQLITE_FUNCTION && second != nullptr) {
    for (std::string_view name : kNondeterministic) {
      facts.nondeterministic = facts.nondeterministic || equal_ignoring_case(name, second);
    }
  } else if (action == SQLITE_RECURSIVE) {
    facts.recursive = true;
  }
  return SQLITE_OK;
}

Error interrupted_error() {
  return {.kind = ErrorKind::interrupted, .message = "interrupted; the answer is incomplete"};
}

}  // namespace

class Session::Impl {
 public:
  Impl(const catalogue::Catalogue& catalogue, provider::Provider& provider, SessionOptions options)
      : catalogue_(catalogue),
        context_{.provider = provider, .catalogue = catalogue},
        options_(std::move(options)),
        errors_(catalogue, provider, context_.stop),
        system_schema_(catalogue, provider, context_.stop),
        changes_(change_host(provider), options_.changes) {
    context_.settings = options_.settings;
    context_.results = options_.results ? options_.results : std::make_shared<ResultCache>(system_clock_);
    system_schema_.add(settings_table(context_.settings));
    system_schema_.add(changes_table(options_.changes.journal));
    system_schema_.add(errors_.table());
  }

  Status open() {
    clock_ = TRY(sqlite::FrozenClock::make());
    connection_ = TRY(sqlite::Connection::open(options_.database, clock_->vfs_name()));
    sqlite3_set_authorizer(connection_.handle(), note_facts, &context_.facts);
    return {};
  }

  Result<StatementOutcome> execute(std::string_view source, RowSink& sink, std::stop_token stop) {
    stop_ = stop;
    if (TRY(run_set_statement(source, context_.settings))) return StatementOutcome{};
    if (const auto statement = explained_statement(source)) {
      auto outcome = explain(*statement, sink, std::move(stop));
      if (outcome || !outcome.error().position) return outcome;
      Error error = std::move(outcome).error();
      *error.position += source.size() - statement->size();
      return error;
    }
    if (const auto plan = TRY(query_plan_of_change(source, sink, stop))) return *plan;
    if (const auto called = TRY(statement_of_exec(source, catalogue_))) {
      auto outcome = execute(called->text(), sink, stop);
      if (!outcome) return called->in_source(std::move(outcome).error());
      return outcome;
    }
    auto changed = changes_.execute(source, sink, stop);
    if (!changed) {
      if (!changed.error().operation.empty()) errors_.keep({changed.error()});
      return std::move(changed).error();
    }
    if (*changed) return **std::move(changed);
    return execute_read(source, sink, std::move(stop));
  }

  std::size_t collected_changes() const { return changes_.collected(); }

 private:
  // Everything but changes of resources.
  Result<StatementOutcome> execute_read(std::string_view source, RowSink& sink, std::stop_token stop) {
    const auto show = TRY(select_of_show(source, catalogue_, system_schema_.names()));
    if (!show) return execute_sql(source, sink, std::move(stop));
    if (!show->system_table.empty() && !TRY(system_schema_.register_table(connection_, show->system_table)))
      return system_schema_.unknown_table({show->system_table, 0, source.size()});
    auto outcome = execute_sql(show->text, sink, std::move(stop));
    if (!outcome) return show->in_source(std::move(outcome).error());
    return outcome;
  }

  ChangeHost change_host(provider::Provider& provider) {
    return {
        .provider = provider,
        .run =
            [this](std::string_view sql, RowSink& sink) {
              // What is changed is chosen by what is there now.
              context_.fresh_only = true;
              auto outcome = execute_sql(sql, sink, stop_);
              context_.fresh_only = false;
              return outcome;
            },
        .shape = [this](const sql::DmlStatement& statement,
                        std::string_view source) { return shape_of_target(statement, source); },
        .register_table = [this](SnapshotTable table) { return register_system_table(connection_, std::move(table)); },
        .drop_table = [this](const std::string& name) { drop_system_table(connection_, name); },
        .settings = context_.settings,
        .changed = [this](const std::string& type_name) { context_.results->forget(type_name); },
        .in_local_transaction = [this] { return sqlite3_get_autocommit(connection_.handle()) == 0; }};
  }

  Result<const TableShape*> shape_of_target(const sql::DmlStatement& statement, std::string_view source) {
    if (SystemSchema::owns(statement.table))
      return sql_error(statement.table + " shows facts; it cannot be changed")
          .at(statement.target.begin, statement.target.end - statement.target.begin);
    if (!statement.table.starts_with("aws.")) return static_cast<const TableShape*>(nullptr);
    const sql::FoldedName target{statement.table, statement.target.begin, statement.target.end};
    if (is_named_type_table(statement.table)) {
      return sql_error(statement.table + " only reads", "change a resource by the table of its type")
          .at(target.source_begin, target.source_end - target.source_begin);
    }
    TRY(register_name(target, source));
    return static_cast<const TableShape*>(&tables_.at(statement.table));
  }

  Result<StatementOutcome> execute_sql(std::string_view source, RowSink& sink, std::stop_token stop) {
    const sql::FoldedText folded = TRY(begin_statement(source, std::move(stop)));
    // Outlives the statement, which holds texts of it.
    context_.meter = std::make_shared<provider::CallMeter>();
    context_.meter->calls_max = context_.settings.max_calls;
    StatementCache cache([this](provider::ScanRequest request) { return start_scan(context_, std::move(request)); },
                         context_.settings.memory_bytes_max, context_.meter);
    context_.cache = &cache;
    sqlite::Statement statement = TRY(prepare(source, folded));
    if (!statement) return StatementOutcome{};
    TRY(bind_variables(statement, source, folded));
    auto outcome = run(statement, source, folded, sink);
    if (outcome) outcome->notices = write_only_notices(source);
    keep_errors(outcome);
    return outcome;
  }

  // Of the columns that the statement reads and names; those of a * are not named.
  std::vector<std::string> write_only_notices(std::string_view source) const {
    std::vector<std::string> notices;
    for (const auto& [table, columns] : context_.facts.columns_read) {
      const auto shape = tables_.find(table);
      if (shape == tables_.end()) continue;
      std::string notice = write_only_notice(shape->second, source, columns);
      if (!notice.empty()) notices.push_back(std::move(notice));
    }
    return notices;
  }

  // For squall.errors.
  void keep_errors(const Result<StatementOutcome>& outcome) {
    if (!context_.planned) return;
    if (outcome)
      errors_.keep(outcome->errors);
    else if (context_.failed.empty() && outcome.error().kind != ErrorKind::sql)
      errors_.keep({outcome.error()});
    else
      errors_.keep(std::exchange(context_.failed, {}));
  }

  Result<sql::FoldedText> begin_statement(std::string_view source, std::stop_token stop) {
    context_.stop = std::move(stop);
    context_.error.reset();
    context_.missing.reset();
    system_schema_.begin_statement();
    context_.meter.reset();
    context_.planned = false;
    context_.facts = {};
    context_.errors.clear();
    context_.failed.clear();
    context_.scan_meters.clear();
    context_.reported.clear();
    clock_->freeze();
    sql::FoldedText folded = sql::fold(source);
    for (const sql::FoldedName& name : folded.names) TRY(register_name(name, source));
    context_.region_terms = tables_with_region_terms(folded.text);
    return folded;
  }

  // EXPLAIN QUERY PLAN of a change of resources: SQLite's of the query inside.
  Result<std::optional<StatementOutcome>> query_plan_of_change(std::string_view source, RowSink& sink,
                                                               std::stop_token stop) {
    const auto statement = query_plan_statement(source);
    if (!statement) return std::optional<StatementOutcome>();
    const auto change = TRY(sql::frame(*statement));
    if (!change || !change->table.starts_with("aws.") || change->default_values)
      return std::optional<StatementOutcome>();
    constexpr std::string_view kExplain = "EXPLAIN QUERY PLAN ";
    const std::size_t before = source.size() - statement->size();
    const sql::ComposedText inner = sql::inner_query(*statement, *change, "1");
    auto plan = execute_sql(std::string(kExplain) + inner.text(), sink, std::move(stop));
    if (plan) return std::optional(std::move(plan).value());
    Error error = std::move(plan).error();
    if (!error.position) return error;
    *error.position -= std::min(*error.position, kExplain.size());
    error = inner.in_source(std::move(error));
    *error.position += before;
    return error;
  }

  // EXPLAIN <source>: nothing is sent.
  Result<StatementOutcome> explain(std::string_view source, RowSink& sink, std::stop_token stop) {
    if (const auto called = TRY(statement_of_exec(source, catalogue_))) {
      auto outcome = explain(called->text(), sink, std::move(stop));
      if (outcome) return outcome;
      return called->in_source(std::move(outcome).error());
    }
    ScanRecorder recorder;
    std::vector<ExplainRow> rows;
    const auto change = TRY(sql::frame(source));
    if (change && is_request_table(change->table) && change->kind == sql::DmlStatement::Kind::delete_)
      rows = {{.operation = "CancelResourceRequest",
               .resource = change->table,
               .permissions = "cloudformation:CancelResourceRequest",
               .note = "one call for each RequestToken"}};
    else if (change && change->table.starts_with("aws."))
      rows = TRY(explain_change(source, *change, recorder, std::move(stop)));
    else
      rows = TRY(explain_query(source, recorder, std::move(stop)));
    TRY(print_explained(rows, sink));
    return StatementOutcome{.has_rows = true};
  }

  Result<std::vector<ExplainRow>> explain_change(std::string_view source, const sql::DmlStatement& change,
                                                 ScanRecorder& recorder, std::stop_token stop) {
    const catalogue::Table& table = TRY(shape_of_target(change, source))->table;
    recorder.count_rows = true;
    recorder.rows = 1;
    std::vector<ExplainRow> rows;
    const PlanInputs inputs{.source = source,
                            .statement = change,
                            .shape = *TRY(shape_of_target(change, source)),
                            .options = options_.changes,
                            .settings = context_.settings,
                            .provider = context_.provider,
                            .meter = {},
                            .stop = stop};
    const bool patches = change.kind == sql::DmlStatement::Kind::update && sets_patch(inputs);
    if (patches || change.kind == sql::DmlStatement::Kind::delete_) {
      if (const auto direct = query_without_read(inputs)) return explain_direct_change(*direct, change, table, stop);
    }
    if (!change.default_values) {
      const sql::ComposedText inner = sql::inner_query(source, change, "1");
      auto reads = explain_query(inner.text(), recorder, std::move(stop));
      if (!reads) return inner.in_source(std::move(reads).error());
      rows = std::move(reads).value();
    }
    const std::string region = TRY(region_by_default(table.type, [this] { return default_region(context_); }));
    const ChangeRows changes{.count = recorder.rows, .regions = region, .reads_state = !patches};
    add_changes(rows, change, table, changes);
    return rows;
  }

  // The resources are named outright: the query that tells them asks nobody.
  Result<std::vector<ExplainRow>> explain_direct_change(const sql::ComposedText& query, const sql::DmlStatement& change,
                                                        const catalogue::Table& table, std::stop_token stop) {
    RowBuffer named;
    auto told = execute_sql(query.text(), named, std::move(stop));
    if (!told) return query.in_source(std::move(told).error());
    std::set<std::string> regions;
    for (const auto& row : named.rows()) {
      regions.insert(row[1].is_null() ? TRY(region_by_default(table.type, [this] { return default_region(context_); }))
                                      : row[1].as_text());
    }
    ChangeRows changes{.count = named.rows().size(), .is_exact = true};
    for (const std::string& region : regions) changes.regions += (changes.regions.empty() ? "" : ", ") + region;
    std::vector<ExplainRow> rows;
    add_changes(rows, change, table, changes);
    return rows;
  }

  Result<std::vector<ExplainRow>> explain_query(std::string_view source, ScanRecorder& recorder, std::stop_token stop) {
    const sql::FoldedText folded = TRY(begin_statement(source, std::move(stop)));
    context_.recorder = &recorder;
    system_schema_.leave_out_provider(&recorder.left_out);
    auto rows = scans_of(source, folded, recorder);
    system_schema_.leave_out_provider(nullptr);
    context_.recorder = nullptr;
    return rows;
  }

  Result<std::vector<ExplainRow>> scans_of(std::string_view source, const sql::FoldedText& folded,
                                           ScanRecorder& recorder) {
    // Tells what is wrong with it as the statement itself would, and registers what views hide.
    if (!TRY(prepare(source, folded))) return sql_error("EXPLAIN needs a statement").at(0);
    recorder.rows.reset();
    auto rows = explain_scans(connection_, context_, recorder, folded.text,
                              [&](sqlite::Statement& statement) { return bind_variables(statement, source, folded); });
    if (!rows) return step_error(std::move(rows).error(), source, folded);
    return rows;
  }

  Status register_name(const sql::FoldedName& name, std::string_view source) {
    if (tables_.count(name.name) != 0) return {};
    if (SystemSchema::owns(name.name)) {
      if (!TRY(system_schema_.register_table(connection_, name.name))) return system_schema_.unknown_table(name);
      return {};
    }
    if (is_named_type_table(name.name)) {
      if (named_types_.contains(name.name)) return {};
      TRY(register_named_type_table(connection_, context_, name.name));
      named_types_.insert(name.name);
      return {};
    }
    if (!register_by_name(name.name)) return unknown_table_error(catalogue_, name, source);
    return {};
  }

  // False: the catalogue has no such table.
  bool register_by_name(const std::string& name) {
    if (SystemSchema::owns(name)) {
      if (system_schema_.is_registered(name)) return false;
      const auto registered = system_schema_.register_table(connection_, name);
      return registered.ok() && *registered;
    }
    if (!name.starts_with("aws.")) return false;
    if (is_named_type_table(name)) {
      return named_types_.insert(name).second && register_named_type_table(connection_, context_, name).ok();
    }
    const auto dot = name.find('.', 4);
    if (dot == std::string::npos) return false;
    const auto table =
        catalogue_.find_table(std::string_view(name).substr(4, dot - 4), std::string_view(name).substr(dot + 1));
    if (!table) return false;
    TableShape shape = shape_of(*table, name);
    const auto [kept, added] = tables_.emplace(name, shape);
    (void)kept;
    if (!added) return false;
    return register_table(connection_, context_, std::move(shape)).ok();
  }

  Result<sqlite::Statement> prepare(std::string_view source, const sql::FoldedText& folded) {
    while (true) {
      auto statement = connection_.prepare(folded.text);
      if (statement) return statement;
      Error error = std::move(statement).error();
      // A stored view hides names from folding: SQLite tells which one it misses.
      if (register_missing(error.message)) continue;
      if (context_.missing && error.message.find("no query solution") != std::string::npos)
        return missing_error(folded);
      return translate_sqlite_error(std::move(error), described(source, folded), connection_);
    }
  }

  bool register_missing(std::string_view message) {
    constexpr std::string_view kPrefix = "no such table: ";
    if (!message.starts_with(kPrefix)) return false;
    message.remove_prefix(kPrefix.size());
    for (std::string_view schema : {"main.", "temp."}) {
      if (message.starts_with(schema)) message.remove_prefix(schema.size());
    }
    const std::string name = ascii_lower(message);
    return tables_.count(name) == 0 && register_by_name(name);
  }

  Error missing_error(const sql::FoldedText& folded) const {
    const auto& missing = *context_.missing;
    Error error = missing_parameters_error(*missing.shape, missing.parameters);
    for (const sql::FoldedName& name : folded.names) {
      if (name.name != missing.shape->name) continue;
      return std::move(error).at(name.source_begin, name.source_end - name.source_begin);
    }
    return error;
  }

  FoldedStatement described(std::string_view source, const sql::FoldedText& folded) const {
    FoldedStatement statement{.source = source, .folded = folded, .tables = {}};
    for (const sql::FoldedName& name : folded.names) {
      if (const auto table = tables_.find(name.name); table != tables_.end())
        statement.tables.push_back(&table->second);
    }
    return statement;
  }

  Status bind_variables(sqlite::Statement& statement, std::string_view source, const sql::FoldedText&) {
    const int count = sqlite3_bind_parameter_count(statement.handle());
    for (int i = 1; i <= count; ++i) {
      const char* name = sqlite3_bind_parameter_name(statement.handle(), i);
      const auto variable = name == nullptr ? options_.variables.end() : options_.variables.find(name + 1);
      if (variable == options_.variables.end()) {
        Error error = sql_error("the parameter " + std::string(name == nullptr ? "?" : name) + " has no value",
                                name == nullptr ? "write :name and give --var name=value"
                                                : "give --var " + std::string(name + 1) + "=value");
        for (const sql::Token& token : sql::tokenize(source)) {
          if (token.kind != sql::TokenKind::parameter || (name != nullptr && token.in(source) != name)) continue;
          return std::move(error).at(token.begin, token.end - token.begin);
        }
        return error;
      }
      TRY(statement.bind(i, std::string_view(variable->second)));
    }
    return {};
  }

  Result<StatementOutcome> run(sqlite::Statement& statement, std::string_view source, const sql::FoldedText& folded,
                               RowSink& sink) {
    StatementOutcome outcome;
    const int columns = statement.column_count();
    outcome.has_rows = columns > 0;
    const std::string word = opening_of(source).first_word;
    const bool reads_only = sqlite3_stmt_readonly(statement.handle()) != 0;
    outcome.is_change = !reads_only && (word == "insert" || word == "update" || word == "delete" || word == "replace" ||
                                        word == "with");
    if (outcome.has_rows) TRY(sink.begin(result_columns(statement)));
    StatementRunner runner(connection_, context_, options_.rounds);
    const bool rounds = TRY(needs_rounds(statement, folded));
    const auto done = rounds ? runner.run_in_rounds(statement, sink) : runner.run_once(statement, sink);
    if (!done) return step_error(done.error(), source, folded);
    if (outcome.has_rows) TRY(sink.end());
    if (outcome.is_change) outcome.changed = connection_.changes();
    outcome.errors = std::exchange(context_.errors, {});
    outcome.calls = context_.meter->calls;
    outcome.pages = context_.meter->pages;
    outcome.listed = context_.meter->resources;
    for (const auto& [resource, meter] : context_.scan_meters) {
      outcome.scans.push_back({.resource = resource,
                               .calls = meter->calls,
                               .pages = meter->pages,
                               .resources = meter->resources,
                               .throttled = meter->throttled,
                               .retried = meter->retried,
                               .waited = std::chrono::microseconds(meter->waited_us),
                               .bytes = meter->bytes});
    }
    return outcome;
  }

  // One scan streams; several, or one that is entered again and again, share a cache.
  Result<bool> needs_rounds(const sqlite::Statement& statement, const sql::FoldedText& folded) {
    if (!context_.planned || sqlite3_stmt_isexplain(statement.handle()) != 0) return false;
    const StatementShape shape = TRY(shape_of_statement(connection_, folded.text));
    return shape.scans > 0 && !shape.streams();
  }

  // More calls may be needed than the first ones beyond the bound: what they would have told is not known.
  Error too_many_calls_error() const {
    const provider::CallMeter& meter = *context_.meter;
    return {.kind = ErrorKind::limit,
            .message = "the statement needs at least " + std::to_string(meter.calls + meter.refused) +
                       " calls, and --max-calls allows " + std::to_string(meter.calls_max),
            .hint = "narrow it with WHERE, use fewer columns, or allow more"};
  }

  Error step_error(Error error, std::string_view source, const sql::FoldedText& folded) {
    if (context_.stop.stop_requested()) return interrupted_error();
    if (context_.meter != nullptr && context_.meter->refused > 0) return too_many_calls_error();
    if (context_.error) return *std::exchange(context_.error, std::nullopt);
    return translate_sqlite_error(std::move(error), described(source, folded), connection_);
  }

  static std::vector<ResultColumn> result_columns(const sqlite::Statement& statement) {
    std::vector<ResultColumn> columns;
    for (int i = 0; i < statement.column_count(); ++i) {
      const char* declared = sqlite3_column_decltype(statement.handle(), i);
      columns.push_back({.name = sql::unfold(sqlite3_column_name(statement.handle(), i)),
                         .type = declared == nullptr ? DataType::any : datatype_of_declared(declared)});
    }
    return columns;
  }

  const catalogue::Catalogue& catalogue_;
  ScanContext context_;
  SessionOptions options_;
  const SystemClock system_clock_;
  ErrorTable errors_;
  SystemSchema system_schema_;
  std::map<std::string, TableShape> tables_;  // registered, by name
  std::set<std::string> named_types_;         // aws.cloud_control.*, registered
  ChangeStatements changes_;
  std::stop_token stop_;  // of the statement that runs
  std::unique_ptr<sqlite::FrozenClock> clock_;
  sqlite::Connection connection_;  // last: its tables point into the members above
};

Session::Session(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Session::~Session() = default;

Result<std::unique_ptr<Session>> Session::open(const catalogue::Catalogue& catalogue, provider::Provider& provider,
                                               SessionOptions options) {
  auto impl = std::make_unique<Impl>(catalogue, provider, std::move(options));
  TRY(impl->open());
  return std::unique_ptr<Session>(new Session(std::move(impl)));
}

std::size_t Session::collected_changes() const { return impl_->collected_changes(); }

Result<StatementOutcome> Session::execute(std::string_view statement, RowSink& sink, std::stop_token stop) {
  return impl_->execute(statement, sink, std::move(stop));
}

}  // namespace squall::engine
