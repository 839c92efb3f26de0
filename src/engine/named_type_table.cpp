#include "engine/named_type_table.h"

#include <algorithm>
#include <array>
#include <memory>

#include "base/ascii.h"
#include "base/json_text.h"
#include "engine/call_errors.h"
#include "engine/cell_values.h"
#include "engine/named_tables.h"
#include "engine/request_builder.h"
#include "engine/request_cells.h"
#include "engine/scan_recorder.h"

namespace squall::engine {

namespace {

struct Aux {
  ScanContext& context;
  const NamedTable& table;
};

struct Table : sqlite3_vtab {
  Aux* aux = nullptr;
};

Aux& aux_of(sqlite3_vtab* table) { return *static_cast<Table*>(table)->aux; }

// --- xBestIndex ---

bool is_equality(sqlite3_index_info* info, int i) {
  if (info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ) return false;
  // Another collation accepts values that a cloud's equality would not.
  const char* collation = sqlite3_vtab_collation(info, i);
  return collation != nullptr && equal_ignoring_case(collation, "BINARY");
}

// A term of one of the columns that mean the same; -1: none.
int term_of(const NamedTable& table, sqlite3_index_info* info, NamedRole role) {
  for (int i = 0; i < info->nConstraint; ++i) {
    const auto& term = info->aConstraint[i];
    if (term.usable != 0 && term.iColumn >= 0 && table.columns[static_cast<std::size_t>(term.iColumn)].role == role &&
        is_equality(info, i))
      return i;
  }
  return -1;
}

bool has_unusable_term(const sqlite3_index_info* info) {
  for (int i = 0; i < info->nConstraint; ++i) {
    if (info->aConstraint[i].usable == 0) return true;
  }
  return false;
}

int refuse(sqlite3_vtab* table, const std::string& message) {
  sqlite3_free(table->zErrMsg);
  table->zErrMsg = sqlite3_mprintf("%s", message.c_str());
  return SQLITE_ERROR;
}

std::string missing_input(const NamedTable& table, NamedRole role) {
  const std::string column = table.column_of(role);
  const char* example = role == NamedRole::type_name    ? "'AWS::S3::Bucket'"
                        : role == NamedRole::identifier ? "'<identifier>'"
                                                        : "'<RequestToken>'";
  return std::string(table.name) + " needs " + column + "; add WHERE " + column + " = " + example;
}

// The text of a constant on the right side of a term.
std::optional<std::string> constant_of(sqlite3_index_info* info, int term) {
  sqlite3_value* value = nullptr;
  if (sqlite3_vtab_rhs_value(info, term, &value) != SQLITE_OK || value == nullptr) return std::nullopt;
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_value_text(value));
  return std::string(bytes == nullptr ? "" : bytes);
}

RecordedScan recorded(const NamedTable& table, sqlite3_index_info* info) {
  RecordedScan scan{.name = std::string(table.name), .call = table.call, .constant = true};
  scan.plan.operation = provider::reads_one(table.operation) ? ScanPlan::Operation::get : ScanPlan::Operation::list;
  for (int i = 0; i < info->nConstraint; ++i) {
    const auto& term = info->aConstraint[i];
    if (term.usable == 0 || term.iColumn < 0 || term.op == SQLITE_INDEX_CONSTRAINT_LIMIT ||
        term.op == SQLITE_INDEX_CONSTRAINT_OFFSET)
      continue;
    const NamedColumn& column = table.columns[static_cast<std::size_t>(term.iColumn)];
    const bool sent = info->aConstraintUsage[i].argvIndex > 0;
    auto& names = sent ? scan.sent : scan.filtered;
    if (std::find(names.begin(), names.end(), column.name) == names.end()) names.emplace_back(column.name);
    if (!sent) continue;
    const auto constant = constant_of(info, i);
    scan.constant = scan.constant && constant && sqlite3_vtab_in(info, i, -1) == 0;
    if (column.role == NamedRole::type_name && constant) scan.type_name = *constant;
    if (column.role != NamedRole::region) continue;
    scan.region_given = true;
    if (constant) scan.region = *constant;
  }
  return scan;
}

// The plan's text ends in one letter an argument.
int best_index(sqlite3_vtab* vtab, sqlite3_index_info* info) {
  const Aux& aux = aux_of(vtab);
  std::string text = std::string(aux.table.call) + "(";
  std::string codes;
  for (const NamedInput& input : aux.table.inputs) {
    const int term = term_of(aux.table, info, input.role);
    if (term < 0 && input.required) {
      // With the tables in another order the term may be of use.
      return has_unusable_term(info) ? SQLITE_CONSTRAINT : refuse(vtab, missing_input(aux.table, input.role));
    }
    if (term < 0) continue;
    const bool list = input.takes_list && sqlite3_vtab_in(info, term, 1) != 0;
    info->aConstraintUsage[term].argvIndex = static_cast<int>(codes.size()) + 1;
    text += (codes.empty() ? "" : ", ") + std::string(aux.table.column_of(input.role)) + (list ? " IN ?" : "=?");
    codes += list ? static_cast<char>(input.code - 'a' + 'A') : input.code;
  }
  aux.context.planned = true;
  const bool one = provider::reads_one(aux.table.operation);
  info->estimatedRows = one ? 1 : 1000;
  info->estimatedCost = one ? 100 : 1100;
  text += ") " + codes;
  if (aux.context.recorder != nullptr) text += aux.context.recorder->add(recorded(aux.table, info));
  info->idxStr = sqlite3_mprintf("%s", text.c_str());
  info->needToFreeIdxStr = 1;
  return info->idxStr == nullptr ? SQLITE_NOMEM : SQLITE_OK;
}

// --- the arguments ---

// Of a term, or of its IN list; NULL names nothing and is left out.
Result<std::vector<std::string>> values_of(sqlite3_value* argument, bool list) {
  std::vector<std::string> values;
  const auto add = [&values](sqlite3_value* value) {
    if (sqlite3_value_type(value) == SQLITE_NULL) return;
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_value_text(value));
    values.emplace_back(bytes, static_cast<std::size_t>(sqlite3_value_bytes(value)));
  };
  if (!list) {
    add(argument);
    return values;
  }
  sqlite3_value* value = nullptr;
  int code = sqlite3_vtab_in_first(argument, &value);
  for (; code == SQLITE_OK && value != nullptr; code = sqlite3_vtab_in_next(argument, &value)) add(value);
  if (code != SQLITE_DONE && code != SQLITE_OK) return internal_error("the values of an IN list could not be read");
  return values;
}

// The API's own words. Others make it refuse the call: then it is not asked to filter, and SQLite does.
bool all_are_words(NamedRole role, const std::vector<std::string>& values) {
  constexpr std::array<std::string_view, 3> kOperations = {"CREATE", "UPDATE", "DELETE"};
  constexpr std::array<std::string_view, 6> kStatuses = {"PENDING", "IN_PROGRESS",        "SUCCESS",
                                                         "FAILED",  "CANCEL_IN_PROGRESS", "CANCEL_COMPLETE"};
  const std::span<const std::string_view> words =
      role == NamedRole::operation ? std::span<const std::string_view>(kOperations) : kStatuses;
  return std::all_of(values.begin(), values.end(), [words](const std::string& value) {
    return std::find(words.begin(), words.end(), value) != words.end();
  });
}

void add_filter(std::string& filter, NamedRole role, const std::vector<std::string>& values) {
  if (!all_are_words(role, values)) return;
  std::string member = role == NamedRole::operation ? "\"Operations\":[" : "\"OperationStatuses\":[";
  for (const std::string& value : values) member += (&value == &values.front() ? "" : ",") + json_quote(value);
  filter = (filter.empty() ? "{" : filter.substr(0, filter.size() - 1) + ",") + member + "]}";
}

// --- the cursor ---

class Cursor : public sqlite3_vtab_cursor {
 public:
  explicit Cursor(Aux& aux)
      : sqlite3_vtab_cursor{},
        table_(aux.table),
        context_(aux.context),
        event_(aux.context.catalogue, aux.table.columns) {}

  int filter(const char* plan, sqlite3_value** arguments) {
    cached_ = nullptr;
    stream_.reset();
    page_.reset();
    next_page_ = 0;
    const auto started = start(plan, arguments);
    if (!started) return fail(started.error());
    if (!*started && context_.recorder != nullptr) return SQLITE_OK;
    if (!*started) return context_.rounds != nullptr && context_.rounds->full() ? SQLITE_ABORT : SQLITE_OK;
    return advance();
  }

  int next() {
    if (++entry_ < page_->entries.size()) return reach_row();
    return advance();
  }

  bool eof() const { return page_ == nullptr; }

  int column(sqlite3_context* out, std::size_t index) {
    const auto& entry = page_->entries[entry_];
    const bool one = provider::reads_one(request_.operation);
    switch (table_.columns[index].role) {
      case NamedRole::type_name: set_text(out, request_.type_name); break;
      // What was asked for, so that SQLite's own check of the term holds.
      case NamedRole::token:
      case NamedRole::identifier: set_text(out, one ? std::string_view(request_.identifier) : entry.identifier); break;
      case NamedRole::properties: set_json(out, entry.properties); break;
      case NamedRole::region: set_text(out, page_->region); break;
      case NamedRole::model: set_text(out, request_.resource_model); break;
      case NamedRole::profile: set_text(out, request_.profile); break;
      case NamedRole::operation:
      case NamedRole::status:
      case NamedRole::event:
        if (auto status = event_.column(out, index); !status) return fail(std::move(status).error());
    }
    return SQLITE_OK;
  }

  sqlite3_int64 rowid() const {
    const std::string name = request_.profile + '\n' + page_->region + '\n' + request_.type_name + '\n' +
                             std::string(page_->entries[entry_].identifier);
    return static_cast<sqlite3_int64>(std::hash<std::string>{}(name) >> 1U);
  }

 private:
  int fail(Error error) {
    page_ = nullptr;
    context_.error = std::move(error);
    return SQLITE_ERROR;
  }

  // False: nothing to read, or not there yet.
  Result<bool> start(const char* plan, sqlite3_value** arguments) {
    request_ = {.operation = table_.operation};
    const std::string_view text(plan);
    const std::string_view codes = text.substr(text.rfind(' ') + 1);
    for (char code : codes.substr(0, codes.find('#'))) {
      if (!TRY(take(code, *arguments++))) return false;
    }
    if (request_.region.empty()) request_.region = TRY(region());
    if (context_.recorder != nullptr) {
      context_.recorder->enter(plan, request_);
      return false;
    }
    request_.meter = meter_of(context_, request_.type_name.empty() ? std::string(table_.name) : request_.type_name);
    if (context_.rounds == nullptr) {
      stream_ = TRY(start_scan(context_, request_));
      return true;
    }
    const auto entries = TRY(context_.rounds->fetch({&request_, 1}, context_.stop));
    if (!entries) return false;
    cached_ = entries->front();
    if (cached_->error) TRY(raise_or_note(*cached_->error));
    return true;
  }

  // One argument of the plan. False: it lets no row through.
  Result<bool> take(char code, sqlite3_value* argument) {
    const NamedInput* input = table_.input_of(code);
    if (input == nullptr) return internal_error("a plan with an unknown argument");
    std::vector<std::string> values = TRY(values_of(argument, code != input->code));
    if (values.empty()) return false;
    std::string& value = values.front();
    switch (input->role) {
      case NamedRole::type_name: request_.type_name = std::move(value); return !request_.type_name.empty();
      case NamedRole::token:
      case NamedRole::identifier: request_.identifier = std::move(value); return !request_.identifier.empty();
      case NamedRole::region: request_.region = std::move(value); break;
      case NamedRole::model: request_.resource_model = std::move(value); break;
      case NamedRole::profile: request_.profile = std::move(value); break;
      default: add_filter(request_.request_filter, input->role, values);
    }
    return true;
  }

  Result<std::string> region() const {
    const auto of_session = [this] { return default_region(context_); };
    const auto type = context_.catalogue.find_type(request_.type_name);
    return type ? region_by_default(*type, of_session) : of_session();
  }

  int reach_row() {
    if (provider::reads_requests(request_.operation)) event_.set_row(page_->entries[entry_].properties);
    return SQLITE_OK;
  }

  int advance() {
    entry_ = 0;
    do {
      auto page = next_page();
      if (!page) return fail(std::move(page).error());
      page_ = std::move(page).value();
    } while (page_ != nullptr && page_->entries.empty());
    return page_ == nullptr ? SQLITE_OK : reach_row();
  }

  Result<provider::ResourcePagePtr> next_page() {
    if (cached_ != nullptr)
      return next_page_ < cached_->pages.size() ? cached_->pages[next_page_++] : provider::ResourcePagePtr();
    auto page = stream_->next(context_.stop);
    if (page || page.error().kind == ErrorKind::interrupted) return page;
    TRY(raise_or_note(page.error()));
    return provider::ResourcePagePtr();
  }

  Status raise_or_note(Error error) {
    // A run that is not the answer may have read what the answer does not need.
    if (context_.rounds != nullptr && context_.rounds->missed()) return {};
    const auto type = context_.catalogue.find_type(request_.type_name);
    error = type ? with_permissions(std::move(error), *type) : with_permissions(std::move(error));
    if (context_.settings.on_error == ErrorPolicy::fail || error.kind == ErrorKind::limit) {
      context_.failed = {error};
      return error;
    }
    const void* source = cached_ != nullptr ? static_cast<const void*>(cached_) : stream_.get();
    if (context_.reported.insert(source).second) context_.errors.push_back(std::move(error));
    return {};
  }

  const NamedTable& table_;
  ScanContext& context_;
  provider::ScanRequest request_;
  const CacheEntry* cached_ = nullptr;
  std::unique_ptr<provider::ResourceStream> stream_;
  std::size_t next_page_ = 0;
  provider::ResourcePagePtr page_;
  std::size_t entry_ = 0;
  RequestCells event_;
};

Cursor& cursor_of(sqlite3_vtab_cursor* cursor) { return *static_cast<Cursor*>(cursor); }

int connect(sqlite3* connection, void* aux, int, const char* const*, sqlite3_vtab** out, char**) {
  const int code = sqlite3_declare_vtab(connection, static_cast<Aux*>(aux)->table.declaration().c_str());
  if (code != SQLITE_OK) return code;
  auto table = std::make_unique<Table>();
  table->aux = static_cast<Aux*>(aux);
  *out = table.release();
  return SQLITE_OK;
}

int disconnect(sqlite3_vtab* table) {
  delete static_cast<Table*>(table);
  return SQLITE_OK;
}

int open(sqlite3_vtab* table, sqlite3_vtab_cursor** out) {
  *out = new Cursor(aux_of(table));
  return SQLITE_OK;
}

int close(sqlite3_vtab_cursor* cursor) {
  delete &cursor_of(cursor);
  return SQLITE_OK;
}

int filter(sqlite3_vtab_cursor* cursor, int, const char* plan, int, sqlite3_value** arguments) {
  return cursor_of(cursor).filter(plan, arguments);
}

int next(sqlite3_vtab_cursor* cursor) { return cursor_of(cursor).next(); }
int eof(sqlite3_vtab_cursor* cursor) { return cursor_of(cursor).eof() ? 1 : 0; }

int column(sqlite3_vtab_cursor* cursor, sqlite3_context* out, int index) {
  return cursor_of(cursor).column(out, static_cast<std::size_t>(index));
}

int rowid(sqlite3_vtab_cursor* cursor, sqlite3_int64* out) {
  *out = cursor_of(cursor).rowid();
  return SQLITE_OK;
}

// xCreate is null: the table is there by its module's name alone (eponymous only).
constexpr sqlite3_module kModule = {
    .iVersion = 1,
    .xCreate = nullptr,
    .xConnect = connect,
    .xBestIndex = best_index,
    .xDisconnect = disconnect,
    .xDestroy = disconnect,
    .xOpen = open,
    .xClose = close,
    .xFilter = filter,
    .xNext = next,
    .xEof = eof,
    .xColumn = column,
    .xRowid = rowid,
};

}  // namespace

bool is_named_type_table(std::string_view name) { return find_named_table(name) != nullptr; }

Status register_named_type_table(sqlite::Connection& connection, ScanContext& context, const std::string& name) {
  // On failure SQLite calls the destructor itself.
  const int code =
      sqlite3_create_module_v2(connection.handle(), name.c_str(), &kModule, new Aux{context, *find_named_table(name)},
                               [](void* old) { delete static_cast<Aux*>(old); });
  if (code != SQLITE_OK) return sqlite::error_of(connection.handle());
  return {};
}

}  // namespace squall::engine
