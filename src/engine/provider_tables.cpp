#include "engine/provider_tables.h"

#include <sqlite3.h>

namespace squall::engine {

namespace {

using State = ProviderTables::State;

struct Table : sqlite3_vtab {
  State* state = nullptr;
};

struct Cursor : sqlite3_vtab_cursor {
  State* state = nullptr;
  std::size_t row = 0;
};

Cursor& cursor_of(sqlite3_vtab_cursor* cursor) { return *static_cast<Cursor*>(cursor); }

const char* declared_type(DataType type) {
  switch (type) {
    case DataType::integer: return "INTEGER";
    case DataType::number: return "NUMERIC";
    case DataType::boolean: return "BOOLEAN";
    case DataType::array: return "ARRAY TEXT";
    case DataType::object: return "OBJECT TEXT";
    default: return "TEXT";
  }
}

std::string declaration_of(const provider::SystemTable& table) {
  std::string text = "CREATE TABLE x(";
  for (const ResultColumn& column : table.columns) {
    if (!text.ends_with('(')) text += ", ";
    text += '"' + column.name + "\" " + declared_type(column.type);
  }
  return text + ")";
}

int connect(sqlite3* connection, void* aux, int, const char* const*, sqlite3_vtab** out, char**) {
  auto* state = static_cast<State*>(aux);
  const int code = sqlite3_declare_vtab(connection, state->declaration.c_str());
  if (code != SQLITE_OK) return code;
  auto table = std::make_unique<Table>();
  static_cast<sqlite3_vtab&>(*table) = {};
  table->state = state;
  *out = table.release();
  return SQLITE_OK;
}

int disconnect(sqlite3_vtab* table) {
  delete static_cast<Table*>(table);
  return SQLITE_OK;
}

int best_index(sqlite3_vtab*, sqlite3_index_info* info) {
  info->estimatedCost = 100;
  info->estimatedRows = 100;
  return SQLITE_OK;
}

int open(sqlite3_vtab* table, sqlite3_vtab_cursor** out) {
  auto cursor = std::make_unique<Cursor>();
  static_cast<sqlite3_vtab_cursor&>(*cursor) = {};
  cursor->state = static_cast<Table*>(table)->state;
  *out = cursor.release();
  return SQLITE_OK;
}

int close(sqlite3_vtab_cursor* cursor) {
  delete &cursor_of(cursor);
  return SQLITE_OK;
}

int filter(sqlite3_vtab_cursor* cursor, int, const char*, int, sqlite3_value**) {
  State& state = *cursor_of(cursor).state;
  if (!state.rows) {
    auto rows = state.table.snapshot(state.stop);
    if (!rows) {
      sqlite3_free(cursor->pVtab->zErrMsg);
      cursor->pVtab->zErrMsg = sqlite3_mprintf("%s: %s", state.table.name.c_str(), rows.error().message.c_str());
      return rows.error().kind == ErrorKind::interrupted ? SQLITE_INTERRUPT : SQLITE_ERROR;
    }
    state.rows = std::move(rows).value();
  }
  cursor_of(cursor).row = 0;
  return SQLITE_OK;
}

int next(sqlite3_vtab_cursor* cursor) {
  ++cursor_of(cursor).row;
  return SQLITE_OK;
}

int eof(sqlite3_vtab_cursor* cursor) { return cursor_of(cursor).row >= cursor_of(cursor).state->rows->size() ? 1 : 0; }

int column(sqlite3_vtab_cursor* cursor, sqlite3_context* out, int index) {
  const Cursor& at = cursor_of(cursor);
  const provider::SystemValue& value = (*at.state->rows)[at.row].at(static_cast<std::size_t>(index));
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    sqlite3_result_int64(out, *integer);
  } else if (const auto* real = std::get_if<double>(&value)) {
    sqlite3_result_double(out, *real);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    sqlite3_result_text(out, text->data(), static_cast<int>(text->size()), SQLITE_TRANSIENT);
  } else {
    sqlite3_result_null(out);
  }
  return SQLITE_OK;
}

int rowid(sqlite3_vtab_cursor* cursor, sqlite3_int64* out) {
  *out = static_cast<sqlite3_int64>(cursor_of(cursor).row);
  return SQLITE_OK;
}

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

ProviderTables::ProviderTables(std::vector<provider::SystemTable> tables) {
  for (provider::SystemTable& table : tables) {
    const std::string name = table.name;
    std::string declaration = declaration_of(table);
    states_[name] = std::make_unique<State>(State{std::move(table), std::move(declaration)});
  }
}

Result<bool> ProviderTables::register_in(sqlite::Connection& connection, std::string_view name) {
  State& state = *states_.find(name)->second;
  if (state.registered) return false;
  const int code = sqlite3_create_module_v2(connection.handle(), state.table.name.c_str(), &kModule, &state, nullptr);
  if (code != SQLITE_OK) return sqlite::error_of(connection.handle());
  state.registered = true;
  return true;
}

void ProviderTables::begin_statement(std::stop_token stop) {
  for (const auto& [name, state] : states_) {
    state->rows.reset();
    state->stop = stop;
  }
}

}  // namespace squall::engine
