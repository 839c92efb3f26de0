#include "local_cloud/validation.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "local_cloud/model.h"
#include "local_cloud/own_values.h"
#include "local_cloud/schema_nodes.h"

namespace squall::local_cloud {

namespace {

// "#/Tags/0/Key" -> "Tags", "0", "Key".
std::vector<std::string> steps_of(std::string_view pointer) {
  std::vector<std::string> steps;
  for (auto slash = pointer.find('/'); slash != std::string_view::npos;) {
    pointer.remove_prefix(slash + 1);
    slash = pointer.find('/');
    steps.emplace_back(pointer.substr(0, slash));
  }
  return steps;
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
  // Inside an object its own values stay, for the object's schema may require them; only what is said about them does
  // not count.
  for (std::string_view path : facts.read_only) {
    if (given.is_object() && path.find('/') == std::string_view::npos) given.erase(std::string(path));
  }
  if (!given.is_object()) return model_fault(facts, given);
  auto violations = facts.validator.violations(given);
  std::erase_if(violations, [&](const schema::Violation& violation) {
    const auto place = steps_of(violation.pointer);
    return std::any_of(facts.read_only.begin(), facts.read_only.end(),
                       [&](std::string_view own) { return schema::is_inside(own, place); });
  });
  return violations.empty() ? std::string() : schema::model_validation_text(violations);
}

std::string read_only_set(const TypeFacts& facts, const Json& model) {
  std::string names;
  for (std::string_view path : facts.read_only) {
    const bool own_choice = path.find('/') == std::string_view::npos || !is_required(*facts.schema, path);
    if (own_choice && schema::has_value(model, path)) names += (names.empty() ? "" : ", ") + std::string(path);
  }
  return names;
}

PatchFault patch_model(const TypeFacts& facts, const std::string& document, Json& model) {
  const Json patch = parse_json(document);
  if (PatchFault fault = schema::check_patch(facts.type, patch); !fault.text.empty()) return fault;
  Json patched = model;
  if (const auto fault = schema::apply_patch(patch, patched))
    return {"ValidationException", "Invalid patch update: " + *fault};
  const std::string own = keep_own_values(facts, model, patched);
  // A value that cannot be updated may also be changed through an object around it.
  std::string changed;
  for (const std::string& path : schema::changed_create_only(facts.type, model, patched))
    changed += (changed.empty() ? "/properties/" : ", /properties/") + path;
  if (!changed.empty())
    return {"NotUpdatableException", "Invalid patch update: createOnlyProperties [" + changed + "] cannot be updated"};
  if (!own.empty())
    return {"ValidationException", "Invalid patch update: readOnlyProperties [" + own + "] cannot be updated"};
  if (const std::string fault = given_fault(facts, patched); !fault.empty()) return {"ValidationException", fault};
  model = std::move(patched);
  return {};
}

}  // namespace squall::local_cloud
