#include "engine/table_shape.h"

#include <array>
#include <set>

#include "base/ascii.h"
#include "catalogue/names.h"
#include "sql/lexer.h"

namespace squall::engine {

namespace {

using catalogue::TableKind;

struct Parameter {
  std::string_view name;
  ColumnRole role;
};

// Each is a hidden column data__X; the bare X too, where no property claims it.
constexpr std::array<Parameter, 6> kDataParameters = {{
    {"Identifier", ColumnRole::identifier},
    {"PatchDocument", ColumnRole::parameter},
    {"DesiredState", ColumnRole::parameter},
    {"ClientToken", ColumnRole::parameter},
    {"RoleArn", ColumnRole::parameter},
    {"TypeVersionId", ColumnRole::parameter},
}};

class ShapeBuilder {
 public:
  explicit ShapeBuilder(TableShape& shape) : shape_(shape) {}

  // A name that is taken (SQLite's names have no case) keeps its first owner.
  void add(TableColumn column) {
    if (!taken_.insert(ascii_lower(column.name)).second) return;
    shape_.columns.push_back(std::move(column));
  }

 private:
  TableShape& shape_;
  std::set<std::string> taken_;
};

bool is_identifier_part(const catalogue::ResourceType& type, std::string_view property) {
  for (std::string_view path : type.primary_identifier()) {
    if (path == property) return true;
  }
  return false;
}

bool shows(TableKind kind, const catalogue::ResourceType& type, const catalogue::Property& property) {
  if (kind == TableKind::tags) return property.name != type.tag_property();
  return kind != TableKind::list_only || is_identifier_part(type, property.name);
}

// One tag a row: its key and its value come from the tag property.
void add_tag_columns(std::vector<TableColumn>& columns, const catalogue::ResourceType& type) {
  const auto property = type.find_property(type.tag_property());
  if (!property) return;
  const std::string key(type.tag_property());
  columns.push_back({.name = "tag_key", .role = ColumnRole::tag_key, .property = *property, .key = key});
  columns.push_back({.name = "tag_value", .role = ColumnRole::tag_value, .property = *property, .key = key});
}

// Parts that stand inside a property, which only details tell: the Identifier tells them.
void add_nested_identifiers(std::vector<TableColumn>& columns, const catalogue::ResourceType& type) {
  for (std::string_view path : type.primary_identifier()) {
    if (path.find('/') == std::string_view::npos) continue;
    columns.push_back(
        {.name = catalogue::nested_column_name(path), .role = ColumnRole::identifier_part, .key = std::string(path)});
  }
}

}  // namespace

std::optional<std::size_t> TableShape::find(std::string_view column) const {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (equal_ignoring_case(columns[i].name, column)) return i;
  }
  return std::nullopt;
}

std::string TableShape::declaration() const {
  std::string text = "CREATE TABLE x(";
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i > 0) text += ", ";
    text += sql::quote_name(columns[i].name) + " " + std::string(declared_type(columns[i].type));
    if (columns[i].hidden) text += " HIDDEN";
  }
  return text + ")";
}

TableShape shape_of(const catalogue::Table& table, std::string name) {
  TableShape shape{.name = std::move(name), .table = table, .columns = {}};
  ShapeBuilder builder(shape);
  const catalogue::ResourceType& type = table.type;
  for (TableColumn& column : visible_columns(table)) builder.add(std::move(column));
  for (std::size_t i = 0; i < type.property_count(); ++i) {
    const auto property = type.property(i);
    if (!shows(table.kind, type, property)) continue;
    builder.add({.name = std::string(property.name),
                 .type = property.type,
                 .property = i,
                 .key = std::string(property.name),
                 .hidden = true});
  }
  for (const auto& alternative : type.list_keys()) {
    for (std::string_view key : alternative) {
      if (const auto property = type.find_property(key)) {
        // list_only shows identifiers alone, but must take the keys that its list needs.
        builder.add({.name = std::string(key),
                     .type = type.property(*property).type,
                     .property = *property,
                     .key = std::string(key),
                     .hidden = true});
        builder.add({.name = std::string(type.property(*property).column),
                     .type = type.property(*property).type,
                     .property = *property,
                     .key = std::string(key),
                     .hidden = true});
      } else {
        builder.add({.name = std::string(key), .role = ColumnRole::list_key, .key = std::string(key), .hidden = true});
      }
    }
  }
  for (const Parameter& parameter : kDataParameters) {
    builder.add({.name = "data__" + std::string(parameter.name), .role = parameter.role, .hidden = true});
  }
  builder.add({.name = "profile", .role = ColumnRole::profile, .hidden = true});
  builder.add({.name = "account_id", .role = ColumnRole::account_id, .hidden = true});
  for (const Parameter& parameter : kDataParameters) {
    builder.add({.name = std::string(parameter.name), .role = parameter.role, .hidden = true});
  }
  builder.add({.name = "squall__detailed", .type = DataType::integer, .role = ColumnRole::detailed, .hidden = true});
  builder.add({.name = "squall__properties", .role = ColumnRole::properties, .hidden = true});
  return shape;
}

std::vector<TableColumn> visible_columns(const catalogue::Table& table) {
  const catalogue::ResourceType& type = table.type;
  const std::size_t count = type.property_count();
  std::vector<TableColumn> columns;
  columns.reserve(count + 3);
  for (std::size_t i = 0; i < count; ++i) {
    const auto property = type.property(i);
    if (!shows(table.kind, type, property)) continue;
    columns.push_back({.name = std::string(property.column),
                       .type = property.type,
                       .property = i,
                       .key = std::string(property.name)});
  }
  if (table.kind == TableKind::list_only) add_nested_identifiers(columns, type);
  if (table.kind == TableKind::tags) add_tag_columns(columns, type);
  columns.push_back({.name = "region", .role = ColumnRole::region});
  return columns;
}

std::string_view declared_type(DataType type) {
  switch (type) {
    case DataType::integer: return "INTEGER";
    case DataType::number: return "NUMERIC";
    case DataType::boolean: return "BOOLEAN";
    case DataType::array: return "ARRAY TEXT";  // TEXT in the name gives it text affinity
    case DataType::object: return "OBJECT TEXT";
    case DataType::string:
    case DataType::any: break;
  }
  return "TEXT";
}

DataType datatype_of_declared(std::string_view declared) {
  const std::string lower = ascii_lower(declared);
  if (lower == "text" || lower.starts_with("varchar") || lower.starts_with("char")) return DataType::string;
  if (lower == "integer" || lower == "int" || lower == "bigint") return DataType::integer;
  if (lower == "numeric" || lower == "real" || lower == "double") return DataType::number;
  if (lower == "boolean" || lower == "bool") return DataType::boolean;
  if (lower == "array text") return DataType::array;
  if (lower == "object text") return DataType::object;
  return DataType::any;
}

}  // namespace squall::engine
