#include "engine/system_module.h"

#include <memory>

#include "engine/table_shape.h"
#include "sql/lexer.h"

namespace squall::engine {

namespace {

struct Table : sqlite3_vtab {
  const SnapshotTable* facts;
};

struct Cursor : sqlite3_vtab_cursor {
  SnapshotRows rows;
  std::size_t row = 0;
  SnapshotBatches more;  // none: the rows are all
};

const SnapshotTable& facts_of(sqlite3_vtab* table) { return *static_cast<Table*>(table)->facts; }
Cursor& cursor_of(sqlite3_vtab_cursor* cursor) { return *static_cast<Cursor*>(cursor); }

std::string declaration(const SnapshotTable& table) {
  std::string text = "CREATE TABLE x(";
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (i > 0) text += ", ";
    text += sql::quote_name(table.columns[i].name) + " " + std::string(declared_type(table.columns[i].type));
    if (i < table.hidden_columns) text += " HIDDEN";
  }
  return text + ")";
}

int connect(sqlite3* connection, void* aux, int, const char* const*, sqlite3_vtab** out, char**) {
  const auto& facts = *static_cast<const SnapshotTable*>(aux);
  const int code = sqlite3_declare_vtab(connection, declaration(facts).c_str());
  if (code != SQLITE_OK) return code;
  auto table = std::make_unique<Table>();
  static_cast<sqlite3_vtab&>(*table) = {};
  table->facts = &facts;
  *out = table.release();
  return SQLITE_OK;
}

int disconnect(sqlite3_vtab* table) {
  delete static_cast<Table*>(table);
  return SQLITE_OK;
}

bool is_key_equality(const SnapshotTable& table, const sqlite3_index_info* info, int i) {
  const auto& term = info->aConstraint[i];
  return table.key_column && term.usable != 0 && term.op == SQLITE_INDEX_CONSTRAINT_EQ &&
         term.iColumn == static_cast<int>(*table.key_column);
}

// idxNum 1: by the key. idxStr: the columns in use, as 16 hexadecimal digits.
int best_index(sqlite3_vtab* vtab, sqlite3_index_info* info) {
  const SnapshotTable& table = facts_of(vtab);
  info->estimatedCost = 50'000;
  info->estimatedRows = 10'000;
  for (int i = 0; i < info->nConstraint; ++i) {
    if (!is_key_equality(table, info, i)) continue;
    info->aConstraintUsage[i].argvIndex = 1;
    info->idxNum = 1;
    info->estimatedCost = 20;
    info->estimatedRows = 20;
    break;
  }
  info->idxStr = sqlite3_mprintf("%llx", static_cast<unsigned long long>(info->colUsed));
  info->needToFreeIdxStr = 1;
  return info->idxStr == nullptr ? SQLITE_NOMEM : SQLITE_OK;
}

int open(sqlite3_vtab*, sqlite3_vtab_cursor** out) {
  *out = new Cursor{};
  return SQLITE_OK;
}

int close(sqlite3_vtab_cursor* cursor) {
  delete &cursor_of(cursor);
  return SQLITE_OK;
}

bool at_end(const Cursor& cursor) {
  return cursor.row * facts_of(cursor.pVtab).columns.size() >= cursor.rows.cells.size();
}

// The next batch with a row in it; none: there are no more.
void read_batch(Cursor& cursor) {
  do cursor.rows.clear();
  while (cursor.more(cursor.rows) && cursor.rows.cells.empty());
}

int filter(sqlite3_vtab_cursor* base, int by_key, const char* columns, int, sqlite3_value** arguments) {
  Cursor& cursor = cursor_of(base);
  SnapshotScan scan{.columns_used = columns == nullptr ? ~0ULL : std::stoull(columns, nullptr, 16)};
  if (by_key != 0) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(arguments[0]));
    scan.key = text == nullptr ? std::string() : std::string(text);
  }
  cursor.row = 0;
  if (const auto& batches = facts_of(cursor.pVtab).batches) {
    cursor.more = batches(scan);
    read_batch(cursor);
    return SQLITE_OK;
  }
  auto rows = facts_of(cursor.pVtab).snapshot(scan);
  if (!rows) {
    cursor.pVtab->zErrMsg = sqlite3_mprintf("%s", rows.error().message.c_str());
    return SQLITE_ERROR;
  }
  cursor.rows = std::move(rows).value();
  return SQLITE_OK;
}

int next(sqlite3_vtab_cursor* base) {
  Cursor& cursor = cursor_of(base);
  ++cursor.row;
  if (cursor.more && at_end(cursor)) {
    cursor.row = 0;
    read_batch(cursor);
  }
  return SQLITE_OK;
}

int eof(sqlite3_vtab_cursor* base) { return at_end(cursor_of(base)) ? 1 : 0; }

int column(sqlite3_vtab_cursor* base, sqlite3_context* out, int index) {
  const Cursor& cursor = cursor_of(base);
  const std::size_t width = facts_of(cursor.pVtab).columns.size();
  const Value& value = cursor.rows.cells[cursor.row * width + static_cast<std::size_t>(index)];
  switch (value.kind) {
    case Value::Kind::integer: sqlite3_result_int64(out, value.integer); break;
    case Value::Kind::real: sqlite3_result_double(out, value.real); break;
    case Value::Kind::null: sqlite3_result_null(out); break;
    case Value::Kind::text:
    case Value::Kind::blob:
      // Else transient: min() and its like hold a value beyond the life of the cursor's rows.
      sqlite3_result_text64(out, value.text.empty() ? "" : value.text.data(), value.text.size(),
                            SnapshotRows::is_lasting(value) ? SQLITE_STATIC : SQLITE_TRANSIENT, SQLITE_UTF8);
  }
  return SQLITE_OK;
}

// The same for the same row in every scan, whatever key the scan was asked for: SQLite tells rows apart by it where it
// scans a table more than once for one answer (OR by several plans, RIGHT and FULL JOIN).
int rowid(sqlite3_vtab_cursor* base, sqlite3_int64* out) {
  const Cursor& cursor = cursor_of(base);
  const std::size_t width = facts_of(cursor.pVtab).columns.size();
  std::size_t hash = 0;
  for (std::size_t i = cursor.row * width; i < (cursor.row + 1) * width; ++i) {
    const Value& value = cursor.rows.cells[i];
    hash = hash * 31 + (value.kind == Value::Kind::text ? std::hash<std::string_view>{}(value.text)
                                                        : static_cast<std::size_t>(value.integer));
  }
  *out = static_cast<sqlite3_int64>(hash >> 1U);
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

Status register_system_table(sqlite::Connection& connection, SnapshotTable table) {
  const std::string name = table.name;
  // On failure SQLite calls the destructor itself.
  const int code =
      sqlite3_create_module_v2(connection.handle(), name.c_str(), &kModule, new SnapshotTable(std::move(table)),
                               [](void* old) { delete static_cast<SnapshotTable*>(old); });
  if (code != SQLITE_OK) return sqlite::error_of(connection.handle());
  return {};
}

void drop_system_table(sqlite::Connection& connection, const std::string& name) {
  sqlite3_create_module_v2(connection.handle(), name.c_str(), nullptr, nullptr, nullptr);
}

}  // namespace squall::engine
