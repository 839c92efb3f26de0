#include "engine/tag_cursor.h"

#include <simdjson.h>

#include "base/ascii.h"
#include "base/json_text.h"
#include "engine/cell_values.h"

namespace squall::engine {

namespace {

using simdjson::dom::element;

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

}  // namespace

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
  if (node["items"].get(items) != simdjson::SUCCESS) return fields;
  simdjson::dom::object properties;
  if (resolved(root, items)["properties"].get_object().get(properties) != simdjson::SUCCESS) return fields;
  for (const auto& item : properties) {
    const std::string lower = ascii_lower(item.key);
    if (lower.ends_with("key")) fields.key = item.key;
    if (lower.ends_with("value")) fields.value = item.key;
  }
  return fields;
}

namespace {

// As JSON text; empty: it has no such member.
std::string member_of(const element& tag, const std::string& name) {
  element member;
  if (tag[name].get(member) != simdjson::SUCCESS) return {};
  return simdjson::to_string(member);
}

Error no_tags(const catalogue::ResourceType& type) {
  return data_error(std::string(type.tag_property()) + " of a resource of " + std::string(type.name()) +
                    " is neither a list nor an object");
}

}  // namespace

TagCursor::TagCursor(ScanContext& context, const TableShape& shape)
    : context_(context),
      shape_(shape),
      property_(shape.table.type.find_property(shape.table.type.tag_property()).value_or(0)),
      fields_(tag_fields(shape.table.type.schema(), shape.table.type.tag_property())),
      resources_(context, shape) {}

int TagCursor::filter(const char* plan_text, std::span<sqlite3_value*> arguments) {
  const int code = resources_.filter(plan_text, arguments);
  return code == SQLITE_OK ? reach_tag() : code;
}

int TagCursor::next() {
  if (++tag_ < tags_.size()) return SQLITE_OK;
  const int code = resources_.next();
  return code == SQLITE_OK ? reach_tag() : code;
}

// The first tag of this resource, or of one behind it.
int TagCursor::reach_tag() {
  tags_.clear();
  tag_ = 0;
  while (!resources_.eof()) {
    if (auto read = read_tags(); !read) {
      context_.error = std::move(read).error();
      return SQLITE_ERROR;
    }
    if (!tags_.empty()) return SQLITE_OK;
    if (const int code = resources_.next(); code != SQLITE_OK) return code;
  }
  return SQLITE_OK;
}

Status TagCursor::read_tags() {
  const std::string_view raw = TRY(resources_.raw(property_));
  if (raw.empty() || raw == "null") return {};
  simdjson::dom::parser parser;
  element root;
  if (parser.parse(simdjson::padded_string(raw)).get(root) != simdjson::SUCCESS) return no_tags(shape_.table.type);
  simdjson::dom::array list;
  simdjson::dom::object map;
  if (root.get_array().get(list) == simdjson::SUCCESS) {
    for (const element tag : list)
      tags_.push_back({.key = member_of(tag, fields_.key), .value = member_of(tag, fields_.value)});
  } else if (root.get_object().get(map) == simdjson::SUCCESS) {
    for (const auto& tag : map) tags_.push_back({.key = json_quote(tag.key), .value = simdjson::to_string(tag.value)});
  } else {
    return no_tags(shape_.table.type);
  }
  return {};
}

sqlite3_int64 TagCursor::rowid() const {
  const std::string name = std::to_string(resources_.rowid()) + '\n' + std::to_string(tag_) + '\n' + tags_[tag_].key;
  return static_cast<sqlite3_int64>(std::hash<std::string>{}(name) >> 1U);
}

int TagCursor::column(sqlite3_context* out, std::size_t index) {
  switch (shape_.columns[index].role) {
    case ColumnRole::tag_key: set_json(out, tags_[tag_].key); return SQLITE_OK;
    case ColumnRole::tag_value: set_json(out, tags_[tag_].value); return SQLITE_OK;
    default: return resources_.column(out, index);
  }
}

}  // namespace squall::engine
