#include "engine/tag_table.h"

#include <simdjson.h>

#include "base/ascii.h"
#include "sql/lexer.h"

namespace squall::engine {

namespace {

using simdjson::dom::element;

struct TagFields {
  bool is_map = false;
  std::string key = "Key";
  std::string value = "Value";
};

// The node itself, or the definition that its reference names.
element resolved(const element& root, element node) {
  constexpr std::string_view kDefinitions = "#/definitions/";
  for (int step = 0; step < 8; ++step) {
    std::string_view reference;
    element next;
    if (node["$ref"].get_string().get(reference) != simdjson::SUCCESS || !reference.starts_with(kDefinitions))
      return node;
    if (root["definitions"][reference.substr(kDefinitions.size())].get(next) != simdjson::SUCCESS) return node;
    node = next;
  }
  return node;
}

// A list's item has two properties of interest: the one whose name ends in "key", and the one that ends in "value".
TagFields tag_fields(std::string_view schema, std::string_view property) {
  TagFields fields;
  simdjson::dom::parser parser;
  element root;
  element node;
  if (parser.parse(schema.data(), schema.size()).get(root) != simdjson::SUCCESS) return fields;
  if (root["properties"][property].get(node) != simdjson::SUCCESS) return fields;
  node = resolved(root, node);
  element items;
  fields.is_map = node["items"].get(items) != simdjson::SUCCESS;
  if (fields.is_map) return fields;
  simdjson::dom::object properties;
  if (resolved(root, items)["properties"].get_object().get(properties) != simdjson::SUCCESS) return fields;
  for (const auto& item : properties) {
    const std::string lower = ascii_lower(item.key);
    if (lower.ends_with("key")) fields.key = item.key;
    if (lower.ends_with("value")) fields.value = item.key;
  }
  return fields;
}

std::string json_path(const std::string& key) { return "json_extract(t.value, '$.\"" + key + "\"')"; }

}  // namespace

std::string listed_table_of(const TableShape& tags) {
  const catalogue::ResourceType& type = tags.table.type;
  return "aws." + std::string(type.service()) + "." + std::string(type.plural());
}

std::string tag_view(const TableShape& tags) {
  const catalogue::ResourceType& type = tags.table.type;
  const TagFields fields = tag_fields(type.schema(), type.tag_property());
  std::string columns;
  for (const TableColumn& column : tags.columns) {
    if (!columns.empty()) columns += ", ";
    if (column.name == "tag_key")
      columns += fields.is_map ? "t.key AS tag_key" : json_path(fields.key) + " AS tag_key";
    else if (column.name == "tag_value")
      columns += fields.is_map ? "t.value AS tag_value" : json_path(fields.value) + " AS tag_value";
    else
      columns += "r." + sql::quote_name(column.name);
  }
  const auto property = type.find_property(type.tag_property());
  const std::string tags_column(property ? type.property(*property).column : type.tag_property());
  return "CREATE TEMP VIEW " + sql::quote_name(tags.name) + " AS SELECT " + columns + " FROM " +
         sql::quote_name(listed_table_of(tags)) + " AS r CROSS JOIN json_each(r." + sql::quote_name(tags_column) +
         ") AS t";
}

}  // namespace squall::engine
