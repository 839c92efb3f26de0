#include "engine/system_tables.h"

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "catalogue/methods.h"
#include "engine/table_shape.h"

namespace squall::engine {

namespace {

using catalogue::Catalogue;
using catalogue::Handler;
using catalogue::Property;
using catalogue::ResourceType;

// A text, or a truth value.
struct Cell {
  std::string text = {};
  std::optional<bool> truth = {};
};
using Row = std::vector<Cell>;

Cell text(std::string_view value) { return {.text = std::string(value)}; }
Cell truth(bool value) { return {.truth = value}; }

std::string joined(const auto& parts, std::string_view separator) {
  std::string all;
  for (const auto& part : parts) {
    if (!all.empty()) all += separator;
    all += part;
  }
  return all;
}

std::string_view name_of(Handler handler) {
  switch (handler) {
    case Handler::create: return "create";
    case Handler::read: return "read";
    case Handler::update: return "update";
    case Handler::delete_: return "delete";
    case Handler::list: break;
  }
  return "list";
}

// "SageMaker" of AWS::SageMaker::Image.
std::string_view title_of(const ResourceType& type) {
  std::string_view name = type.name();
  name.remove_prefix(name.find("::") + 2);
  return name.substr(0, name.find("::"));
}

std::string description_of(const ResourceType& type) {
  if (!type.description().empty()) return std::string(type.description());
  return "Resource Type definition for " + std::string(type.name());
}

void add_type(std::vector<Row>& rows, const ResourceType& type) {
  rows.push_back({text(type.name()), text(type.service()), text(title_of(type)), text(type.singular()),
                  text(type.plural()), text(joined(type.primary_identifier(), "|")), text(type.tag_property()),
                  text(description_of(type))});
}

void add_columns(std::vector<Row>& rows, const ResourceType& type) {
  const TableShape shape = shape_of({catalogue::TableKind::plural, type}, std::string(type.plural()));
  for (const TableColumn& column : shape.columns) {
    if (column.hidden) continue;
    const bool is_property = column.role == ColumnRole::property;
    const Property property = is_property ? type.property(column.property) : Property{};
    Row row = {text(type.name()), text(column.name), text(squall::name_of(column.type)),
               text(is_property ? property.description : "AWS region.")};
    for (const auto flag : {catalogue::kRequired, catalogue::kReadOnly, catalogue::kCreateOnly, catalogue::kWriteOnly,
                            catalogue::kIdentifier})
      row.push_back(truth(is_property && property.has(flag)));
    rows.push_back(std::move(row));
  }
}

void add_permissions(std::vector<Row>& rows, const ResourceType& type) {
  for (Handler handler : type.handlers()) {
    for (std::string_view permission : type.permissions(handler))
      rows.push_back({text(type.name()), text(name_of(handler)), text(permission)});
  }
}

template <void (*Add)(std::vector<Row>&, const ResourceType&)>
std::vector<Row> of_each_type(const Catalogue& catalogue) {
  std::vector<Row> rows;
  for (std::size_t i = 0; i < catalogue.type_count(); ++i) {
    if (catalogue.type(i).has_handlers()) Add(rows, catalogue.type(i));
  }
  return rows;
}

// Tables of tags are not built: they are not told of either.
void for_each_table(const Catalogue& catalogue, const auto& visit) {
  for (std::string_view service : catalogue.services()) {
    for (const std::string& name : catalogue.tables_of(service)) {
      const auto table = catalogue.find_table(service, name);
      if (table && table->kind != catalogue::TableKind::tags) visit(service, name, *table);
    }
  }
}

std::string id_of(std::string_view service, std::string_view name) {
  return "aws." + std::string(service) + "." + std::string(name);
}

std::vector<Row> tables_rows(const Catalogue& catalogue) {
  std::vector<Row> rows;
  for_each_table(catalogue, [&](std::string_view service, const std::string& name, const catalogue::Table& table) {
    rows.push_back({text(name), text(id_of(service, name)), text(service), text(table.type.name())});
  });
  return rows;
}

std::vector<Row> methods_rows(const Catalogue& catalogue) {
  std::vector<Row> rows;
  for_each_table(catalogue, [&](std::string_view service, const std::string& name, const catalogue::Table& table) {
    for (const auto& method : catalogue::methods_of(table))
      rows.push_back({text(id_of(service, name)), text(table.type.name()), text(method.name),
                      text(joined(method.required, ", ")), text(method.verb)});
  });
  return rows;
}

struct Definition {
  std::string_view name;
  const char* declaration;
  std::vector<Row> (*rows)(const Catalogue&);
};

constexpr std::array<Definition, 5> kTables = {{
    {"squall.types",
     "CREATE TABLE x(name TEXT, service TEXT, title TEXT, singular TEXT, plural TEXT, identifier TEXT, "
     "tag_property TEXT, description TEXT)",
     of_each_type<add_type>},
    {"squall.tables", "CREATE TABLE x(name TEXT, id TEXT, service TEXT, type_name TEXT)", tables_rows},
    {"squall.columns",
     "CREATE TABLE x(type_name TEXT, name TEXT, type TEXT, description TEXT, required BOOLEAN, read_only BOOLEAN, "
     "create_only BOOLEAN, write_only BOOLEAN, identifier BOOLEAN)",
     of_each_type<add_columns>},
    {"squall.methods", "CREATE TABLE x(table_id TEXT, type_name TEXT, name TEXT, required_params TEXT, verb TEXT)",
     methods_rows},
    {"squall.permissions", "CREATE TABLE x(type_name TEXT, operation TEXT, permission TEXT)",
     of_each_type<add_permissions>},
}};

const Definition* definition_of(std::string_view name) {
  for (const Definition& definition : kTables) {
    if (definition.name == name) return &definition;
  }
  return nullptr;
}

struct Aux {
  const Catalogue& catalogue;
  const Definition& definition;
  std::optional<std::vector<Row>> rows = {};
};

struct Table : sqlite3_vtab {
  Aux* aux = nullptr;
};

struct Cursor : sqlite3_vtab_cursor {
  Aux* aux = nullptr;
  std::size_t row = 0;
};

Cursor& cursor_of(sqlite3_vtab_cursor* cursor) { return *static_cast<Cursor*>(cursor); }

int connect(sqlite3* connection, void* aux, int, const char* const*, sqlite3_vtab** out, char**) {
  const int code = sqlite3_declare_vtab(connection, static_cast<Aux*>(aux)->definition.declaration);
  if (code != SQLITE_OK) return code;
  auto table = std::make_unique<Table>();
  static_cast<sqlite3_vtab&>(*table) = {};
  table->aux = static_cast<Aux*>(aux);
  *out = table.release();
  return SQLITE_OK;
}

int disconnect(sqlite3_vtab* table) {
  delete static_cast<Table*>(table);
  return SQLITE_OK;
}

int best_index(sqlite3_vtab*, sqlite3_index_info* info) {
  info->estimatedCost = 30'000;
  info->estimatedRows = 30'000;
  return SQLITE_OK;
}

int open(sqlite3_vtab* table, sqlite3_vtab_cursor** out) {
  auto cursor = std::make_unique<Cursor>();
  static_cast<sqlite3_vtab_cursor&>(*cursor) = {};
  cursor->aux = static_cast<Table*>(table)->aux;
  *out = cursor.release();
  return SQLITE_OK;
}

int close(sqlite3_vtab_cursor* cursor) {
  delete &cursor_of(cursor);
  return SQLITE_OK;
}

int filter(sqlite3_vtab_cursor* cursor, int, const char*, int, sqlite3_value**) {
  Aux& aux = *cursor_of(cursor).aux;
  if (!aux.rows) aux.rows = aux.definition.rows(aux.catalogue);
  cursor_of(cursor).row = 0;
  return SQLITE_OK;
}

int next(sqlite3_vtab_cursor* cursor) {
  ++cursor_of(cursor).row;
  return SQLITE_OK;
}

int eof(sqlite3_vtab_cursor* cursor) { return cursor_of(cursor).row >= cursor_of(cursor).aux->rows->size() ? 1 : 0; }

int column(sqlite3_vtab_cursor* cursor, sqlite3_context* out, int index) {
  const Cursor& at = cursor_of(cursor);
  const Cell& cell = (*at.aux->rows)[at.row][static_cast<std::size_t>(index)];
  if (cell.truth) {
    sqlite3_result_int(out, *cell.truth ? 1 : 0);
  } else if (cell.text.empty()) {
    sqlite3_result_null(out);
  } else {
    // The rows live as long as the connection, longer than any statement.
    sqlite3_result_text(out, cell.text.data(), static_cast<int>(cell.text.size()), SQLITE_STATIC);
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

bool is_system_table(std::string_view name) { return definition_of(name) != nullptr; }

Status register_system_table(sqlite::Connection& connection, const Catalogue& catalogue, std::string_view name) {
  auto* aux = new Aux{catalogue, *definition_of(name)};
  // On failure SQLite calls the destructor itself.
  const int code = sqlite3_create_module_v2(connection.handle(), std::string(name).c_str(), &kModule, aux,
                                            [](void* old) { delete static_cast<Aux*>(old); });
  if (code != SQLITE_OK) return sqlite::error_of(connection.handle());
  return {};
}

}  // namespace squall::engine
