#include <algorithm>
#include <array>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>

#include "catalogue/compiler.h"
#include "catalogue/json_depth.h"
#include "catalogue/names.h"

namespace squall::catalogue {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 8> kProse = {"description",      "title",     "$comment", "examples",
                                                    "documentationUrl", "sourceUrl", "$schema",  "$id"};

// Keywords whose values are kept as they are.
constexpr std::array<std::string_view, 36> kVerbatim = {"$ref",
                                                        "type",
                                                        "enum",
                                                        "pattern",
                                                        "minLength",
                                                        "maxLength",
                                                        "minimum",
                                                        "maximum",
                                                        "exclusiveMinimum",
                                                        "exclusiveMaximum",
                                                        "minItems",
                                                        "maxItems",
                                                        "minProperties",
                                                        "maxProperties",
                                                        "uniqueItems",
                                                        "insertionOrder",
                                                        "arrayType",
                                                        "required",
                                                        "const",
                                                        "format",
                                                        "default",
                                                        "multipleOf",
                                                        "relationshipRef",
                                                        "typeName",
                                                        "primaryIdentifier",
                                                        "additionalIdentifiers",
                                                        "readOnlyProperties",
                                                        "createOnlyProperties",
                                                        "writeOnlyProperties",
                                                        "conditionalCreateOnlyProperties",
                                                        "deprecatedProperties",
                                                        "tagging",
                                                        "taggable",
                                                        "replacementStrategy",
                                                        "propertyTransform",
                                                        "nonPublicProperties"};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

class Stripper {
 public:
  explicit Stripper(std::set<std::string>& unknown) : unknown_(unknown) {}

  // A schema without prose. Names of properties are never taken for keywords.
  Json strip(const Json& schema) const {
    if (schema.is_array()) return strip_list(schema);  // `items` of a tuple; names of `dependencies`
    if (!schema.is_object()) return schema;
    Json facts = Json::object();
    for (const auto& [keyword, value] : schema.items()) add(facts, keyword, value);
    return facts;
  }

 private:
  void add(Json& facts, const std::string& keyword, const Json& value) const {
    if (is_one_of(kProse, keyword) || keyword == "resourceLink") return;
    if (is_one_of(kVerbatim, keyword))
      facts[keyword] = value;
    else if (keyword == "properties" || keyword == "definitions" || keyword == "patternProperties" ||
             keyword == "dependencies")
      facts[keyword] = strip_each(value);
    else if (keyword == "items" || keyword == "additionalProperties" || keyword == "additionalItems" ||
             keyword == "not")
      facts[keyword] = strip(value);
    else if (keyword == "oneOf" || keyword == "anyOf" || keyword == "allOf")
      facts[keyword] = strip_list(value);
    else if (keyword == "handlers")
      facts[keyword] = strip_handlers(value);
    else
      unknown_.insert(keyword);
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
        if (key == "permissions" || key == "timeoutInMinutes")
          kept[key] = value;
        else if (key == "handlerSchema")
          kept[key] = strip(value);
      }
      facts[name] = std::move(kept);
    }
    return facts;
  }

  std::set<std::string>& unknown_;
};

// An object with a line for each member, so that a diff shows which property changed. `write_each` writes what is laid
// out over several lines itself and says so; all else is one line.
void write_members(std::string& out, const Json& object, int depth,
                   const std::function<bool(const std::string&, const Json&)>& write_each) {
  if (object.empty()) {
    out += "{}";
    return;
  }
  const std::string indent(static_cast<std::size_t>(depth) + 1, ' ');
  out += "{\n";
  bool first = true;
  for (const auto& [key, value] : object.items()) {
    if (!first) out += ",\n";
    first = false;
    out += indent + Json(key).dump() + ": ";
    if (!write_each(key, value)) out += value.dump();
  }
  out += "\n" + indent.substr(1) + "}";
}

void write_line_each(std::string& out, const Json& object, int depth) {
  write_members(out, object, depth, [](const std::string&, const Json&) { return false; });
}

void write_definition(std::string& out, const Json& definition, int depth) {
  write_members(out, definition, depth, [&](const std::string& key, const Json& value) {
    if (key != "properties" || !value.is_object()) return false;
    write_line_each(out, value, depth + 1);
    return true;
  });
}

void write_definitions(std::string& out, const Json& definitions, int depth) {
  write_members(out, definitions, depth, [&](const std::string&, const Json& definition) {
    if (!definition.is_object() || !definition.contains("properties")) return false;
    write_definition(out, definition, depth + 1);
    return true;
  });
}

void write_type(std::string& out, const Json& facts, int depth) {
  write_members(out, facts, depth, [&](const std::string& key, const Json& value) {
    if (!value.is_object()) return false;
    if (key == "definitions")
      write_definitions(out, value, depth + 1);
    else if (key == "properties" || key == "handlers")
      write_line_each(out, value, depth + 1);
    else
      return false;
    return true;
  });
}

std::string write_service(const std::map<std::string, Json>& types) {
  Json file = Json::object();
  for (const auto& [name, facts] : types) file[name] = facts;
  std::string out;
  write_members(out, file, 0, [&](const std::string&, const Json& facts) {
    write_type(out, facts, 1);
    return true;
  });
  return out + "\n";
}

Result<Json> parse_object(const std::string& text, const std::string& what) {
  if (is_nested_deeper(text, kJsonDepthMax)) return data_error(what + " is nested too deep");
  Json document = Json::parse(text, nullptr, false);
  if (document.is_discarded()) return data_error(what + " is not JSON");
  if (!document.is_object()) return data_error(what + " is no JSON object");
  return document;
}

Result<std::string> type_name_of(const Json& schema, const std::string& entry) {
  const auto name = schema.find("typeName");
  if (name == schema.end() || !name->is_string()) return data_error(entry + " has no typeName");
  if (split_type_name(name->get<std::string>()).resource.empty())
    return data_error(entry + ": '" + name->get<std::string>() + "' is no type's name");
  for (const char* needed : {"properties", "primaryIdentifier"}) {
    if (!schema.contains(needed)) return data_error(entry + " has no " + needed);
  }
  if (!schema["properties"].is_object()) return data_error(entry + ": properties is no object");
  return name->get<std::string>();
}

std::string description_of(const Json& schema) {
  const auto description = schema.find("description");
  return description == schema.end() || !description->is_string() ? std::string() : description->get<std::string>();
}

// The property's own sentence, else that of the definition it is of.
std::string property_description(const Json& property, const Json& schema) {
  if (!property.is_object()) return {};
  std::string own = description_of(property);
  if (!own.empty() || !property.contains("$ref") || !property["$ref"].is_string()) return own;
  const std::string ref = property["$ref"].get<std::string>();
  if (!ref.starts_with("#/")) return {};
  const Json::json_pointer pointer(ref.substr(1));
  return schema.contains(pointer) && schema[pointer].is_object() ? description_of(schema[pointer]) : std::string();
}

// By property; the type's own has the empty name.
Json descriptions_of(const Json& schema) {
  Json descriptions = Json::object();
  const auto keep = [&](const std::string& name, std::string text) {
    if (!text.empty()) descriptions[name] = std::move(text);
  };
  keep({}, description_of(schema));
  for (const auto& [name, property] : schema["properties"].items()) keep(name, property_description(property, schema));
  return descriptions;
}

Result<Json> facts_of(const SchemaText& schema, const Json& document, const Stripper& stripper, Prose prose) {
  // nlohmann throws where a fact has another form than a schema's.
  try {
    Json facts = stripper.strip(document);
    facts.erase("typeName");
    if (prose == Prose::kept) facts["descriptions"] = descriptions_of(document);
    return facts;
  } catch (const Json::exception& problem) {
    return data_error(schema.entry + " is malformed: " + problem.what());
  }
}

Result<CompiledServices> compile(const std::vector<SchemaText>& schemas, const Json& list_parents, Prose prose) {
  std::set<std::string> unknown;
  const Stripper stripper(unknown);
  CompiledServices compiled;
  std::map<std::string, std::map<std::string, Json>> services;
  for (const SchemaText& schema : schemas) {
    const Json document = TRY(parse_object(schema.json, schema.entry));
    const std::string name = TRY(type_name_of(document, schema.entry));
    Json facts = TRY(facts_of(schema, document, stripper, prose));
    compiled.types.insert(name);
    if (list_parents.contains(name)) facts["listParents"] = list_parents[name];
    if (!services[split_type_name(name).service].emplace(name, std::move(facts)).second)
      return data_error(schema.entry + " defines " + name + " again");
  }
  for (const auto& [service, types] : services) compiled.files[service + ".json"] = write_service(types);
  compiled.unknown_keywords.assign(unknown.begin(), unknown.end());
  return compiled;
}

}  // namespace

Result<CompiledServices> compile_schemas(const std::vector<SchemaText>& schemas, std::string_view list_parents,
                                         Prose prose) {
  // nlohmann throws where a text is no UTF-8.
  try {
    return compile(schemas, TRY(parse_object(std::string(list_parents), "the file of list parents")), prose);
  } catch (const Json::exception& problem) {
    return data_error(std::string("a schema is malformed: ") + problem.what());
  }
}

}  // namespace squall::catalogue
