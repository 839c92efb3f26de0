#include "engine/explain.h"

#include <algorithm>
#include <array>

#include "engine/list_parents.h"
#include "sql/lexer.h"

namespace squall::engine {

namespace {

using catalogue::Handler;
using catalogue::ResourceType;

constexpr int kProgressSteps = 1000;  // SQLite's instructions between two looks
constexpr int kLooksMax = 5000;       // then the trial run has told enough: about a tenth of a second

std::string joined(const auto& parts) {
  std::string text;
  for (const auto& part : parts) text += (text.empty() ? "" : ", ") + std::string(part);
  return text;
}

void add_note(std::string& note, const std::string& more) { note += (note.empty() ? "" : "; ") + more; }

std::string plural_of(const ResourceType& type) {
  return "aws." + std::string(type.service()) + "." + std::string(type.plural());
}

// --- the trial run ---

struct Trial {
  ScanContext& context;
  int looks = 0;
  std::uint64_t rows = 0;
  bool whole = true;  // it came to its end
};

int look(void* raw) {
  auto& trial = *static_cast<Trial*>(raw);
  if (trial.context.stop.stop_requested()) return 1;
  trial.whole = ++trial.looks < kLooksMax;
  return trial.whole ? 0 : 1;
}

// Steps through the statement; what it would change in local tables is undone. An error of a table is in the context.
Status try_out(sqlite::Connection& connection, sqlite::Statement& statement, Trial& trial) {
  const bool changes = sqlite3_stmt_readonly(statement.handle()) == 0;
  if (changes) TRY(connection.run("SAVEPOINT squall_explain"));
  sqlite3_progress_handler(connection.handle(), kProgressSteps, look, &trial);
  Status outcome;
  while (outcome) {
    const auto row = statement.step();
    if (!row) outcome = row.error();
    if (!row || !*row) break;
    ++trial.rows;
  }
  statement.reset();
  sqlite3_progress_handler(connection.handle(), 0, nullptr, nullptr);
  if (changes) TRY(connection.run("ROLLBACK TO squall_explain; RELEASE squall_explain"));
  return trial.whole ? outcome : Status();
}

// --- the rows ---

class Explainer {
 public:
  Explainer(const ScanContext& context, bool whole) : context_(context), whole_(whole) {}

  Status add(const RecordedScan& scan) {
    if (scan.shape == nullptr) return add_named(scan);
    const ResourceType& type = scan.shape->table.type;
    const std::string regions = TRY(regions_of(scan));
    const bool get = scan.plan.operation == ScanPlan::Operation::get;
    if (scan.plan.walks_parents) add_parents(type, scan, regions);
    ExplainRow row{.operation = get ? "GetResource" : "ListResources",
                   .resource = scan.shape->name,
                   .regions = regions,
                   .permissions = permissions_text(type, get ? Handler::read : Handler::list),
                   .note = note_of(scan)};
    row.calls_min = scan.plan.walks_parents ? 0 : scan.requests.size();
    row.calls_max = calls_max(scan);
    rows_.push_back(std::move(row));
    add_details(scan, regions);
    first_ = false;
    return {};
  }

  std::vector<ExplainRow> take() { return std::move(rows_); }

 private:
  // A scan of a table of aws.cloud_control. Of another type than those we know, only Cloud Control's own permission is told.
  Status add_named(const RecordedScan& scan) {
    ExplainRow row{.operation = scan.call,
                   .resource = scan.name,
                   .regions = TRY(regions_of(scan)),
                   .calls_min = scan.requests.size(),
                   .calls_max = calls_max(scan),
                   .permissions = "cloudformation:" + scan.call,
                   .note = note_of(scan)};
    if (const auto type = context_.catalogue.find_type(scan.type_name)) {
      const bool get = scan.plan.operation == ScanPlan::Operation::get;
      row.permissions = permissions_text(*type, get ? Handler::read : Handler::list);
    }
    rows_.push_back(std::move(row));
    first_ = false;
    return {};
  }

  // What the trial run saw; else the constant of the statement, or the default where no term gives one.
  Result<std::string> regions_of(const RecordedScan& scan) const {
    if (!scan.regions.empty()) return joined(scan.regions);
    if (scan.region_given) return scan.region;
    const auto of_session = [this] { return default_region(context_); };
    if (scan.shape != nullptr) return region_by_default(scan.shape->table.type, of_session);
    const auto type = context_.catalogue.find_type(scan.type_name);
    return type ? region_by_default(*type, of_session) : of_session();
  }

  // Nothing is entered before the first scan, so what it does does not depend on answers.
  std::optional<std::uint64_t> calls_max(const RecordedScan& scan) const {
    const bool known = whole_ && first_;
    if (known && scan.requests.empty()) return 0;
    if (scan.plan.operation == ScanPlan::Operation::list) return std::nullopt;
    if (known) return scan.requests.size();
    if (scan.constant) return 1;
    return std::nullopt;
  }

  std::string note_of(const RecordedScan& scan) const {
    std::string note;
    if (!scan.sent.empty()) add_note(note, "sent: " + joined(scan.sent));
    if (!scan.filtered.empty()) add_note(note, "filtered here: " + joined(scan.filtered));
    if (!first_ && scan.requests.empty() && !scan.constant) add_note(note, "for what the steps before find");
    if (scan.plan.walks_parents) add_note(note, "one list for each parent");
    if (scan.plan.operation == ScanPlan::Operation::list && !scan.plan.walks_parents) add_note(note, "one call a page");
    if (scan.plan.limited) add_note(note, "LIMIT may end it early");
    return note;
  }

  void add_details(const RecordedScan& scan, const std::string& regions) {
    static const std::set<std::string> kUnknown;
    const auto read = context_.facts.columns_read.find(scan.shape->name);
    const auto wanted =
        wanted_details(*scan.shape, scan.plan, read == context_.facts.columns_read.end() ? kUnknown : read->second);
    if (wanted.empty()) return;
    ExplainRow row{.operation = "GetResource",
                   .resource = scan.shape->name,
                   .regions = regions,
                   .calls_min = 0,
                   .calls_max = calls_max(scan) == 0U ? calls_max(scan) : std::nullopt,
                   .permissions = permissions_text(scan.shape->table.type, Handler::read),
                   .note = "details of each resource whose list lacks one of: " + joined(wanted)};
    rows_.push_back(std::move(row));
  }

  // The lists of parents, those of their own parents first.
  void add_parents(const ResourceType& child, const RecordedScan& scan, const std::string& regions) {
    std::set<std::string> seen{std::string(child.name())};
    std::vector<std::string> given;
    for (const PlanInput& input : scan.plan.inputs) given.push_back(scan.shape->columns[input.column].key);
    add_parents_of(child, given, scan, regions, seen);
  }

  void add_parents_of(const ResourceType& child, const std::vector<std::string>& given, const RecordedScan& scan,
                      const std::string& regions, std::set<std::string>& seen) {
    for (const ListKey& key : list_keys_of(child)) {
      if (std::find(given.begin(), given.end(), key.name) != given.end()) continue;
      for (const ListKey::Source& source : key.sources) {
        const auto parent = context_.catalogue.find_type(source.type);
        if (!parent || !seen.insert(source.type).second) continue;
        const std::size_t before = rows_.size();
        add_parents_of(*parent, {}, scan, regions, seen);
        ExplainRow row{.operation = "ListResources",
                       .resource = plural_of(*parent),
                       .regions = regions,
                       .calls_min = rows_.size() == before ? scan.regions.size() : 0,
                       .permissions = permissions_text(*parent, Handler::list),
                       .note = "parents of " + plural_of(child)};
        rows_.push_back(row);
        if (source.in_identifier) continue;
        row.operation = "GetResource";
        row.calls_min = 0;
        row.permissions = permissions_text(*parent, Handler::read);
        row.note = "of each parent whose list lacks " + source.property;
        rows_.push_back(std::move(row));
      }
    }
  }

  const ScanContext& context_;
  const bool whole_;
  bool first_ = true;
  std::vector<ExplainRow> rows_;
};

}  // namespace

namespace {

// The first words of a statement.
std::vector<sql::Token> first_words(std::string_view source, std::size_t count) {
  std::vector<sql::Token> words;
  for (const sql::Token& token : sql::tokenize(source)) {
    if (token.kind == sql::TokenKind::space || token.kind == sql::TokenKind::comment) continue;
    words.push_back(token);
    if (words.size() == count) break;
  }
  return words;
}

bool asks_query_plan(const std::vector<sql::Token>& words, std::string_view source) {
  return words.size() >= 3 && sql::is_keyword(words[0], source, "explain") &&
         sql::is_keyword(words[1], source, "query") && sql::is_keyword(words[2], source, "plan");
}

}  // namespace

std::optional<std::string_view> explained_statement(std::string_view source) {
  const auto words = first_words(source, 3);
  if (words.empty() || !sql::is_keyword(words[0], source, "explain") || asks_query_plan(words, source))
    return std::nullopt;
  return source.substr(words.size() > 1 ? words[1].begin : source.size());
}

std::optional<std::string_view> query_plan_statement(std::string_view source) {
  const auto words = first_words(source, 4);
  if (!asks_query_plan(words, source) || words.size() < 4) return std::nullopt;
  return source.substr(words[3].begin);
}

std::string permissions_text(const ResourceType& type, Handler handler) {
  constexpr std::array<std::pair<Handler, std::string_view>, 5> kOperations = {{
      {Handler::create, "CreateResource"},
      {Handler::read, "GetResource"},
      {Handler::update, "UpdateResource"},
      {Handler::delete_, "DeleteResource"},
      {Handler::list, "ListResources"},
  }};
  std::string text = "cloudformation:";
  for (const auto& [each, operation] : kOperations) text += each == handler ? operation : std::string_view();
  for (std::string_view permission : type.permissions(handler)) text += ", " + std::string(permission);
  return text;
}

Result<std::vector<ExplainRow>> explain_scans(sqlite::Connection& connection, ScanContext& context,
                                              ScanRecorder& recorder, const std::string& sql,
                                              const std::function<Status(sqlite::Statement&)>& bind) {
  recorder.begin();
  std::vector<std::string> plans;
  auto program = TRY(connection.prepare("EXPLAIN " + sql));
  while (TRY(program.step())) {
    if (program.text(1) != "VFilter" || recorder.find(program.text(5)) == nullptr) continue;
    plans.emplace_back(program.text(5));
  }
  if (plans.empty() && !recorder.count_rows) return std::vector<ExplainRow>();
  program = {};
  recorder.begin();
  auto statement = TRY(connection.prepare(sql));
  TRY(bind(statement));
  Trial trial{context};
  TRY(try_out(connection, statement, trial));
  if (plans.empty() && trial.whole && !recorder.left_out) recorder.rows = trial.rows;
  Explainer explainer(context, trial.whole && !recorder.left_out);
  for (const std::string& plan : plans) {
    if (const RecordedScan* scan = recorder.find(plan)) TRY(explainer.add(*scan));
  }
  return explainer.take();
}

Status print_explained(const std::vector<ExplainRow>& rows, RowSink& sink) {
  constexpr DataType kText = DataType::string;
  constexpr DataType kCount = DataType::integer;
  const std::array<ResultColumn, 8> columns = {{{"step", kCount},
                                                {"operation", kText},
                                                {"resource", kText},
                                                {"regions", kText},
                                                {"calls_min", kCount},
                                                {"calls_max", kCount},
                                                {"permissions", kText},
                                                {"note", kText}}};
  const auto text = [](const std::string& value) {
    return value.empty() ? Value::null() : Value::of(std::string_view(value));
  };
  const auto count = [](const std::optional<std::uint64_t>& value) {
    return value ? Value::of(static_cast<std::int64_t>(*value)) : Value::null();
  };
  TRY(sink.begin(columns));
  std::int64_t step = 0;
  for (const ExplainRow& row : rows) {
    TRY(sink.row(std::array<Value, 8>{Value::of(++step), text(row.operation), text(row.resource), text(row.regions),
                                      count(row.calls_min), count(row.calls_max), text(row.permissions),
                                      text(row.note)}));
  }
  return sink.end();
}

}  // namespace squall::engine
