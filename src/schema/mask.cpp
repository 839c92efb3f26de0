#include "schema/mask.h"

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

namespace squall::schema {
namespace {

using Json = nlohmann::ordered_json;
using Steps = std::vector<std::string>;
using Visit = std::function<void(Json&)>;

Steps steps_of(std::string_view path) {
  Steps steps;
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    if (slash != 0) steps.emplace_back(path.substr(0, slash));
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  }
  return steps;
}

// ~1 is / and ~0 is ~ in a pointer.
Steps steps_of_pointer(std::string_view pointer) {
  Steps steps = steps_of(pointer);
  for (std::string& step : steps) {
    for (const auto& [escape, character] : {std::pair("~1", "/"), std::pair("~0", "~")}) {
      for (std::size_t at = 0; (at = step.find(escape, at)) != std::string::npos; ++at) step.replace(at, 2, character);
    }
  }
  return steps;
}

// Calls `visit` for every value at the steps. A list that a path steps into without * is entered all the same.
void visit_at(Json& value, std::span<const std::string> steps, const Visit& visit) {
  if (steps.empty()) return visit(value);
  if (value.is_array()) {
    const auto rest = steps[0] == "*" ? steps.subspan(1) : steps;
    for (Json& item : value) visit_at(item, rest, visit);
  } else if (value.is_object() && steps[0] == "*") {
    for (auto& [key, item] : value.items()) visit_at(item, steps.subspan(1), visit);
  } else if (value.is_object()) {
    if (const auto found = value.find(steps[0]); found != value.end()) visit_at(*found, steps.subspan(1), visit);
  }
}

// What a patch's operation does to a path: its value, or parts of it, may be seen nowhere.
void visit_operation(Json& operation, const Steps& path, const Visit& visit) {
  const auto pointer = operation.find("path");
  const auto value = operation.find("value");
  if (pointer == operation.end() || !pointer->is_string() || value == operation.end()) return;
  const Steps target = steps_of_pointer(pointer->get_ref<const std::string&>());
  const std::size_t common = std::min(target.size(), path.size());
  for (std::size_t i = 0; i < common; ++i) {
    if (path[i] != target[i] && path[i] != "*") return;
  }
  visit_at(*value, std::span(path).subspan(common), visit);
}

std::optional<Json> parse(std::string_view text) {
  Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return {};
  return json;
}

std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

void visit_model(Json& model, std::span<const std::string> write_only, const Visit& visit) {
  for (const std::string& path : write_only) visit_at(model, steps_of(path), visit);
}

void visit_patch(Json& patch, std::span<const std::string> write_only, const Visit& visit) {
  if (!patch.is_array()) return;
  for (Json& operation : patch) {
    if (!operation.is_object()) continue;
    for (const std::string& path : write_only) visit_operation(operation, steps_of(path), visit);
  }
}

using VisitDocument = void (*)(Json&, std::span<const std::string>, const Visit&);

std::string masked(std::string_view text, std::span<const std::string> write_only, VisitDocument visit_document) {
  if (text.empty() || write_only.empty()) return std::string(text);
  std::optional<Json> json = parse(text);
  if (!json) return std::string(kMasked);
  visit_document(*json, write_only, [](Json& value) { value = kMasked; });
  return text_of(*json);
}

void collect(const Json& value, std::set<std::string>& values) {
  if (value.is_structured()) {
    for (const Json& item : value) collect(item, values);
  } else if (value.is_string()) {
    if (!value.get_ref<const std::string&>().empty()) values.insert(value.get<std::string>());
  } else if (value.is_number()) {
    values.insert(value.dump());
  }
}

std::set<std::string> values_in(std::string_view text, std::span<const std::string> write_only,
                                VisitDocument visit_document) {
  std::set<std::string> values;
  if (text.empty() || write_only.empty()) return values;
  if (std::optional<Json> json = parse(text)) {
    visit_document(*json, write_only, [&](Json& value) { collect(value, values); });
  }
  return values;
}

}  // namespace

std::string mask_model(std::string_view model, std::span<const std::string> write_only) {
  return masked(model, write_only, visit_model);
}

std::string mask_patch(std::string_view patch, std::span<const std::string> write_only) {
  return masked(patch, write_only, visit_patch);
}

std::set<std::string> write_only_values(std::string_view model, std::span<const std::string> write_only) {
  return values_in(model, write_only, visit_model);
}

std::set<std::string> write_only_patch_values(std::string_view patch, std::span<const std::string> write_only) {
  return values_in(patch, write_only, visit_patch);
}

}  // namespace squall::schema
