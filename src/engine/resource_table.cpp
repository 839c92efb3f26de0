#include "engine/resource_table.h"

#include <charconv>
#include <deque>

#include "base/ascii.h"
#include "base/json_text.h"
#include "engine/request_builder.h"
#include "engine/row_cells.h"

namespace squall::engine {

namespace {

constexpr std::size_t kScansAhead = 64;     // requests of one scan that are started before they are needed
constexpr unsigned int kJsonSubtype = 'J';  // what SQLite's JSON functions know JSON text by

struct Aux {
  ScanContext& context;
  TableShape shape;
};

struct Table : sqlite3_vtab {
  Aux* aux;
};

Table& table_of(sqlite3_vtab* table) { return *static_cast<Table*>(table); }

// --- xColumn's values ---

void set_number(sqlite3_context* out, std::string_view raw) {
  std::int64_t integer = 0;
  const auto whole = std::from_chars(raw.data(), raw.data() + raw.size(), integer);
  if (whole.ec == std::errc() && whole.ptr == raw.data() + raw.size()) return sqlite3_result_int64(out, integer);
  double real = 0;
  std::from_chars(raw.data(), raw.data() + raw.size(), real);
  sqlite3_result_double(out, real);
}

void set_text(sqlite3_context* out, std::string_view text) {
  // Transient: pages are recycled while SQLite may still hold the value (min() and max() do).
  sqlite3_result_text64(out, text.empty() ? "" : text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

void set_json(sqlite3_context* out, std::string_view raw) {
  switch (raw.empty() ? 'n' : raw.front()) {
    case 'n': return sqlite3_result_null(out);
    case 't': return sqlite3_result_int(out, 1);
    case 'f': return sqlite3_result_int(out, 0);
    case '"':
      if (raw.find('\\') == std::string_view::npos) return set_text(out, raw.substr(1, raw.size() - 2));
      return set_text(out, json_unquote(raw));
    case '[':
    case '{': set_text(out, raw); return sqlite3_result_subtype(out, kJsonSubtype);
    default: return set_number(out, raw);
  }
}

// A part of an identifier is text; it is shown as its property's type.
void set_typed(sqlite3_context* out, std::string_view text, DataType type) {
  if (type == DataType::integer || type == DataType::number) return set_number(out, text);
  if (type == DataType::boolean)
    return sqlite3_result_int(out, equal_ignoring_case(text, "true") || text == "1" ? 1 : 0);
  set_text(out, text);
}

// --- the cursor ---

class Cursor : public sqlite3_vtab_cursor {
 public:
  explicit Cursor(Aux& aux) : aux_(aux), cells_(aux.shape.table.type) {}

  int filter(const char* plan_text, std::span<sqlite3_value*> arguments) {
    reset();
    const auto plan = ScanPlan::decode(plan_text == nullptr ? "" : plan_text);
    if (!plan) return fail(internal_error("a scan without a plan"));
    auto requests = build_requests(aux_.shape, *plan, arguments, aux_.context.provider);
    if (!requests) return fail(std::move(requests).error());
    requests_ = std::move(requests).value();
    return advance_page();
  }

  int next() {
    ++row_;
    ++entry_;
    if (page_ != nullptr && entry_ < page_->entries.size()) {
      show_entry();
      return SQLITE_OK;
    }
    return advance_page();
  }

  bool eof() const { return page_ == nullptr; }
  sqlite3_int64 row() const { return row_; }

  int column(sqlite3_context* out, std::size_t index) {
    const TableColumn& column = aux_.shape.columns[index];
    const PlannedRequest& request = requests_[current_];
    // A parameter reads as what it was asked for, so that SQLite's own check of the term holds.
    if (const auto* given = request.given(index); given != nullptr && column.role != ColumnRole::property) {
      set_text(out, *given);
      return SQLITE_OK;
    }
    switch (column.role) {
      case ColumnRole::region: set_text(out, page_->region); break;
      case ColumnRole::identifier: set_text(out, page_->entries[entry_].identifier); break;
      case ColumnRole::property: return property(out, column, index, request);
      case ColumnRole::list_key:
      case ColumnRole::profile:
      case ColumnRole::account_id:
      case ColumnRole::parameter: sqlite3_result_null(out); break;
    }
    return SQLITE_OK;
  }

 private:
  void reset() {
    requests_.clear();
    streams_.clear();
    page_ = nullptr;
    current_ = started_ = 0;
    entry_ = 0;
  }

  int fail(Error error) {
    page_ = nullptr;
    aux_.context.error = std::move(error);
    return SQLITE_ERROR;
  }

  void show_entry() { cells_.set_row(page_->entries[entry_].properties); }

  Status start_ahead() {
    while (started_ < requests_.size() && started_ < current_ + kScansAhead) {
      streams_.push_back(TRY(aux_.context.provider.scan(requests_[started_].scan)));
      ++started_;
    }
    return {};
  }

  // The next page with an entry, of this request or one behind it.
  int advance_page() {
    page_ = nullptr;
    while (current_ < requests_.size()) {
      if (auto started = start_ahead(); !started) return fail(std::move(started).error());
      auto page = streams_.front()->next(aux_.context.stop);
      if (!page) return fail(std::move(page).error());
      if (*page == nullptr) {
        streams_.pop_front();
        ++current_;
        continue;
      }
      if ((*page)->entries.empty()) continue;
      page_ = std::move(page).value();
      entry_ = 0;
      show_entry();
      return SQLITE_OK;
    }
    return SQLITE_OK;
  }

  int property(sqlite3_context* out, const TableColumn& column, std::size_t index, const PlannedRequest& request) {
    const auto raw = cells_.raw(column.property);
    if (!raw) return fail(raw.error());
    if (!raw->empty()) {
      set_json(out, *raw);
      return SQLITE_OK;
    }
    const auto part = identifier_part(aux_.shape.table.type, page_->entries[entry_].identifier, column.key);
    if (part) {
      set_typed(out, *part, column.type);
    } else if (const auto* key = request.model_value(column.key)) {
      set_typed(out, *key, column.type);
    } else {
      sqlite3_result_null(out);
    }
    (void)index;
    return SQLITE_OK;
  }

  Aux& aux_;
  RowCells cells_;
  std::vector<PlannedRequest> requests_;
  std::deque<std::unique_ptr<provider::ResourceStream>> streams_;  // of requests_[current_] on
  std::size_t current_ = 0;
  std::size_t started_ = 0;
  provider::ResourcePagePtr page_;
  std::size_t entry_ = 0;
  sqlite3_int64 row_ = 0;
};

Cursor& cursor_of(sqlite3_vtab_cursor* cursor) { return *static_cast<Cursor*>(cursor); }

// --- xBestIndex ---

std::vector<Constraint> offered_constraints(sqlite3_index_info* info) {
  std::vector<Constraint> constraints;
  for (int i = 0; i < info->nConstraint; ++i) {
    const auto& term = info->aConstraint[i];
    Constraint constraint{.column = term.iColumn < 0 ? 0 : static_cast<std::size_t>(term.iColumn)};
    const bool equality = term.op == SQLITE_INDEX_CONSTRAINT_EQ || term.op == SQLITE_INDEX_CONSTRAINT_IS;
    const char* collation = equality ? sqlite3_vtab_collation(info, i) : nullptr;
    // Another collation accepts values that a cloud's equality would not.
    constraint.equality =
        equality && term.iColumn >= 0 && collation != nullptr && equal_ignoring_case(collation, "BINARY");
    constraint.usable = term.usable != 0;
    constraint.in_list = constraint.equality && constraint.usable && sqlite3_vtab_in(info, i, -1) != 0;
    constraints.push_back(constraint);
  }
  return constraints;
}

int best_index(sqlite3_vtab* vtab, sqlite3_index_info* info) {
  Aux& aux = *table_of(vtab).aux;
  const auto constraints = offered_constraints(info);
  const auto outcome = make_scan_plan(aux.shape, constraints, info->colUsed);
  if (const auto* missing = std::get_if<MissingParameters>(&outcome)) {
    std::size_t usable = 0;
    for (const Constraint& constraint : constraints) usable += constraint.usable ? 1 : 0;
    auto& record = aux.context.missing;
    if (!record || usable >= record->usable_terms) record = ScanContext::Missing{&aux.shape, *missing, usable};
    return SQLITE_CONSTRAINT;  // never SQLITE_ERROR: this may be one branch of an OR only
  }
  const auto& plan = std::get<ScanPlan>(outcome);
  for (std::size_t i = 0; i < plan.inputs.size(); ++i) {
    const int constraint = static_cast<int>(plan.constraints[i]);
    info->aConstraintUsage[constraint].argvIndex = static_cast<int>(i) + 1;
    if (plan.inputs[i].in_list) sqlite3_vtab_in(info, constraint, 1);
  }
  const std::string text = plan.encode(aux.shape);
  info->idxStr = sqlite3_mprintf("%s", text.c_str());
  info->needToFreeIdxStr = 1;
  info->estimatedCost = plan.cost;
  info->estimatedRows = plan.rows;
  return info->idxStr == nullptr ? SQLITE_NOMEM : SQLITE_OK;
}

// --- the module ---

int connect(sqlite3* connection, void* aux, int, const char* const*, sqlite3_vtab** out, char**) {
  const int code = sqlite3_declare_vtab(connection, static_cast<Aux*>(aux)->shape.declaration().c_str());
  if (code != SQLITE_OK) return code;
  auto table = std::make_unique<Table>();
  static_cast<sqlite3_vtab&>(*table) = {};
  table->aux = static_cast<Aux*>(aux);
  *out = table.release();
  return SQLITE_OK;
}

int disconnect(sqlite3_vtab* vtab) {
  delete &table_of(vtab);
  return SQLITE_OK;
}

int open(sqlite3_vtab* vtab, sqlite3_vtab_cursor** out) {
  *out = new Cursor(*table_of(vtab).aux);
  return SQLITE_OK;
}

int close(sqlite3_vtab_cursor* cursor) {
  delete &cursor_of(cursor);
  return SQLITE_OK;
}

int filter(sqlite3_vtab_cursor* cursor, int, const char* plan, int count, sqlite3_value** arguments) {
  return cursor_of(cursor).filter(plan, {arguments, static_cast<std::size_t>(count)});
}

int next(sqlite3_vtab_cursor* cursor) { return cursor_of(cursor).next(); }
int eof(sqlite3_vtab_cursor* cursor) { return cursor_of(cursor).eof() ? 1 : 0; }

int column(sqlite3_vtab_cursor* cursor, sqlite3_context* out, int index) {
  return cursor_of(cursor).column(out, static_cast<std::size_t>(index));
}

int rowid(sqlite3_vtab_cursor* cursor, sqlite3_int64* out) {
  *out = cursor_of(cursor).row();
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

Status register_table(sqlite::Connection& connection, ScanContext& context, TableShape shape) {
  const std::string name = shape.name;
  auto* aux = new Aux{context, std::move(shape)};
  // On failure SQLite calls the destructor itself.
  const int code = sqlite3_create_module_v2(connection.handle(), name.c_str(), &kModule, aux,
                                            [](void* old) { delete static_cast<Aux*>(old); });
  if (code != SQLITE_OK) return sqlite::error_of(connection.handle());
  return {};
}

}  // namespace squall::engine
