#include "local_cloud/own_values.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_set>
#include <utility>

#include "local_cloud/schema_nodes.h"
#include "schema/model_value.h"

namespace squall::local_cloud {

namespace {

using Texts = std::unordered_set<std::string>;

std::string first_step(std::string_view path) { return std::string(path.substr(0, path.find('/'))); }
std::string_view behind(std::string_view path, const std::string& step) {
  return path.substr(std::min(path.size(), step.size() + 1));
}

const Json* member(const Json* object, const std::string& name) {
  if (object == nullptr || !object->is_object()) return nullptr;
  const auto found = object->find(name);
  return found == object->end() ? nullptr : &*found;
}

// The texts of all values at the path.
void collect(const Json& node, std::string_view path, Texts& texts) {
  if (path.empty()) {
    texts.insert(json_text(node));
    return;
  }
  const std::string step = first_step(path);
  if (node.is_array() || (node.is_object() && step == "*")) {
    for (const Json& item : node) collect(item, step == "*" ? behind(path, step) : path, texts);
  } else if (const Json* value = member(&node, step)) {
    collect(*value, behind(path, step), texts);
  }
}

// One read-only path in both models.
class OwnPath {
 public:
  OwnPath(const TypeFacts& facts, std::string_view path, const Json& before, Json& patched)
      : facts_(facts), path_(path), before_(before), patched_(patched) {}

  // False: a value is the caller's.
  bool keep() {
    visit(&before_, patched_, path_);
    return kept_;
  }

 private:
  void visit(const Json* before, Json& patched, std::string_view path) {
    const std::string step = first_step(path);
    if (patched.is_array()) {
      visit_elements(before, patched, step == "*" ? behind(path, step) : path);
    } else if (patched.is_object() && step == "*") {
      for (const auto& [name, value] : patched.items()) {
        if (!behind(path, step).empty()) visit(member(before, name), value, behind(path, step));
      }
    } else if (patched.is_object()) {
      visit_member(before, patched, step, behind(path, step));
    }
  }

  // Elements may have moved, so a value counts as kept wherever it was before.
  void visit_elements(const Json* before, Json& patched, std::string_view path) {
    if (path.empty()) return;
    if (!in_array_) {
      collect(before_, path_, values_before_);
      collect(patched_, path_, values_patched_);
    }
    const bool outer = std::exchange(in_array_, true);
    for (std::size_t i = 0; i < patched.size(); ++i) {
      const bool has_counterpart = before != nullptr && before->is_array() && i < before->size();
      visit(has_counterpart ? &(*before)[i] : nullptr, patched[i], path);
    }
    in_array_ = outer;
  }

  void visit_member(const Json* before, Json& patched, const std::string& name, std::string_view rest) {
    const Json* old = member(before, name);
    const auto found = patched.find(name);
    if (found == patched.end()) {
      if (old != nullptr && (rest.empty() ? is_gone(*old) : is_wholly_own(*old, rest))) patched[name] = *old;
    } else if (!rest.empty()) {
      visit(old, *found, rest);
    } else if (!is_kept(old, *found)) {
      kept_ = false;
    }
  }

  bool is_kept(const Json* old, const Json& value) const {
    if (old != nullptr && schema::same_value(*old, value)) return true;
    if (in_array_ && values_before_.contains(json_text(value))) return true;
    const bool is_new = in_array_ || old == nullptr;
    return is_new && path_.find('/') != std::string_view::npos && is_required(*facts_.schema, path_);
  }

  bool is_gone(const Json& old) const { return !in_array_ || !values_patched_.contains(json_text(old)); }

  // Whether the object that the path leads through holds nothing but the service's own values.
  bool is_wholly_own(const Json& object, std::string_view rest) const {
    if (in_array_ || !object.is_object()) return false;
    const std::string_view place = path_.substr(0, path_.size() - rest.size());  // "DnsEntry/"
    Json others = object;
    for (std::string_view own : facts_.read_only) {
      if (own.starts_with(place)) schema::remove_path(others, own.substr(place.size()));
    }
    return others.empty();
  }

  const TypeFacts& facts_;
  const std::string_view path_;
  const Json& before_;
  Json& patched_;
  Texts values_before_;  // only where the path leads through an array
  Texts values_patched_;
  bool in_array_ = false;
  bool kept_ = true;
};

}  // namespace

std::string keep_own_values(const TypeFacts& facts, const Json& before, Json& patched) {
  std::string names;
  for (std::string_view path : facts.read_only) {
    if (!OwnPath(facts, path, before, patched).keep())
      names += (names.empty() ? "/properties/" : ", /properties/") + std::string(path);
  }
  return names;
}

}  // namespace squall::local_cloud
