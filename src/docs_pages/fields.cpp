#include "docs_pages/fields.h"

#include <algorithm>

#include "catalogue/names.h"

namespace squall::docs_pages {

namespace {

using catalogue::TableKind;

bool is_shown(const catalogue::Table& table, const catalogue::Property& property) {
  switch (table.kind) {
    case TableKind::list_only: {
      const auto identifier = table.type.primary_identifier();
      return std::find(identifier.begin(), identifier.end(), property.name) != identifier.end();
    }
    case TableKind::tags: return property.name != table.type.tag_property();
    case TableKind::singular:
    case TableKind::plural: break;
  }
  return true;
}

}  // namespace

std::vector<Field> fields_of(const catalogue::Table& table) {
  std::vector<Field> fields;
  for (std::size_t i = 0; i < table.type.property_count(); ++i) {
    const auto property = table.type.property(i);
    if (is_shown(table, property))
      fields.push_back({std::string(property.column), property.type, std::string(property.description)});
  }
  if (table.kind == TableKind::list_only) {
    for (std::string_view path : table.type.primary_identifier()) {
      if (path.find('/') != std::string_view::npos)
        fields.push_back({catalogue::nested_column_name(path), DataType::string, ""});
    }
  }
  if (table.kind == TableKind::tags) {
    fields.push_back({"tag_key", DataType::string, "Tag key."});
    fields.push_back({"tag_value", DataType::string, "Tag value."});
  }
  fields.push_back({"region", DataType::string, "AWS region."});
  return fields;
}

std::string description_of(const catalogue::ResourceType& type) {
  if (!type.description().empty()) return std::string(type.description());
  return "Resource Type definition for " + std::string(type.name());
}

}  // namespace squall::docs_pages
