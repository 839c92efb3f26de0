#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "catalogue/blob.h"
#include "catalogue/import.h"
#include "catalogue/json_depth.h"
#include "catalogue/names.h"

namespace squall::catalogue {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kWanted =
    "a zip as AWS publishes it, a resource schema, or the saved answer of aws cloudformation describe-type";

Result<SchemaSet> read_json(std::string_view bytes, const std::string& name) {
  if (is_nested_deeper(bytes, kJsonDepthMax)) return data_error(name + " is nested too deep", kWanted);
  const Json document = Json::parse(bytes, nullptr, false);
  if (!document.is_object()) return data_error(name + " is neither a zip nor a JSON object", kWanted);
  if (document.contains("typeName")) return SchemaSet{.schemas = {{name, std::string(bytes)}}};
  const auto schema = document.find("Schema");
  if (schema == document.end() || !schema->is_string())
    return data_error(name + " has neither typeName nor Schema", kWanted);
  const Json type = document.value("Type", Json("RESOURCE"));
  if (type != "RESOURCE") return data_error(name + " describes a " + type.dump() + ", not a RESOURCE");
  return SchemaSet{.schemas = {{name, schema->get<std::string>()}}};
}

std::string provider_of(std::string_view type) { return split_type_name(type).provider; }

// What compile_schemas() made of the type once, out of the blob again.
Json facts_of(const ResourceType& type) {
  Json facts = Json::parse(type.schema(), nullptr, false);
  if (!facts.is_object()) facts = Json::object();
  Json descriptions = Json::object();
  if (!type.description().empty()) descriptions[""] = std::string(type.description());
  for (std::size_t i = 0; i < type.property_count(); ++i) {
    const Property property = type.property(i);
    if (!property.description.empty()) descriptions[std::string(property.name)] = std::string(property.description);
  }
  if (!descriptions.empty()) facts["descriptions"] = std::move(descriptions);
  if (!type.list_parents().empty()) facts["listParents"] = Json::parse(type.list_parents(), nullptr, false);
  return facts;
}

std::string list_parents_of(const Catalogue& catalogue) {
  std::string text = "{";
  for (std::size_t i = 0; i < catalogue.type_count(); ++i) {
    const ResourceType type = catalogue.type(i);
    if (type.list_parents().empty()) continue;
    text +=
        (text.size() > 1 ? "," : "") + Json(std::string(type.name())).dump() + ":" + std::string(type.list_parents());
  }
  return text + "}";
}

// The types of `base` that stay, as one more file of facts; counts them. `replaced` are the types that the set holds.
std::string kept_facts(const Catalogue& base, const std::set<std::string>& replaced, bool whole, Imported& imported) {
  std::set<std::string> providers;
  for (const std::string& name : replaced) providers.insert(provider_of(name));
  Json file = Json::object();
  for (std::size_t i = 0; i < base.type_count(); ++i) {
    const ResourceType type = base.type(i);
    const std::string name(type.name());
    if (replaced.contains(name)) continue;
    if (whole && providers.contains(provider_of(name))) {
      ++imported.gone;
      continue;
    }
    file[name] = facts_of(type);
    ++imported.kept;
  }
  return file.dump();
}

// Tried one by one, to tell which entry write_blob() refuses.
Error name_entry(const SchemaSet& set, Error error) {
  for (const SchemaText& schema : set.schemas) {
    const auto compiled = compile_schemas({schema}, "{}", Prose::kept);
    if (!compiled) return compiled.error();
    const auto blob = write_blob({compiled->files.begin()->second});
    if (blob) continue;
    error.message = schema.entry + ": " + blob.error().message;
    break;
  }
  return error;
}

Result<Imported> import(const SchemaSet& set, const Catalogue& base, const Catalogue& embedded) {
  CompiledServices compiled = TRY(compile_schemas(set.schemas, list_parents_of(embedded), Prose::kept));
  Imported imported;
  std::vector<std::string> files;
  for (const auto& [service, text] : compiled.files) files.push_back(text);
  imported.types = compiled.types.size();
  files.push_back(kept_facts(base, compiled.types, set.whole, imported));
  imported.unknown_keywords = std::move(compiled.unknown_keywords);
  auto blob = write_blob(files);
  if (!blob) return name_entry(set, std::move(blob).error());
  imported.blob = std::move(*blob);
  return imported;
}

}  // namespace

Result<SchemaSet> read_schema_set(std::string_view bytes, const std::string& name) {
  if (bytes.starts_with("PK")) return SchemaSet{.schemas = TRY(unpack_schema_zip(bytes, name)), .whole = true};
  return read_json(bytes, name);
}

Result<Imported> import_schemas(const SchemaSet& set, const Catalogue& base, const Catalogue& embedded) {
  // nlohmann throws where a text of the base, which may be damaged, is no UTF-8.
  try {
    return import(set, base, embedded);
  } catch (const Json::exception& problem) {
    return data_error(std::string("the catalogue in use is damaged: ") + problem.what());
  }
}

}  // namespace squall::catalogue
