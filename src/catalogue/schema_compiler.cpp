#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "catalogue/compiler.h"
#include "catalogue/names.h"

namespace squall::catalogue {

namespace {

using Json = nlohmann::ordered_json;

// How deep the schema of a type is laid out line by line; what is deeper stands on one line.
constexpr int kLinesDeep = 4;

constexpr std::array<std::string_view, 8> kProse = {"description", "title", "$comment", "examples", "documentationUrl", "sourceUrl", "$schema", "$id"};

// Keywords whose values are kept as they are.
constexpr std::array<std::string_view, 36> kVerbatim = {
    "$ref", "type", "enum", "pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minItems", "maxItems",
    "minProperties", "maxProperties", "uniqueItems", "insertionOrder", "arrayType", "required", "const", "format", "default", "multipleOf",
    "relationshipRef", "typeName", "primaryIdentifier", "additionalIdentifiers", "readOnlyProperties", "createOnlyProperties", "writeOnlyProperties",
    "conditionalCreateOnlyProperties", "deprecatedProperties", "tagging", "taggable", "replacementStrategy", "propertyTransform", "nonPublicProperties"};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

class Stripper {
 public:
  explicit Stripper(std::set<std::string>& unknown) : unknown_(unknown) {}

  // A schema without prose. Names of properties are never taken for keywords.
  Json strip(const Json& schema) const {
    if (!schema.is_object()) return schema;
    Json facts = Json::object();
    for (const auto& [keyword, value] : schema.items()) add(facts, keyword, value);
    return facts;
  }

 private:
  void add(Json& facts, const std::string& keyword, const Json& value) const {
    if (is_one_of(kProse, keyword) || keyword == "resourceLink") return;
    if (is_one_of(kVerbatim, keyword)) facts[keyword] = value;
    else if (keyword == "properties" || keyword == "definitions" || keyword == "patternProperties" || keyword == "dependencies") facts[keyword] = strip_each(value);
    else if (keyword == "items" || keyword == "additionalProperties" || keyword == "additionalItems" || keyword == "not") facts[keyword] = strip(value);
    else if (keyword == "oneOf" || keyword == "anyOf" || keyword == "allOf") facts[keyword] = strip_list(value);
    else if (keyword == "handlers") facts[keyword] = strip_handlers(value);
    else unknown_.insert(keyword);
  }

  Json strip_each(const Json& named) const {
    if (!named.is_object()) return named;
    Json facts = Json::object();
    for (const auto& [name, schema] : named.items()) facts[name] = strip(schema);
    return facts;
  }

  Json strip_list(const Json& schemas) const {
    if (!schemas.is_array()) return schemas;
    Json facts = Json::array();
    for (const Json& schema : schemas) facts.push_back(strip(schema));
    return facts;
  }

  Json strip_handlers(const Json& handlers) const {
    if (!handlers.is_object()) return Json::object();
    Json facts = Json::object();
    for (const auto& [name, handler] : handlers.items()) {
      Json kept = Json::object();
      if (!handler.is_object()) continue;
      for (const auto& [key, value] : handler.items()) {
        if (key == "permissions" || key == "timeoutInMinutes") kept[key] = value;
        else if (key == "handlerSchema") kept[key] = strip(value);
      }
      facts[name] = std::move(kept);
    }
    return facts;
  }

  std::set<std::string>& unknown_;
};

// Objects line by line down to kLinesDeep; one property's facts are one line, so that a diff shows what changed.
void write_lines(std::string& out, const Json& value, int depth, int depth_max) {
  if (!value.is_object() || value.empty() || depth >= depth_max) {
    out += value.dump(-1, ' ', false, Json::error_handler_t::replace);
    return;
  }
  out += "{\n";
  bool first = true;
  for (const auto& [key, item] : value.items()) {
    if (!first) out += ",\n";
    first = false;
    out.append(static_cast<std::size_t>(depth) + 1, ' ');
    out += Json(key).dump() + ": ";
    write_lines(out, item, depth + 1, depth_max);
  }
  out += "\n";
  out.append(static_cast<std::size_t>(depth), ' ');
  out += "}";
}

Result<Json> parse_object(const std::string& text, const std::string& what) {
  Json document = Json::parse(text, nullptr, false);
  if (document.is_discarded()) return data_error(what + " is not JSON");
  if (!document.is_object()) return data_error(what + " is no JSON object");
  return document;
}

Result<std::string> type_name_of(const Json& schema, const std::string& entry) {
  const auto name = schema.find("typeName");
  if (name == schema.end() || !name->is_string()) return data_error(entry + " has no typeName");
  if (split_type_name(name->get<std::string>()).resource.empty()) return data_error(entry + ": '" + name->get<std::string>() + "' is no type's name");
  for (const char* needed : {"properties", "primaryIdentifier"}) {
    if (!schema.contains(needed)) return data_error(entry + " has no " + needed);
  }
  if (!schema["properties"].is_object()) return data_error(entry + ": properties is no object");
  return name->get<std::string>();
}

}  // namespace

Result<CompiledServices> compile_schemas(const std::vector<SchemaText>& schemas, std::string_view list_parents) {
  const Json parents = TRY(parse_object(std::string(list_parents), "the list parents"));
  std::set<std::string> unknown;
  const Stripper stripper(unknown);
  std::map<std::string, std::map<std::string, Json>> services;
  for (const SchemaText& schema : schemas) {
    const Json document = TRY(parse_object(schema.json, schema.entry));
    const std::string name = TRY(type_name_of(document, schema.entry));
    Json facts = stripper.strip(document);
    facts.erase("typeName");
    if (parents.contains(name)) facts["listParents"] = parents[name];
    if (!services[split_type_name(name).service].emplace(name, std::move(facts)).second) return data_error(schema.entry + " defines " + name + " again");
  }
  CompiledServices compiled;
  for (const auto& [service, types] : services) {
    Json file = Json::object();
    for (const auto& [name, facts] : types) file[name] = facts;
    std::string text;
    write_lines(text, file, 0, kLinesDeep);
    compiled.files[service + ".json"] = text + "\n";
  }
  compiled.unknown_keywords.assign(unknown.begin(), unknown.end());
  return compiled;
}

}  // namespace squall::catalogue
