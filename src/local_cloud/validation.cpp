#include "local_cloud/validation.h"

#include <nlohmann/json.hpp>
#include <vector>

namespace squall::local_cloud {

namespace {

using catalogue::ResourceType;

std::string expected_word(DataType type) {
  switch (type) {
    case DataType::string: return "String";
    case DataType::boolean: return "Boolean";
    case DataType::integer: return "Integer";
    case DataType::number: return "Number";
    case DataType::array: return "JSONArray";
    case DataType::object:
    case DataType::any: break;
  }
  return "JSONObject";
}

// Whether the schema gives the property exactly one plain type, so that the top level can be checked.
bool has_plain_type(const Json& property) {
  return property.is_object() && property.contains("type") && property["type"].is_string() &&
         !property.contains("oneOf") && !property.contains("anyOf");
}

bool type_fits(DataType type, const Json& value) {
  if (type == DataType::number && value.is_number()) return true;
  // AWS's validator takes 1.0 for an integer.
  if (type == DataType::integer && value.is_number_float())
    return value.get<double>() == static_cast<double>(static_cast<std::int64_t>(value.get<double>()));
  return kind_word(value) == expected_word(type);
}

std::vector<std::string> model_faults(const TypeFacts& facts, const Json& model) {
  std::vector<std::string> faults;
  const ResourceType& type = facts.type;
  for (std::string_view name : type.required()) {
    if (!model.contains(std::string(name))) faults.push_back("#: required key [" + std::string(name) + "] not found");
  }
  for (const auto& [name, value] : model.items()) {
    const auto property = type.find_property(name);
    if (!property) {
      faults.push_back("#: extraneous key [" + name + "] is not permitted");
      continue;
    }
    const auto described = facts.schema->find("properties")->find(name);
    const DataType expected = type.property(*property).type;
    if (described != facts.schema->find("properties")->end() && has_plain_type(*described) &&
        !type_fits(expected, value))
      faults.push_back("#/" + name + ": expected type: " + expected_word(expected) + ", found: " + kind_word(value));
  }
  return faults;
}

std::string validation_text(const std::vector<std::string>& faults) {
  if (faults.size() == 1) return "Model validation failed (" + faults[0] + ")";
  std::string text = "Model validation failed (#: " + std::to_string(faults.size()) + " schema violations found";
  for (const auto& fault : faults) text += "\n" + fault;
  return text + ")";
}

}  // namespace

std::string model_fault(const TypeFacts& facts, const Json& model) {
  if (!model.is_object()) return validation_text({"#: expected type: JSONObject, found: " + kind_word(model)});
  const auto faults = model_faults(facts, model);
  return faults.empty() ? std::string() : validation_text(faults);
}

std::string read_only_set(const TypeFacts& facts, const Json& model) {
  std::string names;
  for (const auto& [name, value] : model.items()) {
    const auto property = facts.type.find_property(name);
    if (property && facts.type.property(*property).has(catalogue::kReadOnly))
      names += (names.empty() ? "" : ", ") + name;
  }
  return names;
}

PatchFault apply_patch(const TypeFacts& facts, const std::string& document, Json& model) {
  const Json patch = parse_json(document);
  if (!patch.is_array()) return {"ValidationException", "Invalid patch update: the document is no JSON array"};
  Json patched;
  try {
    patched = model.patch(patch);
  } catch (const Json::exception& error) {
    return {"ValidationException", std::string("Invalid patch update: ") + error.what()};
  }
  if (const std::string fault = model_fault(facts, patched); !fault.empty()) return {"ValidationException", fault};
  model = std::move(patched);
  return {};
}

}  // namespace squall::local_cloud
