#include <algorithm>
#include <cstring>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <type_traits>
#include <unordered_map>

#include "catalogue/blob.h"
#include "catalogue/json_depth.h"
#include "catalogue/names.h"
#include "catalogue/table_names.h"

namespace squall::catalogue {

namespace {

using Json = nlohmann::ordered_json;

// No gaps whose bytes nobody sets: the same facts give the same blob.
static_assert(std::has_unique_object_representations_v<BlobHeader> &&
              std::has_unique_object_representations_v<BlobType> &&
              std::has_unique_object_representations_v<BlobProperty> &&
              std::has_unique_object_representations_v<BlobTable>);

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
  for (DataType type :
       {DataType::string, DataType::integer, DataType::number, DataType::boolean, DataType::array, DataType::object}) {
    if (name_of(type) == name) return type;
  }
  return DataType::object;
}

// A list of types: the pairs of the published documentation; of any other the first that is not object, or its first.
DataType datatype_of_list(const std::vector<std::string>& names) {
  static const std::map<std::vector<std::string>, DataType> kPairs = {
      {{"string", "object"}, DataType::object},   {{"object", "string"}, DataType::object},
      {{"boolean", "string"}, DataType::boolean}, {{"boolean", "null"}, DataType::boolean},
      {{"string", "array"}, DataType::array},     {{"integer", "string"}, DataType::integer},
      {{"number", "string"}, DataType::number},
  };
  if (const auto pair = kPairs.find(names); pair != kPairs.end()) return pair->second;
  for (const auto& name : names) {
    if (name != "object" && name != "null") return datatype_named(name);
  }
  return DataType::object;
}

constexpr int kReferencesMax = 8;  // a chain that is longer goes round in a circle

DataType datatype_of_parts(const Json& property, const Json& schema, int depth);

// `$ref` wins over a type beside it; a property that tells nothing is an object.
DataType datatype_of(const Json& property, const Json& schema, int depth = 0) {
  if (!property.is_object() || depth > kReferencesMax) return DataType::object;
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
  return datatype_of_parts(property, schema, depth);
}

// Where no type is beside them: what a part of allOf says, or what all branches of oneOf or anyOf agree on.
DataType datatype_of_parts(const Json& property, const Json& schema, int depth) {
  const auto tells = [](const Json& part) {
    return part.is_object() && (part.contains("type") || part.contains("$ref"));
  };
  if (property.contains("allOf")) {
    for (const Json& part : property["allOf"]) {
      if (tells(part)) return datatype_of(part, schema, depth + 1);
    }
  }
  std::set<DataType> types;
  for (const char* choice : {"oneOf", "anyOf"}) {
    if (!property.contains(choice)) continue;
    for (const Json& branch : property[choice])
      types.insert(tells(branch) ? datatype_of(branch, schema, depth + 1) : DataType::object);
  }
  return types.size() == 1 ? *types.begin() : DataType::object;
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
  const std::vector<std::string> always =
      handler.contains("required") ? strings_of(handler["required"]) : std::vector<std::string>();
  for (const char* choice : {"oneOf", "anyOf"}) {
    if (!handler.contains(choice)) continue;
    for (const Json& branch : handler[choice]) {
      std::vector<std::string> keys = always;
      if (branch.contains("required")) {
        for (const auto& key : strings_of(branch["required"])) {
          if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
        }
      }
      if (keys.empty()) return {};  // one branch needs nothing
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
  struct Source {
    const char* key;
    PropertyFlag flag;
  };
  constexpr Source kWhole[] = {{"readOnlyProperties", kReadOnly},
                               {"createOnlyProperties", kCreateOnly},
                               {"writeOnlyProperties", kWriteOnly},
                               {"conditionalCreateOnlyProperties", kConditionalCreateOnly},
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
    std::memcpy(blob.data(), &header, sizeof header);
    header.checksum = blob_checksum(blob);
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

// The same name twice in a type would make two columns one: the later gets a number.
std::string free_column(std::set<std::string>& taken, const std::string& wanted) {
  std::string column = wanted;
  for (int number = 2; !taken.insert(column).second; ++number) column = wanted + "_" + std::to_string(number);
  return column;
}

// What compile_schemas() kept beside the type: of a property, or of the type itself under its empty name.
std::string description_in(const Json& schema, const std::string& property) {
  const auto kept = schema.find("descriptions");
  return kept == schema.end() ? std::string() : kept->value(property, std::string());
}

BlobRange write_properties(BlobWriter& writer, const Json& schema) {
  const BlobRange range{static_cast<std::uint32_t>(writer.properties.size()),
                        static_cast<std::uint32_t>(schema["properties"].size())};
  std::set<std::string> columns = {"region"};
  for (const auto& [name, property] : schema["properties"].items()) {
    const std::string column = column_name(name);
    // `region` is the request's.
    BlobProperty record{.name = writer.text(name),
                        .column = writer.text(free_column(columns, column == "region" ? "resource_region" : column))};
    record.flags = flags_of(name, schema);
    record.type = static_cast<std::uint8_t>(datatype_of(property, schema));
    record.description = writer.text(description_in(schema, name));
    writer.properties.push_back(record);
  }
  return range;
}

std::uint32_t handler_order_of(const Json& schema) {
  std::uint32_t order = 0;
  std::uint32_t place = 0;
  if (!schema.contains("handlers")) return 0;
  for (const auto& [name, handler] : schema["handlers"].items()) {
    for (std::uint32_t i = 0; i < kHandlerCount; ++i) {
      if (name == kHandlerNames[i]) order |= (i + 1) << (4 * place++);
    }
  }
  return order;
}

void write_handlers(BlobWriter& writer, const Json& schema, BlobType& record) {
  record.handler_order = handler_order_of(schema);
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
  BlobType record;
  record.name = writer.text(name);
  record.service = writer.text(service_name(split_type_name(name)));
  record.tag_property = writer.text(tag_property_of(schema));
  record.properties = write_properties(writer, schema);
  record.primary = writer.text_list(paths_of(schema, "primaryIdentifier"));
  record.read_only = writer.text_list(paths_of(schema, "readOnlyProperties"));
  record.create_only = writer.text_list(paths_of(schema, "createOnlyProperties"));
  record.write_only = writer.text_list(paths_of(schema, "writeOnlyProperties"));
  record.conditional = writer.text_list(paths_of(schema, "conditionalCreateOnlyProperties"));
  record.required =
      writer.text_list(schema.contains("required") ? strings_of(schema["required"]) : std::vector<std::string>());
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
  record.description = writer.text(description_in(schema, {}));
  schema.erase("descriptions");
  if (schema.contains("listParents")) {
    record.list_parents = writer.unshared_text(schema["listParents"].dump());
    schema.erase("listParents");
  }
  record.schema = writer.unshared_text(schema.dump());
  return record;
}

TableOwner table_owner(const std::string& name, const Json& schema) {
  const TypeNameParts parts = split_type_name(name);
  const Json handlers = schema.value("handlers", Json::object());
  return {.service = service_name(parts),
          .singular = singular_name(parts.resource),
          .has_handlers = !handlers.empty(),
          .has_list = handlers.contains("list"),
          .has_tags = !tag_property_of(schema).empty()};
}

std::string digest_of(const std::vector<std::string>& files) {
  std::uint64_t digest = fnv1a({});
  for (const std::string& file : files) digest = fnv1a(std::as_bytes(std::span(file)), digest);
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(digest));
  return text;
}

// nlohmann's accessors throw where a fact has another form than a schema's.
template <typename Make>
auto checked(const std::string& name, Make make) -> Result<decltype(make())> {
  try {
    return make();
  } catch (const Json::exception& problem) {
    return data_error(name + " is malformed: " + problem.what());
  }
}

using Schemas = std::map<std::string, Json>;  // by type name

Result<Schemas> read_files(const std::vector<std::string>& files) {
  Schemas schemas;
  for (const std::string& file : files) {
    if (is_nested_deeper(file, kJsonDepthMax)) return data_error("a catalogue file is nested too deep");
    Json document = Json::parse(file, nullptr, false);
    if (!document.is_object()) return data_error("a catalogue file is no JSON object");
    for (auto& [name, schema] : document.items()) {
      if (split_type_name(name).resource.empty())
        return data_error("'" + name + "' in a catalogue file is no type's name");
      if (!schema.is_object() || !schema.contains("properties") || !schema["properties"].is_object())
        return data_error(name + " has no properties");
      if (!schemas.emplace(name, std::move(schema)).second) return data_error(name + " is in two catalogue files");
    }
  }
  return schemas;
}

Result<std::vector<std::byte>> write_schemas(const Schemas& schemas, const std::string& version) {
  BlobWriter writer;
  std::vector<TableOwner> owners;
  for (const auto& [name, schema] : schemas)
    owners.push_back(TRY(checked(name, [&, &name = name, &schema = schema] { return table_owner(name, schema); })));
  const TableNames names = name_tables(owners);
  for (const auto& [name, schema] : schemas) {
    const std::size_t index = writer.types.size();
    BlobType record =
        TRY(checked(name, [&, &name = name, &schema = schema] { return write_type(writer, name, schema); }));
    record.singular = writer.text(names.singulars[index]);
    record.plural = writer.text(names.plurals[index]);
    writer.types.push_back(record);
  }
  std::set<std::string> services;
  for (const auto& [name, table] : names.by_name) {
    writer.tables.push_back({.name = writer.text(name),
                             .type = table.owner,
                             .kind = static_cast<std::uint16_t>(table.kind),
                             .alias = static_cast<std::uint16_t>(table.alias)});
    services.insert(owners[table.owner].service);
  }
  BlobHeader header;
  header.services = writer.text_list({services.begin(), services.end()});
  header.catalogue_version = writer.text(version);
  std::vector<std::byte> blob = writer.finish(header);
  if (blob.size() > std::numeric_limits<std::uint32_t>::max()) return data_error("the catalogue is larger than 4 GiB");
  return blob;
}

}  // namespace

Result<std::vector<std::byte>> write_blob(const std::vector<std::string>& files) {
  try {
    return write_schemas(TRY(read_files(files)), digest_of(files));
  } catch (const Json::exception& problem) {
    return data_error(std::string("a catalogue file is malformed: ") + problem.what());
  }
}

}  // namespace squall::catalogue
