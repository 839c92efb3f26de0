#include <algorithm>
#include <cstring>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <unordered_map>

#include "catalogue/blob.h"
#include "catalogue/names.h"

namespace squall::catalogue {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint32_t kTimeoutMinutesDefault = 120;
constexpr const char* kHandlerNames[kHandlerCount] = {"create", "read", "update", "delete", "list"};

// --- facts of one schema ---

std::string without_prefix(const std::string& path) {
  constexpr std::string_view kPrefix = "/properties/";
  return path.starts_with(kPrefix) ? path.substr(kPrefix.size()) : path;
}

std::vector<std::string> paths_of(const Json& schema, const char* key) {
  std::vector<std::string> paths;
  if (!schema.contains(key) || !schema[key].is_array()) return paths;
  for (const Json& path : schema[key]) {
    if (path.is_string()) paths.push_back(without_prefix(path.get<std::string>()));
  }
  return paths;
}

std::vector<std::string> strings_of(const Json& list) {
  std::vector<std::string> texts;
  if (!list.is_array()) return texts;
  for (const Json& item : list) {
    if (item.is_string()) texts.push_back(item.get<std::string>());
  }
  return texts;
}

DataType datatype_named(const std::string& name) {
  for (DataType type : {DataType::string, DataType::integer, DataType::number, DataType::boolean, DataType::array, DataType::object}) {
    if (name_of(type) == name) return type;
  }
  return DataType::object;
}

// A list of types: the pairs of the published documentation; of any other the first that is not object, or its first.
DataType datatype_of_list(const std::vector<std::string>& names) {
  static const std::map<std::vector<std::string>, DataType> kPairs = {
      {{"string", "object"}, DataType::object},   {{"object", "string"}, DataType::object}, {{"boolean", "string"}, DataType::boolean},
      {{"boolean", "null"}, DataType::boolean},   {{"string", "array"}, DataType::array},   {{"integer", "string"}, DataType::integer},
      {{"number", "string"}, DataType::number},
  };
  if (const auto pair = kPairs.find(names); pair != kPairs.end()) return pair->second;
  for (const auto& name : names) {
    if (name != "object" && name != "null") return datatype_named(name);
  }
  return DataType::object;
}

// `$ref` wins over a type beside it; a property that tells nothing is an object.
DataType datatype_of(const Json& property, const Json& schema, int depth = 0) {
  if (!property.is_object() || depth > 8) return DataType::object;
  if (property.contains("$ref") && property["$ref"].is_string()) {
    const std::string ref = property["$ref"].get<std::string>();
    const bool own = ref.starts_with("#/");
    const Json::json_pointer pointer(own ? ref.substr(1) : "");
    if (own && schema.contains(pointer)) return datatype_of(schema[pointer], schema, depth + 1);
  }
  if (property.contains("type")) {
    const Json& type = property["type"];
    if (type.is_string()) return datatype_named(type.get<std::string>());
    if (type.is_array()) return datatype_of_list(strings_of(type));
  }
  for (const char* combined : {"allOf", "oneOf", "anyOf"}) {
    if (!property.contains(combined) || !property[combined].is_array()) continue;
    for (const Json& part : property[combined]) {
      if (part.is_object() && (part.contains("type") || part.contains("$ref"))) return datatype_of(part, schema, depth + 1);
    }
  }
  return DataType::object;
}

std::string tag_property_of(const Json& schema) {
  std::string path = "/properties/Tags";
  if (schema.contains("tagging") && schema["tagging"].is_object()) {
    const Json& tagging = schema["tagging"];
    if (tagging.value("taggable", true) == false) return {};
    path = tagging.value("tagProperty", path);
  } else if (schema.value("taggable", true) == false) {
    return {};
  }
  const std::string name = without_prefix(path);
  return schema["properties"].contains(name) ? name : std::string();
}

// Alternatives of keys that a list needs: `required`, together with each branch of oneOf or anyOf.
std::vector<std::vector<std::string>> list_keys_of(const Json& schema) {
  std::vector<std::vector<std::string>> alternatives;
  const Json::json_pointer place("/handlers/list/handlerSchema");
  const Json handler = schema.contains(place) ? schema[place] : Json::object();
  const std::vector<std::string> always = handler.contains("required") ? strings_of(handler["required"]) : std::vector<std::string>();
  for (const char* choice : {"oneOf", "anyOf"}) {
    if (!handler.contains(choice)) continue;
    for (const Json& branch : handler[choice]) {
      std::vector<std::string> keys = always;
      if (branch.contains("required")) {
        for (const auto& key : strings_of(branch["required"])) {
          if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
        }
      }
      if (keys.empty()) return {};   // one branch needs nothing
      alternatives.push_back(std::move(keys));
    }
  }
  if (alternatives.empty() && !always.empty()) alternatives.push_back(always);
  if (alternatives.empty() && schema.contains("listParents")) {
    // Handlers that need keys which their schema does not declare.
    const Json& parents = schema["listParents"];
    std::vector<std::string> keys;
    if (parents.value("list", "") == "needs-undeclared-keys" && parents.contains("keys")) {
      for (const auto& [key, source] : parents["keys"].items()) keys.push_back(key);
    }
    if (!keys.empty()) alternatives.push_back(std::move(keys));
  }
  return alternatives;
}

std::set<std::string> first_steps(const std::vector<std::string>& paths) {
  std::set<std::string> names;
  for (const auto& path : paths) names.insert(path.substr(0, path.find('/')));
  return names;
}

std::uint16_t flags_of(const std::string& name, const Json& schema) {
  struct Source { const char* key; PropertyFlag flag; };
  constexpr Source kWhole[] = {{"readOnlyProperties", kReadOnly},   {"createOnlyProperties", kCreateOnly},
                               {"writeOnlyProperties", kWriteOnly}, {"conditionalCreateOnlyProperties", kConditionalCreateOnly},
                               {"deprecatedProperties", kDeprecated}};
  std::uint16_t flags = 0;
  for (const Source& source : kWhole) {
    const auto paths = paths_of(schema, source.key);
    if (std::find(paths.begin(), paths.end(), name) != paths.end()) flags |= source.flag;
  }
  const auto required = schema.contains("required") ? strings_of(schema["required"]) : std::vector<std::string>();
  if (std::find(required.begin(), required.end(), name) != required.end()) flags |= kRequired;
  if (first_steps(paths_of(schema, "primaryIdentifier")).count(name) != 0) flags |= kIdentifier;
  return flags;
}

// --- the blob ---

class BlobWriter {
 public:
  BlobText text(std::string_view content) {
    const auto known = places_.find(std::string(content));
    if (known != places_.end()) return known->second;
    const BlobText place = unshared_text(content);
    places_.emplace(content, place);
    return place;
  }
  BlobText unshared_text(std::string_view content) {
    const BlobText place{static_cast<std::uint32_t>(characters.size()), static_cast<std::uint32_t>(content.size())};
    characters += content;
    return place;
  }
  BlobRange text_list(const std::vector<std::string>& contents) {
    const BlobRange range{static_cast<std::uint32_t>(texts.size()), static_cast<std::uint32_t>(contents.size())};
    for (const auto& content : contents) texts.push_back(text(content));
    return range;
  }
  BlobRange lists(const std::vector<std::vector<std::string>>& contents) {
    std::vector<BlobRange> made;
    for (const auto& content : contents) made.push_back(text_list(content));
    const BlobRange range{static_cast<std::uint32_t>(ranges.size()), static_cast<std::uint32_t>(made.size())};
    ranges.insert(ranges.end(), made.begin(), made.end());
    return range;
  }

  std::vector<std::byte> finish(BlobHeader header) const {
    std::vector<std::byte> blob(sizeof(BlobHeader));
    const auto append = [&blob](const void* data, std::size_t count, std::size_t size) {
      blob.resize((blob.size() + 7) / 8 * 8);
      const BlobRange section{static_cast<std::uint32_t>(blob.size()), static_cast<std::uint32_t>(count)};
      const auto* bytes = static_cast<const std::byte*>(data);
      blob.insert(blob.end(), bytes, bytes + count * size);
      return section;
    };
    header.types = append(types.data(), types.size(), sizeof(BlobType));
    header.tables = append(tables.data(), tables.size(), sizeof(BlobTable));
    header.properties = append(properties.data(), properties.size(), sizeof(BlobProperty));
    header.ranges = append(ranges.data(), ranges.size(), sizeof(BlobRange));
    header.texts = append(texts.data(), texts.size(), sizeof(BlobText));
    header.characters = append(characters.data(), characters.size(), 1);
    std::memcpy(header.magic, kBlobMagic, sizeof kBlobMagic);
    header.version = kBlobVersion;
    header.size = blob.size();
    header.checksum = blob_checksum(std::span(blob).subspan(sizeof(BlobHeader)));
    std::memcpy(blob.data(), &header, sizeof header);
    return blob;
  }

  std::vector<BlobType> types;
  std::vector<BlobTable> tables;
  std::vector<BlobProperty> properties;
  std::vector<BlobRange> ranges;
  std::vector<BlobText> texts;
  std::string characters;

 private:
  std::unordered_map<std::string, BlobText> places_;
};

BlobRange write_properties(BlobWriter& writer, const Json& schema) {
  const BlobRange range{static_cast<std::uint32_t>(writer.properties.size()), static_cast<std::uint32_t>(schema["properties"].size())};
  for (const auto& [name, property] : schema["properties"].items()) {
    std::string column = column_name(name);
    if (column == "region") column = "resource_region";   // `region` is the request's
    BlobProperty record{.name = writer.text(name), .column = writer.text(column)};
    record.flags = flags_of(name, schema);
    record.type = static_cast<std::uint8_t>(datatype_of(property, schema));
    writer.properties.push_back(record);
  }
  return range;
}

void write_handlers(BlobWriter& writer, const Json& schema, BlobType& record) {
  for (std::size_t i = 0; i < kHandlerCount; ++i) {
    record.timeout_minutes[i] = kTimeoutMinutesDefault;
    if (!schema.contains("handlers") || !schema["handlers"].contains(kHandlerNames[i])) continue;
    const Json& handler = schema["handlers"][kHandlerNames[i]];
    record.handlers |= 1U << i;
    if (handler.contains("permissions")) record.permissions[i] = writer.text_list(strings_of(handler["permissions"]));
    record.timeout_minutes[i] = handler.value("timeoutInMinutes", kTimeoutMinutesDefault);
  }
}

BlobType write_type(BlobWriter& writer, const std::string& name, Json schema) {
  const TypeNameParts parts = split_type_name(name);
  const std::string singular = singular_name(parts.resource);
  BlobType record;
  record.name = writer.text(name);
  record.service = writer.text(parts.service);
  record.singular = writer.text(singular);
  record.plural = writer.text(plural_name(singular));
  record.tag_property = writer.text(tag_property_of(schema));
  record.properties = write_properties(writer, schema);
  record.primary = writer.text_list(paths_of(schema, "primaryIdentifier"));
  record.read_only = writer.text_list(paths_of(schema, "readOnlyProperties"));
  record.create_only = writer.text_list(paths_of(schema, "createOnlyProperties"));
  record.write_only = writer.text_list(paths_of(schema, "writeOnlyProperties"));
  record.conditional = writer.text_list(paths_of(schema, "conditionalCreateOnlyProperties"));
  record.required = writer.text_list(schema.contains("required") ? strings_of(schema["required"]) : std::vector<std::string>());
  std::vector<std::vector<std::string>> additional;
  if (schema.contains("additionalIdentifiers")) {
    for (const Json& identifier : schema["additionalIdentifiers"]) {
      std::vector<std::string> paths;
      for (const auto& path : strings_of(identifier)) paths.push_back(without_prefix(path));
      additional.push_back(std::move(paths));
    }
  }
  record.additional = writer.lists(additional);
  record.list_keys = writer.lists(list_keys_of(schema));
  write_handlers(writer, schema, record);
  if (schema.contains("listParents")) {
    record.list_parents = writer.unshared_text(schema["listParents"].dump());
    schema.erase("listParents");
  }
  record.schema = writer.unshared_text(schema.dump());
  return record;
}

struct TableName {
  std::uint32_t type = 0;
  TableKind kind = TableKind::plural;
  bool primary = true;   // the plural and singular of a type come before its list_only and tags
};

// Every name once. A singular that is another type's plural, or a derived name that a real resource has, gives way.
Result<std::map<std::string, TableName>> name_tables(const std::vector<std::pair<std::string, const Json*>>& types) {
  std::map<std::string, TableName> names;
  const auto add = [&](const std::string& name, TableName table, bool gives_way) -> Status {
    const auto [place, added] = names.emplace(name, table);
    if (added || gives_way) return {};
    return data_error(types[table.type].first + " and " + types[place->second.type].first + " both make the table " + name);
  };
  const auto each_table = [&](auto visit) -> Status {
    for (std::uint32_t i = 0; i < types.size(); ++i) {
      const auto& [name, schema] = types[i];
      if (!name.starts_with("AWS::") || !schema->contains("handlers") || (*schema)["handlers"].empty()) continue;
      const TypeNameParts parts = split_type_name(name);
      const std::string singular = singular_name(parts.resource);
      TRY(visit(i, *schema, parts.service + ".", singular, plural_name(singular)));
    }
    return {};
  };
  TRY(each_table([&](std::uint32_t i, const Json&, const std::string& service, const std::string&, const std::string& plural) -> Status {
    return add(service + plural, {i, TableKind::plural}, false);
  }));
  TRY(each_table([&](std::uint32_t i, const Json&, const std::string& service, const std::string& singular, const std::string& plural) -> Status {
    if (singular == plural) return {};
    return add(service + singular, {i, TableKind::singular}, false);
  }));
  TRY(each_table([&](std::uint32_t i, const Json& schema, const std::string& service, const std::string& singular, const std::string& plural) -> Status {
    if (schema["handlers"].contains("list")) TRY(add(service + plural + "_list_only", {i, TableKind::list_only}, true));
    if (!tag_property_of(schema).empty()) TRY(add(service + singular + "_tags", {i, TableKind::tags}, true));
    // An edition of the documentation puts the service before these three singulars.
    if (singular == "registry" || singular == "list" || singular == "stream") {
      TRY(add(service + service.substr(0, service.size() - 1) + "_" + singular, {i, TableKind::singular}, true));
    }
    return {};
  }));
  return names;
}

}  // namespace

Result<std::vector<std::byte>> write_blob(const std::vector<std::string>& files) {
  std::map<std::string, Json> schemas;
  std::uint64_t digest = 0;
  for (const std::string& file : files) {
    Json document = Json::parse(file, nullptr, false);
    if (!document.is_object()) return data_error("a catalogue file is no JSON object");
    digest = digest * 31 + blob_checksum(std::as_bytes(std::span(file)));
    for (auto& [name, schema] : document.items()) schemas.emplace(name, std::move(schema));
  }
  BlobWriter writer;
  std::vector<std::pair<std::string, const Json*>> types;
  std::set<std::string> services;
  for (const auto& [name, schema] : schemas) {
    if (!schema.is_object() || !schema.contains("properties") || !schema["properties"].is_object()) return data_error(name + " has no properties");
    types.emplace_back(name, &schema);
    writer.types.push_back(write_type(writer, name, schema));
  }
  for (const auto& [name, table] : TRY(name_tables(types))) {
    writer.tables.push_back({.name = writer.text(name), .type = table.type, .kind = static_cast<std::uint32_t>(table.kind)});
    services.insert(name.substr(0, name.find('.')));
  }
  BlobHeader header;
  header.services = writer.text_list({services.begin(), services.end()});
  char version[17];
  std::snprintf(version, sizeof version, "%016llx", static_cast<unsigned long long>(digest));
  header.catalogue_version = writer.text(version);
  return writer.finish(header);
}

}  // namespace squall::catalogue
