#include "schema/model_value.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

namespace squall::schema {

using Json = nlohmann::ordered_json;

const Json* value_at(const Json& model, std::string_view path) {
  const Json* node = &model;
  while (true) {
    const auto slash = path.find('/');
    if (!node->is_object()) return nullptr;
    const auto found = node->find(std::string(path.substr(0, slash)));
    if (found == node->end()) return nullptr;
    node = &*found;
    if (slash == std::string_view::npos) return node;
    path.remove_prefix(slash + 1);
  }
}

bool has_value(const Json& model, std::string_view path) {
  if (path.empty()) return true;
  const std::string step(path.substr(0, path.find('/')));
  const std::string_view rest = path.substr(std::min(path.size(), step.size() + 1));
  if (step == "*" || model.is_array()) {
    return model.is_structured() && std::any_of(model.begin(), model.end(), [&](const Json& item) {
             return has_value(item, step == "*" ? rest : path);
           });
  }
  if (!model.is_object()) return false;
  const auto found = model.find(step);
  return found != model.end() && has_value(*found, rest);
}

bool put_value(Json& model, std::string_view path, Json value) {
  Json* place = &model;
  while (true) {
    const std::size_t slash = path.find('/');
    if (!place->is_object()) return false;
    Json& member = (*place)[std::string(path.substr(0, slash))];
    if (slash == std::string_view::npos) {
      member = std::move(value);
      return true;
    }
    if (member.is_null()) member = Json::object();
    place = &member;
    path.remove_prefix(slash + 1);
  }
}

void remove_path(Json& node, std::string_view path) {
  const auto slash = path.find('/');
  const std::string step(path.substr(0, slash));
  if (step == "*") {
    if (slash == std::string_view::npos || !node.is_structured()) return;
    for (auto& item : node) remove_path(item, path.substr(slash + 1));
    return;
  }
  if (node.is_array()) {
    for (auto& item : node) remove_path(item, path);
    return;
  }
  if (!node.is_object() || !node.contains(step)) return;
  if (slash == std::string_view::npos)
    node.erase(step);
  else
    remove_path(node[step], path.substr(slash + 1));
}

bool is_inside(std::string_view path, const std::vector<std::string>& place) {
  for (const std::string& step : place) {
    if (path.empty()) return true;
    const std::string_view wanted = path.substr(0, path.find('/'));
    if (wanted != "*" && wanted != step) {
      if (is_index(step)) continue;
      return false;
    }
    path.remove_prefix(std::min(path.size(), wanted.size() + 1));
  }
  return path.empty();
}

bool is_index(std::string_view step) {
  return step == "-" ||
         (!step.empty() && std::all_of(step.begin(), step.end(), [](char c) { return c >= '0' && c <= '9'; }));
}

bool same_value(const Json& one, const Json& other) {
  if (one.is_object() && other.is_object()) {
    if (one.size() != other.size()) return false;
    const auto left = sorted_members(one);
    const auto right = sorted_members(other);
    return std::equal(left.begin(), left.end(), right.begin(), [](const auto& a, const auto& b) {
      return a.first == b.first && same_value(*a.second, *b.second);
    });
  }
  if (one.is_array() && other.is_array())
    return std::equal(one.begin(), one.end(), other.begin(), other.end(), same_value);
  return one == other;
}

std::vector<std::pair<std::string_view, const Json*>> sorted_members(const Json& object) {
  std::vector<std::pair<std::string_view, const Json*>> members;
  members.reserve(object.size());
  for (auto member = object.begin(); member != object.end(); ++member) members.emplace_back(member.key(), &*member);
  std::sort(members.begin(), members.end());
  return members;
}

}  // namespace squall::schema
