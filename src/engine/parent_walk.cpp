#include "engine/parent_walk.h"

#include <algorithm>
#include <set>

#include "base/json_text.h"
#include "engine/regions.h"
#include "engine/request_builder.h"
#include "engine/row_cells.h"

namespace squall::engine {

namespace {

using From = ListKey::From;

constexpr int kDepthMax = 8;  // the deepest chain of AWS's is two

const std::string* find_key(const ListKeys& keys, std::string_view name) {
  for (const auto& [key, value] : keys) {
    if (key == name) return &value;
  }
  return nullptr;
}

const ListKey* driver_of(const std::vector<ListKey>& keys) {
  for (const ListKey& key : keys) {
    if (key.from == From::parent || key.from == From::tree) return &key;
  }
  return nullptr;
}

std::vector<std::string> split(const std::string& text, const std::string& separator) {
  if (separator.empty()) return {text};
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    if (end > begin) parts.push_back(text.substr(begin, end - begin));
    begin = end + separator.size();
  }
  return parts;
}

// Sets a key, or tells that it has another value already.
bool set_key(ListKeys& keys, const std::string& name, const std::string& value) {
  if (const auto* there = find_key(keys, name)) return *there == value;
  keys.emplace_back(name, value);
  return true;
}

std::string under_child(const ListKey& key, const std::string& value) {
  return key.child.empty() ? value : "{" + json_quote(key.child) + ":" + json_quote(value) + "}";
}

std::string model_json(const catalogue::ResourceType& type, const std::string& key, const std::string& value) {
  const auto property = type.find_property(key);
  const DataType datatype = property ? type.property(*property).type : DataType::string;
  const bool number = datatype == DataType::integer || datatype == DataType::number;
  if (number && !value.empty() && value.find_first_not_of("0123456789.-") == std::string::npos) return value;
  if (datatype == DataType::boolean) return value == "1" || value == "true" ? "true" : "false";
  if (datatype == DataType::object && value.starts_with("{")) return value;
  return json_quote(value);
}

}  // namespace

// A resource that may have children, and the keys that it was itself listed with.
struct ParentWalk::Parent {
  catalogue::ResourceType type;
  std::string_view identifier;
  std::string_view properties;
  ListKeys listed_with;

  // The text of a property; nothing where the resource has none.
  Result<std::optional<std::string>> value(const std::string& property) const {
    const auto index = type.find_property(property);
    if (index) {
      RowCells cells(type);
      cells.set_row(properties);
      const std::string_view raw = TRY(cells.raw(*index));
      if (!raw.empty() && raw != "null")
        return std::optional(raw.front() == '"' ? json_unquote(raw) : std::string(raw));
    }
    if (const auto part = identifier_part(type, identifier, property)) return std::optional(std::string(*part));
    return std::optional<std::string>();
  }
};

Result<std::optional<std::vector<ListKeys>>> ParentWalk::lists_of(const catalogue::ResourceType& type,
                                                                  const ListKeys& given,
                                                                  const std::vector<std::string>& wanted) {
  missing_ = false;
  auto lists = TRY(walk(type, given, wanted, 0));
  if (missing_) return std::optional<std::vector<ListKeys>>();
  return std::optional(std::move(lists));
}

Result<std::vector<ListKeys>> ParentWalk::walk(const catalogue::ResourceType& type, const ListKeys& given,
                                               const std::vector<std::string>& wanted, int depth) {
  if (depth > kDepthMax) return internal_error("the parents of " + std::string(type.name()) + " have no end");
  const std::vector<ListKey> keys = list_keys_of(type);
  const bool all_given =
      std::all_of(keys.begin(), keys.end(), [&given](const ListKey& key) { return find_key(given, key.name); });
  if (all_given) return std::vector<ListKeys>{given};

  std::vector<ListKeys> lists{given};
  if (const ListKey* driver = driver_of(keys)) {
    lists = driver->from == From::tree ? TRY(down_the_tree(type, *driver, given, wanted, depth))
                                       : TRY(under_parents(keys, *driver, given, depth));
  }
  for (const ListKey& key : keys) {
    if (find_key(given, key.name) != nullptr) continue;
    std::vector<std::string> values = key.values;
    if (key.from == From::account) {
      values.push_back(TRY(scope_.account()));
      if (values.back().empty())
        return sql_error("nobody can tell the account that " + std::string(type.name()) + " is listed by",
                         "give it: " + key.name + " = '<account id>', or set AWS_ACCOUNT_ID");
    }
    if (key.from == From::values && type.service() == "wafv2" && scope_.region != home_region(scope_.region))
      std::erase(values, "CLOUDFRONT");
    if (values.empty()) continue;
    std::vector<ListKeys> longer;
    for (const ListKeys& list : lists) {
      for (const std::string& value : values) {
        longer.push_back(list);
        longer.back().emplace_back(key.name, value);
      }
    }
    lists = std::move(longer);
  }
  return lists;
}

Result<std::vector<ListKeys>> ParentWalk::under_parents(const std::vector<ListKey>& keys, const ListKey& driver,
                                                        const ListKeys& given, int depth) {
  std::vector<ListKeys> lists;
  std::set<ListKeys> seen;  // two parents may give the same keys
  for (const ListKey::Source& source : driver.sources) {
    const auto parent_type = catalogue_.find_type(source.type);
    if (!parent_type) return data_error("the catalogue has no type " + source.type + ", a parent of other types");
    std::vector<std::string> properties;
    if (!source.in_identifier) properties.push_back(source.property);
    std::vector<std::pair<std::string, std::string>> beside = driver.same_parent;  // key, property of the parent
    ListKeys parent_given;
    for (const ListKey& key : keys) {
      if (key.from == From::same_parent && driver.same_parent.empty()) {
        for (const auto& other : key.sources) {
          if (other.type == source.type) beside.emplace_back(key.name, other.property);
        }
      }
      const auto* value = find_key(given, key.name);
      if (key.from == From::inherited && value != nullptr) parent_given.emplace_back(key.parent_key, *value);
    }
    for (const Parent& parent : TRY(parents_of(*parent_type, parent_given, properties, depth))) {
      const auto text = TRY(parent.value(source.property));
      if (!text) continue;
      for (const std::string& part : split(*text, driver.separator)) {
        ListKeys list = given;
        bool fits = set_key(list, driver.name, under_child(driver, part));
        for (const auto& [name, property] : beside) {
          const auto value = TRY(parent.value(property));
          fits = fits && value && set_key(list, name, *value);
        }
        for (const ListKey& key : keys) {
          if (key.from != From::inherited) continue;
          const auto* value = find_key(parent.listed_with, key.parent_key);
          fits = fits && value != nullptr && set_key(list, key.name, *value);
        }
        if (fits && seen.insert(list).second) lists.push_back(std::move(list));
      }
    }
  }
  return lists;
}

Result<std::vector<ListKeys>> ParentWalk::down_the_tree(const catalogue::ResourceType& type, const ListKey& driver,
                                                        const ListKeys& given, const std::vector<std::string>& wanted,
                                                        int depth) {
  std::vector<ListKeys> lists;
  std::set<ListKeys> seen;
  for (const ListKey::Source& seed : driver.sources) {
    const auto seed_type = catalogue_.find_type(seed.type);
    if (!seed_type) return data_error("the catalogue has no type " + seed.type + ", a parent of other types");
    std::vector<std::string> properties;
    if (!seed.in_identifier) properties.push_back(seed.property);
    for (const Parent& parent : TRY(parents_of(*seed_type, {}, properties, depth))) {
      const auto root = TRY(parent.value(seed.property));
      if (!root) continue;
      ListKeys list = given;
      bool fits = set_key(list, driver.name, *root);
      for (const auto& [name, property] : driver.same_parent) {
        const auto value = TRY(parent.value(property));
        fits = fits && value && set_key(list, name, *value);
      }
      if (fits && seen.insert(list).second) lists.push_back(std::move(list));
    }
  }
  if (find_key(given, driver.name) != nullptr) return lists;
  for (std::size_t i = 0; i < lists.size(); ++i) {
    for (const Parent& found : TRY(list_once(type, lists[i], wanted))) {
      const auto value = TRY(found.value(driver.self_property));
      if (!value) continue;
      ListKeys list = lists[i];
      for (auto& [name, current] : list) {
        if (name == driver.name) current = *value;
      }
      if (seen.insert(list).second) lists.push_back(std::move(list));
    }
  }
  return lists;
}

Result<std::vector<ParentWalk::Parent>> ParentWalk::parents_of(const catalogue::ResourceType& type,
                                                               const ListKeys& given,
                                                               const std::vector<std::string>& properties, int depth) {
  std::vector<Parent> parents;
  for (const ListKeys& keys : TRY(walk(type, given, {}, depth + 1))) {
    auto found = TRY(list_once(type, keys, properties));
    std::move(found.begin(), found.end(), std::back_inserter(parents));
  }
  return parents;
}

Result<std::vector<ParentWalk::Parent>> ParentWalk::list_once(const catalogue::ResourceType& type, const ListKeys& keys,
                                                              const std::vector<std::string>& wanted) {
  std::vector<Parent> found;
  const CacheEntry* entry = TRY(fetch_({.operation = provider::ScanRequest::Operation::list,
                                        .type_name = std::string(type.name()),
                                        .region = scope_.region,
                                        .profile = scope_.profile,
                                        .resource_model = resource_model_of(type, keys),
                                        .wanted = wanted}));
  if (entry == nullptr) {
    missing_ = true;
    return found;
  }
  for (const auto& page : entry->pages) {
    for (const auto& resource : page->entries)
      found.push_back(
          {.type = type, .identifier = resource.identifier, .properties = resource.properties, .listed_with = keys});
  }
  return found;
}

std::vector<std::string> keys_without_parent(const catalogue::ResourceType& type,
                                             const std::vector<std::string>& given) {
  std::vector<std::string> names;
  const std::vector<ListKey> keys = list_keys_of(type);
  for (const ListKey& key : keys) {
    const bool is_given = std::find(given.begin(), given.end(), key.name) != given.end();
    if (!is_given && key.from == From::unknown) names.push_back(key.name);
  }
  return names;
}

std::string resource_model_of(const catalogue::ResourceType& type, const ListKeys& keys) {
  // In one order, so that the same list is asked for by the same text.
  ListKeys sorted = keys;
  std::sort(sorted.begin(), sorted.end());
  std::string model;
  for (const auto& [key, value] : sorted)
    model += (model.empty() ? "{" : ",") + json_quote(key) + ":" + model_json(type, key, value);
  return model.empty() ? model : model + "}";
}

}  // namespace squall::engine
