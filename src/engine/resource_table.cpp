#include "engine/resource_table.h"

#include <algorithm>

#include "base/ascii.h"
#include "engine/resource_cursor.h"
#include "engine/scan_recorder.h"
#include "engine/tag_cursor.h"

namespace squall::engine {

namespace {

struct Aux {
  ScanContext& context;
  TableShape shape;
};

struct Table : sqlite3_vtab {
  Aux* aux;
};

Table& table_of(sqlite3_vtab* table) { return *static_cast<Table*>(table); }

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
    constraint.limit = term.op == SQLITE_INDEX_CONSTRAINT_LIMIT;
    constraint.in_list = constraint.equality && constraint.usable && sqlite3_vtab_in(info, i, -1) != 0;
    constraints.push_back(constraint);
  }
  return constraints;
}

// Whether the right side of a term is a constant; a region's is kept.
bool is_constant(sqlite3_index_info* info, std::size_t constraint, std::string* text) {
  sqlite3_value* value = nullptr;
  if (sqlite3_vtab_rhs_value(info, static_cast<int>(constraint), &value) != SQLITE_OK || value == nullptr) return false;
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_value_text(value));
  if (text != nullptr && bytes != nullptr) *text = bytes;
  return true;
}

RecordedScan recorded(const TableShape& shape, const ScanPlan& plan, sqlite3_index_info* info) {
  RecordedScan scan{.name = shape.name, .shape = &shape, .plan = plan, .constant = true};
  for (std::size_t i = 0; i < plan.inputs.size(); ++i) {
    const bool region = shape.columns[plan.inputs[i].column].role == ColumnRole::region;
    const bool constant = is_constant(info, plan.constraints[i], region ? &scan.region : nullptr);
    scan.constant = scan.constant && constant && !plan.inputs[i].in_list;
    scan.region_given = scan.region_given || region;
    scan.sent.push_back(shape.columns[plan.inputs[i].column].name);
  }
  for (int i = 0; i < info->nConstraint; ++i) {
    const auto& term = info->aConstraint[i];
    const bool taken = info->aConstraintUsage[i].argvIndex > 0;
    const bool limit = term.op == SQLITE_INDEX_CONSTRAINT_LIMIT || term.op == SQLITE_INDEX_CONSTRAINT_OFFSET;
    if (taken || limit || term.usable == 0 || term.iColumn < 0) continue;
    const std::string& name = shape.columns[static_cast<std::size_t>(term.iColumn)].name;
    if (std::find(scan.filtered.begin(), scan.filtered.end(), name) == scan.filtered.end())
      scan.filtered.push_back(name);
  }
  return scan;
}

int best_index(sqlite3_vtab* vtab, sqlite3_index_info* info) {
  Aux& aux = *table_of(vtab).aux;
  const auto constraints = offered_constraints(info);
  const auto outcome =
      make_scan_plan(aux.shape, constraints, info->colUsed, aux.context.region_terms.contains(aux.shape.name));
  if (const auto* missing = std::get_if<MissingParameters>(&outcome)) {
    std::size_t usable = 0;
    for (const Constraint& constraint : constraints) usable += constraint.usable ? 1 : 0;
    auto& record = aux.context.missing;
    if (!record || usable >= record->usable_terms) record = ScanContext::Missing{&aux.shape, *missing, usable};
    return SQLITE_CONSTRAINT;  // never SQLITE_ERROR: this may be one branch of an OR only
  }
  const auto& plan = std::get<ScanPlan>(outcome);
  aux.context.planned = true;
  for (std::size_t i = 0; i < plan.inputs.size(); ++i) {
    const int constraint = static_cast<int>(plan.constraints[i]);
    info->aConstraintUsage[constraint].argvIndex = static_cast<int>(i) + 1;
    if (plan.inputs[i].in_list) sqlite3_vtab_in(info, constraint, 1);
  }
  std::string text = plan.encode(aux.shape);
  if (aux.context.recorder != nullptr) text += aux.context.recorder->add(recorded(aux.shape, plan, info));
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

// xCreate is null: the table is there by its module's name alone (eponymous only). `Rows`: ResourceCursor or TagCursor.
template <typename Rows>
struct Module {
  struct Cursor : sqlite3_vtab_cursor {
    explicit Cursor(Aux& aux) : sqlite3_vtab_cursor{}, rows(aux.context, aux.shape) {}
    Rows rows;
  };

  static Rows& rows_of(sqlite3_vtab_cursor* cursor) { return static_cast<Cursor*>(cursor)->rows; }

  static int open(sqlite3_vtab* vtab, sqlite3_vtab_cursor** out) {
    *out = new Cursor(*table_of(vtab).aux);
    return SQLITE_OK;
  }

  static int close(sqlite3_vtab_cursor* cursor) {
    delete static_cast<Cursor*>(cursor);
    return SQLITE_OK;
  }

  static int filter(sqlite3_vtab_cursor* cursor, int, const char* plan, int count, sqlite3_value** arguments) {
    return rows_of(cursor).filter(plan, {arguments, static_cast<std::size_t>(count)});
  }

  static int next(sqlite3_vtab_cursor* cursor) { return rows_of(cursor).next(); }
  static int eof(sqlite3_vtab_cursor* cursor) { return rows_of(cursor).eof() ? 1 : 0; }

  static int column(sqlite3_vtab_cursor* cursor, sqlite3_context* out, int index) {
    return rows_of(cursor).column(out, static_cast<std::size_t>(index));
  }

  static int rowid(sqlite3_vtab_cursor* cursor, sqlite3_int64* out) {
    *out = rows_of(cursor).rowid();
    return SQLITE_OK;
  }

  static constexpr sqlite3_module kModule = {
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
};

}  // namespace

Status register_table(sqlite::Connection& connection, ScanContext& context, TableShape shape) {
  const std::string name = shape.name;
  const sqlite3_module* module =
      shape.table.kind == catalogue::TableKind::tags ? &Module<TagCursor>::kModule : &Module<ResourceCursor>::kModule;
  auto* aux = new Aux{context, std::move(shape)};
  // On failure SQLite calls the destructor itself.
  const int code = sqlite3_create_module_v2(connection.handle(), name.c_str(), module, aux,
                                            [](void* old) { delete static_cast<Aux*>(old); });
  if (code != SQLITE_OK) return sqlite::error_of(connection.handle());
  return {};
}

}  // namespace squall::engine
