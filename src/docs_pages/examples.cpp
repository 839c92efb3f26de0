#include "docs_pages/examples.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "docs_pages/fields.h"
#include "sql/keywords.h"
#include "sql/lexer.h"

namespace squall::docs_pages {

namespace {

using catalogue::Handler;
using catalogue::Property;
using catalogue::ResourceType;
using catalogue::TableKind;

// One endpoint serves all regions: their SELECTs need none. (As in the published documentation, but that wafv2 is regional.)
constexpr std::array<std::string_view, 7> kGlobalServices = {
    "iam", "route53", "cloudfront", "shield", "globalaccelerator", "organizations", "budgets"};

bool is_global(const ResourceType& type) {
  return std::find(kGlobalServices.begin(), kGlobalServices.end(), type.service()) != kGlobalServices.end();
}

std::string written(std::string_view name) {
  const bool bare = !name.empty() && !sql::is_reserved_word(name) &&
                    std::all_of(name.begin(), name.end(), [](char c) { return is_ascii_alnum(c) || c == '_'; }) &&
                    !is_ascii_digit(name.front());
  return bare ? std::string(name) : sql::quote_name(name);
}

// A place as an SQL string.
std::string literal(const std::string& text) {
  std::string quoted = "'";
  for (char c : text) quoted += c == '\'' ? std::string("''") : std::string(1, c);
  return quoted + "'";
}

std::string where(const std::vector<std::string>& terms) {
  std::string text;
  for (const std::string& term : terms) text += (text.empty() ? "\nWHERE " : " AND ") + term;
  return text;
}

std::vector<std::string> region_term(const ResourceType& type) {
  if (is_global(type)) return {};
  return {"region = 'us-east-1'"};
}

std::string identifier_term(const ResourceType& type) {
  return "data__Identifier = " + literal(identifier_place(type));
}

// --- SELECT ---

std::string select(const catalogue::Table& table, const std::string& id, const std::vector<std::string>& terms) {
  std::string text = "SELECT\nregion";
  for (const Field& field : fields_of(table)) {
    if (field.name != "region") text += ",\n" + written(field.name);
  }
  return text + "\nFROM " + id + where(terms) + ";";
}

// A list under a parent needs the parent's key.
std::vector<std::string> list_terms(const ResourceType& type) {
  std::vector<std::string> terms = region_term(type);
  const auto alternatives = type.list_keys();
  if (alternatives.empty()) return terms;
  for (std::string_view key : alternatives.front()) {
    const auto property = type.find_property(key);
    const std::string column = property ? std::string(type.property(*property).column) : std::string(key);
    terms.push_back(written(column) + " = " + literal("<" + std::string(key) + ">"));
  }
  return terms;
}

std::vector<std::string> get_terms(const ResourceType& type) {
  std::vector<std::string> terms = region_term(type);
  terms.push_back(identifier_term(type));
  return terms;
}

void add_selects(std::vector<Example>& examples, const catalogue::Table& table, const std::string& id) {
  const ResourceType& type = table.type;
  if (table.kind != TableKind::singular && type.has_handler(Handler::list))
    examples.push_back({"SELECT", "The resources of a region", select(table, id, list_terms(type))});
  const bool by_identifier = table.kind == TableKind::singular || table.kind == TableKind::plural;
  if (by_identifier && type.has_handler(Handler::read))
    examples.push_back({"SELECT", "One resource, by its identifier", select(table, id, get_terms(type))});
}

// --- INSERT, UPDATE, DELETE ---

bool contains(const std::vector<std::string_view>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// CloudFormation's spelling, unless that is the name of another column: `Region` is the request's.
std::string column_to_set(const ResourceType& type, const Property& property) {
  const auto is_taken = [&] {
    if (equal_ignoring_case(property.name, "region")) return true;
    for (std::size_t i = 0; i < type.property_count(); ++i) {
      const Property other = type.property(i);
      if (other.name != property.name && equal_ignoring_case(other.column, property.name)) return true;
    }
    return false;
  };
  return written(is_taken() ? property.column : property.name);
}

std::string place_of(std::string_view name) { return "{{ " + std::string(name) + " }}"; }

std::string insert(const ResourceType& type, const std::string& id, const std::vector<Property>& properties) {
  std::string columns;
  std::string values;
  for (const Property& property : properties) {
    columns += " " + column_to_set(type, property) + ",\n";
    values += " " + literal(place_of(property.name)) + ",\n";
  }
  return "INSERT INTO " + id + " (\n" + columns + " region\n)\nSELECT\n" + values + " 'us-east-1';";
}

void add_inserts(std::vector<Example>& examples, const ResourceType& type, const std::string& id) {
  const auto required = type.required();
  std::vector<Property> needed;
  std::vector<Property> all;
  for (std::size_t i = 0; i < type.property_count(); ++i) {
    const Property property = type.property(i);
    if (property.has(catalogue::kReadOnly)) continue;
    all.push_back(property);
    if (contains(required, property.name)) needed.push_back(property);
  }
  if (!needed.empty() && needed.size() < all.size())
    examples.push_back({"INSERT", "With the required properties", insert(type, id, needed)});
  examples.push_back({"INSERT", "With all properties", insert(type, id, all)});
}

// Those of which no part is read-only or fixed at creation.
std::vector<Property> changeable(const ResourceType& type) {
  const auto first_step_is = [](std::string_view name) {
    return [name](std::string_view path) { return path.substr(0, path.find('/')) == name; };
  };
  const auto read_only = type.read_only();
  const auto create_only = type.create_only();
  std::vector<Property> properties;
  for (std::size_t i = 0; i < type.property_count(); ++i) {
    const Property property = type.property(i);
    const auto is_fixed = first_step_is(property.name);
    if (std::none_of(read_only.begin(), read_only.end(), is_fixed) &&
        std::none_of(create_only.begin(), create_only.end(), is_fixed))
      properties.push_back(property);
  }
  return properties;
}

// `~` and `/` stand for themselves only as ~0 and ~1 in a JSON pointer.
std::string pointer_to(std::string_view name) {
  std::string pointer = "/";
  for (char c : name) {
    if (c == '~')
      pointer += "~0";
    else if (c == '/')
      pointer += "~1";
    else
      pointer += c;
  }
  return pointer;
}

// `add` sets a property whether or not it has a value; `replace` would fail where it has none.
std::string patch_of(const std::vector<Property>& properties) {
  std::string patch;
  for (const Property& property : properties) {
    const std::string quote = property.type == DataType::string ? "\"" : "";
    patch.append(patch.empty() ? "" : ",\n").append(R"( {"op":"add","path":")").append(pointer_to(property.name));
    patch.append(R"(","value":)").append(quote).append(place_of(property.name)).append(quote).append("}");
  }
  return patch;
}

std::string change_terms(const ResourceType& type) {
  return where({identifier_term(type), "region = 'us-east-1'"}) + ";";
}

void add_updates(std::vector<Example>& examples, const ResourceType& type, const std::string& id) {
  const auto properties = changeable(type);
  if (properties.empty()) return;
  std::string values;
  for (const Property& property : properties)
    values +=
        (values.empty() ? "\nSET " : ",\n ") + written(property.column) + " = " + literal(place_of(property.name));
  examples.push_back({"UPDATE", "Column by column", "UPDATE " + id + values + change_terms(type)});
  examples.push_back({"UPDATE", "With a JSON Patch document",
                      "UPDATE " + id + "\nSET data__PatchDocument = " + literal("[\n" + patch_of(properties) + "\n]") +
                          change_terms(type)});
}

}  // namespace

std::string identifier_place(const ResourceType& type) {
  std::string place;
  for (std::string_view part : type.primary_identifier())
    place += (place.empty() ? "<" : "|<") + std::string(part) + ">";
  return place;
}

std::vector<Example> examples_of(const catalogue::Table& table, const std::string& id) {
  const ResourceType& type = table.type;
  std::vector<Example> examples;
  add_selects(examples, table, id);
  if (table.kind == TableKind::plural && type.has_handler(Handler::create)) add_inserts(examples, type, id);
  const bool changes = table.kind == TableKind::singular || table.kind == TableKind::plural;
  if (changes && type.has_handler(Handler::update)) add_updates(examples, type, id);
  if (table.kind == TableKind::plural && type.has_handler(Handler::delete_))
    examples.push_back({"DELETE", "One resource", "DELETE FROM " + id + change_terms(type)});
  return examples;
}

}  // namespace squall::docs_pages
