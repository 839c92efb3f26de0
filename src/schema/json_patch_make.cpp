// The part of json_patch.h that compares two states.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "schema/json_patch.h"
#include "schema/model_value.h"

namespace squall::schema {

namespace {

using Json = nlohmann::ordered_json;
using Steps = std::vector<std::string_view>;

// What is left of the catalogue's path below a place in the model; empty: the place is at it or inside. Nothing: the path
// leads elsewhere. Places have no steps into arrays.
std::optional<std::string_view> rest_below(std::string_view pattern, const Steps& place) {
  for (std::string_view step : place) {
    if (pattern.empty()) break;
    const std::string_view wanted = pattern.substr(0, pattern.find('/'));
    if (wanted != "*" && wanted != step) return std::nullopt;
    pattern.remove_prefix(std::min(pattern.size(), wanted.size() + 1));
  }
  return pattern;
}

std::string pointer_of(const Steps& place) {
  std::string pointer;
  for (std::string_view step : place) {
    pointer += '/';
    for (char c : step) {
      if (c == '~')
        pointer += "~0";
      else if (c == '/')
        pointer += "~1";
      else
        pointer += c;
    }
  }
  return pointer;
}

class Comparison {
 public:
  explicit Comparison(const catalogue::ResourceType& type)
      : read_only_(type.read_only()), write_only_(type.write_only()) {}

  // Null: missing on that side.
  void compare(const Json* before, const Json* after) {
    if (before != nullptr && after != nullptr && before->is_object() && after->is_object()) {
      compare_members(*before, *after);
      return;
    }
    const auto shown_before = caller_part(before);
    const auto shown_after = caller_part(after);
    if (!shown_before && !shown_after) return;
    if (!shown_after) {
      if (!is_write_only()) operations_.push_back({{"op", "remove"}, {"path", pointer_of(place_)}});
      return;
    }
    if (shown_before && same_value(*shown_before, *shown_after)) return;
    // "add" replaces what is there, so it also serves what holds write-only values.
    const char* name = before == nullptr || touches_write_only() ? "add" : "replace";
    operations_.push_back({{"op", name}, {"path", pointer_of(place_)}, {"value", *shown_after}});
  }

  Json patch() && {
    std::sort(operations_.begin(), operations_.end(),
              [](const Json& one, const Json& other) { return one["path"] < other["path"]; });
    return Json(std::move(operations_));
  }

 private:
  void compare_members(const Json& before, const Json& after) {
    const auto left = sorted_members(before);
    const auto right = sorted_members(after);
    auto l = left.begin();
    auto r = right.begin();
    while (l != left.end() || r != right.end()) {
      const bool take_left = r == right.end() || (l != left.end() && l->first <= r->first);
      const bool take_right = l == left.end() || (r != right.end() && r->first <= l->first);
      place_.push_back(take_left ? l->first : r->first);
      compare(take_left ? l->second : nullptr, take_right ? r->second : nullptr);
      place_.pop_back();
      if (take_left) ++l;
      if (take_right) ++r;
    }
  }

  // The value at the place without what the service makes; nothing where that is all of it.
  std::optional<Json> caller_part(const Json* value) const {
    if (value == nullptr) return std::nullopt;
    Json part = *value;
    for (std::string_view pattern : read_only_) {
      const auto rest = rest_below(pattern, place_);
      if (!rest) continue;
      if (rest->empty()) return std::nullopt;
      remove_path(part, *rest);
    }
    if (part.is_object() && part.empty() && !value->empty()) return std::nullopt;
    return part;
  }

  bool is_write_only() const {
    return std::any_of(write_only_.begin(), write_only_.end(), [&](std::string_view pattern) {
      const auto rest = rest_below(pattern, place_);
      return rest && rest->empty();
    });
  }
  bool touches_write_only() const {
    return std::any_of(write_only_.begin(), write_only_.end(),
                       [&](std::string_view pattern) { return rest_below(pattern, place_).has_value(); });
  }

  const std::vector<std::string_view> read_only_;
  const std::vector<std::string_view> write_only_;
  Steps place_;
  std::vector<Json> operations_;
};

const Json* member(const Json* object, std::string_view name) {
  if (object == nullptr || !object->is_object()) return nullptr;
  const auto found = object->find(std::string(name));
  return found != object->end() ? &*found : nullptr;
}

// True where a value at the path differs. Null: missing, with what holds it there.
bool differs(const Json* before, const Json* after, std::string_view path) {
  if (path.empty()) {
    if (before == nullptr || after == nullptr) return before != after;
    return !same_value(*before, *after);
  }
  if (before == nullptr || !before->is_structured()) return false;
  const std::string_view step = path.substr(0, path.find('/'));
  const std::string_view rest = path.substr(std::min(path.size(), step.size() + 1));
  if (before->is_array()) {
    const std::size_t common = after != nullptr && after->is_array() ? std::min(before->size(), after->size()) : 0;
    for (std::size_t i = 0; i < common; ++i) {
      if (differs(&(*before)[i], &(*after)[i], step == "*" ? rest : path)) return true;
    }
    return false;
  }
  if (step != "*") return differs(member(before, step), member(after, step), rest);
  for (const auto& [name, value] : before->items()) {
    const Json* other = member(after, name);
    if (other != nullptr && differs(&value, other, rest)) return true;
  }
  return false;
}

}  // namespace

Json make_patch(const catalogue::ResourceType& type, const Json& before, const Json& after) {
  Comparison comparison(type);
  comparison.compare(&before, &after);
  return std::move(comparison).patch();
}

std::vector<std::string> changed_create_only(const catalogue::ResourceType& type, const Json& before,
                                             const Json& after) {
  const auto write_only = type.write_only();
  std::vector<std::string> paths;
  for (std::string_view path : type.create_only()) {
    const bool shown = std::find(write_only.begin(), write_only.end(), path) == write_only.end();
    if (!shown && value_at(before, path) == nullptr) continue;
    if (differs(&before, &after, path)) paths.emplace_back(path);
  }
  return paths;
}

}  // namespace squall::schema
