#include "local_cloud/validation.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

#include "local_cloud/model.h"

namespace squall::local_cloud {

namespace {

using catalogue::ResourceType;

const std::string kInvalidPatch = "Invalid patch update: ";

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
    return std::trunc(value.get<double>()) == value.get<double>();
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

// Step by step: "*" and the step of an array's element fit each other. True where one path leads into the other.
bool paths_meet(std::string_view pattern, std::string_view path) {
  while (!pattern.empty() && !path.empty()) {
    const std::string_view wanted = pattern.substr(0, pattern.find('/'));
    const std::string_view step = path.substr(0, path.find('/'));
    if (wanted != "*" && wanted != step) return false;
    pattern.remove_prefix(std::min(pattern.size(), wanted.size() + 1));
    path.remove_prefix(std::min(path.size(), step.size() + 1));
  }
  return pattern.empty();  // a path that only leads towards it may leave it as it is
}

std::string meeting(const std::vector<std::string_view>& patterns, const std::vector<std::string>& paths,
                    std::string_view prefix) {
  std::string met;
  for (std::string_view pattern : patterns) {
    const bool meets =
        std::any_of(paths.begin(), paths.end(), [&](const auto& path) { return paths_meet(pattern, path); });
    if (meets) met += (met.empty() ? "" : ", ") + std::string(prefix) + std::string(pattern);
  }
  return met;
}

// The paths that a patch changes, without their first slash; only those not changed by "add", if `added` is false.
std::vector<std::string> changed_paths(const Json& patch, bool added) {
  std::vector<std::string> paths;
  for (const Json& operation : patch) {
    const std::string name = operation.value("op", "");
    if (name == "test" || (name == "add" && !added)) continue;
    const std::string path = operation.value("path", "");
    if (!path.empty()) paths.push_back(path.substr(1));
    if (name == "move" && operation.value("from", "").size() > 1)
      paths.push_back(operation.value("from", "").substr(1));
  }
  return paths;
}

PatchFault not_updatable(const std::string& paths) {
  return {"NotUpdatableException", kInvalidPatch + "createOnlyProperties [" + paths + "] cannot be updated"};
}

// What a well-formed patch must not touch, as AWS words it.
PatchFault patch_fault(const TypeFacts& facts, const Json& patch) {
  const auto changed = changed_paths(patch, true);
  if (const std::string met = meeting(facts.type.create_only(), changed, "/properties/"); !met.empty())
    return not_updatable(met);
  if (const std::string met = meeting(facts.read_only, changed, "/properties/"); !met.empty())
    return {"ValidationException", kInvalidPatch + "readOnlyProperties [" + met + "] cannot be updated"};
  if (const std::string met = meeting(facts.write_only, changed_paths(patch, false), "/"); !met.empty())
    return {"ValidationException",
            kInvalidPatch + "writeOnlyProperties [" + met + "] can only be updated using 'add' operation"};
  return {};
}

// A value that cannot be updated may also be changed through an object around it.
PatchFault change_fault(const TypeFacts& facts, const Json& before, const Json& after) {
  std::string changed;
  for (std::string_view path : facts.type.create_only()) {
    const Json* old_value = value_at(before, path);
    const Json* new_value = value_at(after, path);
    if (old_value == nullptr || (new_value != nullptr && *new_value == *old_value)) continue;
    changed += (changed.empty() ? "/properties/" : ", /properties/") + std::string(path);
  }
  return changed.empty() ? PatchFault{} : not_updatable(changed);
}

std::string shape_fault(const Json& patch) {
  if (!patch.is_array()) return "the document is no JSON array";
  for (std::size_t i = 0; i < patch.size(); ++i) {
    const auto is_text = [&](const char* name) { return patch[i].contains(name) && patch[i][name].is_string(); };
    const std::string which = "operation " + std::to_string(i);
    if (!patch[i].is_object() || !is_text("op")) return which + " has no op";
    if (!is_text("path")) return which + " has no path";
    const std::string path = patch[i]["path"];
    if (!path.empty() && path[0] != '/') return which + ": the path " + path + " does not start with /";
    if (patch[i].contains("from") && !is_text("from")) return which + ": from is no string";
  }
  return {};
}

// "[json.exception.parse_error.104] parse error: JSON patch …" -> "JSON patch …".
std::string library_text(std::string_view text) {
  const auto end = text.find("] ");
  if (end != std::string_view::npos) text.remove_prefix(end + 2);
  constexpr std::string_view kKind = "parse error: ";
  if (text.starts_with(kKind)) text.remove_prefix(kKind.size());
  return std::string(text);
}

// Applies the operations; the fault of the first that cannot be applied. A model only grows beyond bounds by copies, so
// its size is looked at after each of them.
std::string run_patch(const Json& patch, Json& model) {
  constexpr std::size_t kCharactersMax = 262'144;
  Json segment = Json::array();
  for (std::size_t i = 0; i < patch.size(); ++i) {
    segment.push_back(patch[i]);
    const bool copies = patch[i]["op"] == "copy";
    if (!copies && i + 1 < patch.size()) continue;
    try {
      model.patch_inplace(segment);
    } catch (const Json::exception& error) {
      return library_text(error.what());
    }
    if (copies && json_text(model).size() > kCharactersMax)
      return "the model becomes longer than " + std::to_string(kCharactersMax) + " characters";
    segment = Json::array();
  }
  return {};
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
  if (const std::string fault = shape_fault(patch); !fault.empty())
    return {"ValidationException", kInvalidPatch + fault};
  if (const auto fault = patch_fault(facts, patch); !fault.text.empty()) return fault;
  Json patched = model;
  if (const std::string fault = run_patch(patch, patched); !fault.empty())
    return {"ValidationException", kInvalidPatch + fault};
  if (const auto fault = change_fault(facts, model, patched); !fault.text.empty()) return fault;
  Json checked = patched;
  // The values that the service made are its own affair.
  for (std::string_view path : facts.read_only) {
    if (checked.is_object() && path.find('/') == std::string_view::npos) checked.erase(std::string(path));
  }
  if (const std::string fault = model_fault(facts, checked); !fault.empty()) return {"ValidationException", fault};
  model = std::move(patched);
  return {};
}

}  // namespace squall::local_cloud
