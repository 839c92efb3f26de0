#include "local_cloud/validation.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "local_cloud/model.h"

namespace squall::local_cloud {

namespace {

const std::string kInvalidPatch = "Invalid patch update: ";

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
    std::string path = patch[i]["path"];
    if (!path.empty() && path[0] != '/') return which + ": the path " + path.append(" does not start with /");
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
  if (!model.is_object())
    return schema::model_validation_text({{"#", "type", "expected type: JSONObject, found: " + kind_word(model)}});
  const auto violations = facts.validator.violations(model);
  return violations.empty() ? std::string() : schema::model_validation_text(violations);
}

std::string given_fault(const TypeFacts& facts, const Json& model) {
  Json given = model;
  // Inside an object its own values stay, for the object's schema may require them; only what is said about them does not count.
  for (std::string_view path : facts.read_only) {
    if (given.is_object() && path.find('/') == std::string_view::npos) given.erase(std::string(path));
  }
  if (!given.is_object()) return model_fault(facts, given);
  auto violations = facts.validator.violations(given);
  std::erase_if(violations, [&](const schema::Violation& violation) {
    const std::string_view path =
        std::string_view(violation.pointer).substr(std::min<std::size_t>(2, violation.pointer.size()));
    return std::any_of(facts.read_only.begin(), facts.read_only.end(),
                       [&](std::string_view own) { return paths_meet(own, path); });
  });
  return violations.empty() ? std::string() : schema::model_validation_text(violations);
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
  if (auto fault = patch_fault(facts, patch); !fault.text.empty()) return fault;
  Json patched = model;
  if (const std::string fault = run_patch(patch, patched); !fault.empty())
    return {"ValidationException", kInvalidPatch + fault};
  if (auto fault = change_fault(facts, model, patched); !fault.text.empty()) return fault;
  if (const std::string fault = given_fault(facts, patched); !fault.empty()) return {"ValidationException", fault};
  model = std::move(patched);
  return {};
}

}  // namespace squall::local_cloud
