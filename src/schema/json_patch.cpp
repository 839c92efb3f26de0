#include "schema/json_patch.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "schema/model_value.h"

namespace squall::schema {

namespace {

using Json = nlohmann::ordered_json;

const std::string kInvalidPatch = "Invalid patch update: ";

// "/a~1b/c" -> "a/b", "c". Nothing: no JSON pointer (RFC 6901).
std::optional<std::vector<std::string>> pointer_steps(std::string_view pointer) {
  std::vector<std::string> steps;
  if (!pointer.empty() && pointer[0] != '/') return std::nullopt;
  for (std::size_t i = 0; i < pointer.size(); ++i) {
    if (pointer[i] == '/') {
      steps.emplace_back();
    } else if (pointer[i] != '~') {
      steps.back() += pointer[i];
    } else {
      if (++i == pointer.size() || (pointer[i] != '0' && pointer[i] != '1')) return std::nullopt;
      steps.back() += pointer[i] == '0' ? '~' : '/';
    }
  }
  return steps;
}

// The patterns that the paths change, as AWS lists them.
std::string changed(const std::vector<std::string_view>& patterns, const std::vector<std::vector<std::string>>& paths,
                    std::string_view prefix) {
  std::string names;
  for (std::string_view pattern : patterns) {
    const bool meets =
        std::any_of(paths.begin(), paths.end(), [&](const auto& path) { return is_inside(pattern, path); });
    if (meets) names += (names.empty() ? "" : ", ") + std::string(prefix) + std::string(pattern);
  }
  return names;
}

// The paths that a well-formed patch changes; only those not changed by "add", if `added` is false.
std::vector<std::vector<std::string>> changed_paths(const Json& patch, bool added) {
  std::vector<std::vector<std::string>> paths;
  for (const Json& operation : patch) {
    const std::string& name = operation["op"].get_ref<const std::string&>();
    if (name == "test" || (name == "add" && !added)) continue;
    paths.push_back(*pointer_steps(operation["path"].get_ref<const std::string&>()));
    if (name == "move") paths.push_back(*pointer_steps(operation["from"].get_ref<const std::string&>()));
  }
  return paths;
}

// "operation 3: the path a does not start with /"; empty: an operation as RFC 6902 has it.
std::string operation_fault(const Json& operation) {
  const auto text = [&](const char* name) -> const std::string* {
    const auto found = operation.find(name);
    return found != operation.end() ? found->get_ptr<const std::string*>() : nullptr;
  };
  if (!operation.is_object() || text("op") == nullptr) return " has no op";
  const std::string& name = *text("op");
  constexpr std::string_view kNames[] = {"add", "remove", "replace", "move", "copy", "test"};
  if (std::find(std::begin(kNames), std::end(kNames), name) == std::end(kNames))
    return ": the op " + name + " is none of add, remove, replace, move, copy and test";
  if ((name == "add" || name == "replace" || name == "test") && !operation.contains("value")) return " has no value";
  for (const char* place : {"path", "from"}) {
    if (std::string_view(place) == "from" && name != "move" && name != "copy") continue;
    if (text(place) == nullptr) return std::string(" has no ") + place;
    if (!text(place)->empty() && text(place)->front() != '/')
      return ": the " + std::string(place) + " " + *text(place) + " does not start with /";
    if (!pointer_steps(*text(place)))
      return ": the " + std::string(place) + " " + *text(place) + " has a ~ without 0 or 1";
  }
  return {};
}

std::string shape_fault(const Json& patch) {
  if (!patch.is_array()) return "the document is no JSON array";
  for (std::size_t i = 0; i < patch.size(); ++i) {
    if (const std::string fault = operation_fault(patch[i]); !fault.empty())
      return "operation " + std::to_string(i) + fault;
  }
  return {};
}

using Steps = std::vector<std::string>;

// The index that a step says, below `bound`.
std::optional<std::size_t> index_of(const std::string& step, std::size_t bound) {
  constexpr std::size_t kDigitsMax = 9;
  if (step == "-" || !is_index(step) || step.size() > kDigitsMax || (step.size() > 1 && step[0] == '0'))
    return std::nullopt;
  const std::size_t index = std::stoul(step);
  return index < bound ? std::optional(index) : std::nullopt;
}

// The value that the first `count` steps lead to; null where there is none.
Json* find_value(Json& model, const Steps& steps, std::size_t count) {
  Json* node = &model;
  for (std::size_t i = 0; i < count; ++i) {
    if (node->is_array()) {
      const auto index = index_of(steps[i], node->size());
      if (!index) return nullptr;
      node = &(*node)[*index];
    } else if (node->is_object()) {
      const auto member = node->find(steps[i]);
      if (member == node->end()) return nullptr;
      node = &*member;
    } else {
      return nullptr;
    }
  }
  return node;
}

bool add_value(Json& model, const Steps& steps, Json value) {
  if (steps.empty()) {
    model = std::move(value);
    return true;
  }
  Json* parent = find_value(model, steps, steps.size() - 1);
  if (parent == nullptr || !parent->is_structured()) return false;
  if (parent->is_object()) {
    (*parent)[steps.back()] = std::move(value);
    return true;
  }
  const auto index = steps.back() == "-" ? parent->size() : index_of(steps.back(), parent->size() + 1);
  if (!index) return false;
  parent->insert(parent->begin() + static_cast<std::ptrdiff_t>(*index), std::move(value));
  return true;
}

// REQUIRES: the value is there.
void remove_value(Json& model, const Steps& steps) {
  if (steps.empty()) {
    model = nullptr;
    return;
  }
  Json* parent = find_value(model, steps, steps.size() - 1);
  if (parent->is_array())
    parent->erase(*index_of(steps.back(), parent->size()));
  else
    parent->erase(steps.back());
}

std::size_t text_size(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace).size(); }

// Moves stack values into each other, so nesting is bounded as it is for documents from outside.
bool nests_deeper(const Json& value, std::size_t levels) {
  if (!value.is_structured()) return false;
  if (levels == 0) return true;
  return std::any_of(value.begin(), value.end(), [&](const Json& item) { return nests_deeper(item, levels - 1); });
}

// Applies one patch's operations to a model that may be left half-way.
class Application {
 public:
  explicit Application(Json& model) : model_(model) {}

  // The fault of a well-formed operation, without its number.
  std::string apply(const Json& operation) {
    const std::string& name = operation["op"].get_ref<const std::string&>();
    const std::string& path = operation["path"].get_ref<const std::string&>();
    const Steps steps = *pointer_steps(path);
    if (name == "move" || name == "copy") return transfer(operation, steps, name == "move");
    if (name == "add") return add_value(model_, steps, operation["value"]) ? "" : path + " cannot be added";
    Json* target = find_value(model_, steps, steps.size());
    if (target == nullptr) return path + " does not exist";
    if (name == "test") return same_value(*target, operation["value"]) ? "" : "the test of " + path + " fails";
    if (name == "replace")
      *target = operation["value"];
    else
      remove_value(model_, steps);
    return {};
  }

 private:
  std::string transfer(const Json& operation, const Steps& steps, bool moves) {
    const std::string& from = operation["from"].get_ref<const std::string&>();
    const std::string& path = operation["path"].get_ref<const std::string&>();
    const Steps source_steps = *pointer_steps(from);
    Json* source = find_value(model_, source_steps, source_steps.size());
    if (source == nullptr) return from + " does not exist";
    Json value;
    if (moves) {
      if (source_steps == steps) return {};
      if (steps.size() > source_steps.size() && std::equal(source_steps.begin(), source_steps.end(), steps.begin()))
        return from + " cannot be moved into itself";
      value = std::move(*source);
      remove_value(model_, source_steps);
    } else {
      copied_ += text_size(*source);
      // Only copies make a model grow beyond what is in it and in the patch.
      if (copied_ > kCopiedCharactersMax)
        return "more than " + std::to_string(kCopiedCharactersMax) + " characters are copied";
      value = *source;
    }
    return add_value(model_, steps, std::move(value)) ? "" : path + " cannot be added";
  }

  static constexpr std::size_t kCopiedCharactersMax = 1'048'576;
  Json& model_;
  std::size_t copied_ = 0;
};

}  // namespace

PatchFault check_patch(const catalogue::ResourceType& type, const Json& patch) {
  const auto invalid = [](const std::string& text) { return PatchFault{"ValidationException", kInvalidPatch + text}; };
  if (const std::string fault = shape_fault(patch); !fault.empty()) return invalid(fault);
  const auto paths = changed_paths(patch, true);
  if (const std::string met = changed(type.create_only(), paths, "/properties/"); !met.empty())
    return {"NotUpdatableException", kInvalidPatch + "createOnlyProperties [" + met + "] cannot be updated"};
  if (const std::string met = changed(type.read_only(), paths, "/properties/"); !met.empty())
    return invalid("readOnlyProperties [" + met + "] cannot be updated");
  if (const std::string met = changed(type.write_only(), changed_paths(patch, false), "/"); !met.empty())
    return invalid("writeOnlyProperties [" + met + "] can only be updated using 'add' operation");
  return {};
}

std::optional<std::string> apply_patch(const Json& patch, Json& model) {
  constexpr std::size_t kCharactersMax = 262'144;
  constexpr std::size_t kDepthMax = 100;
  if (const std::string fault = shape_fault(patch); !fault.empty()) return fault;
  Json patched = model;
  Application application(patched);
  for (std::size_t i = 0; i < patch.size(); ++i) {
    if (const std::string fault = application.apply(patch[i]); !fault.empty())
      return "operation " + std::to_string(i) + ": " + fault;
  }
  if (nests_deeper(patched, kDepthMax)) return "the model nests deeper than " + std::to_string(kDepthMax) + " levels";
  if (text_size(patched) > kCharactersMax)
    return "the model becomes longer than " + std::to_string(kCharactersMax) + " characters";
  model = std::move(patched);
  return std::nullopt;
}

}  // namespace squall::schema
