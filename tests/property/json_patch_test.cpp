// Patches between random states: applied to the old one they give the new one, and AWS's rules accept them.
#include "schema/json_patch.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "catalogue/embedded.h"
#include "schema/model_value.h"

namespace squall::schema {
namespace {

using Json = nlohmann::ordered_json;

const catalogue::Catalogue& embedded_catalogue() {
  static const catalogue::Catalogue catalogue = catalogue::Catalogue::open(catalogue::embedded_blob()).value();
  return catalogue;
}

// Few names and values, so that two states have much in common; names that need escapes are among them.
const std::vector<std::string> kNames = {"a", "b/c", "d~e", "~1", "", "0", "-", "é", "Arn", "Tags"};

Json random_value(int depth) {
  const int kind = *rc::gen::inRange(0, depth > 0 ? 8 : 6);
  if (kind == 0) return nullptr;
  if (kind == 1) return *rc::gen::arbitrary<bool>();
  if (kind == 2) return *rc::gen::inRange(0, 3);
  if (kind == 3) return static_cast<double>(*rc::gen::inRange(0, 5)) / 2;
  if (kind == 4) return *rc::gen::element<std::string>("", "x", "y");
  if (kind == 5) return Json::object();
  Json value = kind == 6 ? Json::array() : Json::object();
  const int size = *rc::gen::inRange(0, 4);
  for (int i = 0; i < size; ++i) {
    if (kind == 6)
      value.push_back(random_value(depth - 1));
    else
      value[*rc::gen::elementOf(kNames)] = random_value(depth - 1);
  }
  return value;
}

// A type without paths of its own: every value counts.
catalogue::ResourceType plain_type() {
  for (std::size_t i = 0; i < embedded_catalogue().type_count(); ++i) {
    const auto type = embedded_catalogue().type(i);
    if (type.read_only().empty() && type.write_only().empty()) return type;
  }
  throw std::runtime_error("every type of the catalogue has read-only or write-only paths");
}

RC_GTEST_PROP(JsonPatchProperty, AppliedToTheOldStateItGivesTheNewOne, ()) {
  static const catalogue::ResourceType type = plain_type();
  const Json before = random_value(3);
  const Json after = random_value(3);
  const Json patch = make_patch(type, before, after);
  Json patched = before;
  RC_ASSERT(apply_patch(patch, patched) == std::nullopt);
  RC_ASSERT(same_value(patched, after));
  RC_ASSERT(patch.empty() == same_value(before, after));
}

// Random values at the paths that the type tells of, some of its properties, and some others.
Json random_state(const catalogue::ResourceType& type) {
  std::vector<std::string> paths;
  for (const auto& of_type : {type.read_only(), type.write_only(), type.create_only()})
    paths.insert(paths.end(), of_type.begin(), of_type.end());
  for (std::size_t i = 0; i < type.property_count(); ++i) paths.emplace_back(type.property(i).name);
  Json state = Json::object();
  for (int count = *rc::gen::inRange(0, 12); count > 0; --count) {
    std::string path = *rc::gen::elementOf(paths);
    Json* node = &state;
    for (std::size_t start = 0; start <= path.size();) {
      const auto end = std::min(path.find('/', start), path.size());
      const std::string step = path.substr(start, end - start);
      start = end + 1;
      if (step == "*" && !node->is_array()) *node = Json::array({Json::object()});
      if (step != "*" && !node->is_object() && !node->is_array()) *node = Json::object();
      if (node->is_array() && node->empty()) node->push_back(Json::object());
      if (node->is_array()) node = &node->front();
      if (step == "*") continue;
      if (!node->is_object()) *node = Json::object();
      node = &(*node)[step];
    }
    *node = random_value(1);
  }
  return state;
}

Json without(Json state, const std::vector<std::string_view>& paths) {
  for (std::string_view path : paths) remove_path(state, path);
  return state;
}

// Without objects and arrays that hold nothing: what is left of one that the service fills.
bool prune(Json& value) {
  if (!value.is_object()) return false;
  for (auto member = value.begin(); member != value.end();) {
    if (prune(*member))
      member = value.erase(member);
    else
      ++member;
  }
  return value.empty();
}

bool hides_create_only(const catalogue::ResourceType& type) {
  const auto hidden = type.write_only();
  const auto fixed = type.create_only();
  return std::any_of(fixed.begin(), fixed.end(),
                     [&](auto path) { return std::find(hidden.begin(), hidden.end(), path) != hidden.end(); });
}

RC_GTEST_PROP(JsonPatchProperty, ItKeepsToTheRulesOfEveryType, ()) {
  const auto index = *rc::gen::inRange<std::size_t>(0, embedded_catalogue().type_count());
  const auto type = embedded_catalogue().type(index);
  if (type.property_count() == 0) return;
  Json before = without(random_state(type), type.write_only());
  const Json after = random_state(type);
  const Json patch = make_patch(type, before, after);
  const PatchFault fault = check_patch(type, patch);
  RC_ASSERT(fault.code != "ValidationException");
  // Values that no read shows may be set anew as far as anybody can tell from two states; the patch itself tells more.
  if (fault.code == "NotUpdatableException" && !hides_create_only(type))
    RC_ASSERT(!changed_create_only(type, before, after).empty());
  RC_ASSERT(
      std::is_sorted(patch.begin(), patch.end(), [](const Json& a, const Json& b) { return a["path"] < b["path"]; }));
  Json patched = before;
  RC_ASSERT(apply_patch(patch, patched) == std::nullopt);
  Json left = without(patched, type.read_only());
  Json right = without(after, type.read_only());
  prune(left);
  prune(right);
  RC_ASSERT(same_value(left, right));
}

}  // namespace
}  // namespace squall::schema
