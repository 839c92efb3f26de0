#include "engine/list_parents.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace squall::engine {

namespace {

using Json = nlohmann::json;
using From = ListKey::From;

struct HowName {
  std::string_view how;
  From from;
};
constexpr std::array<HowName, 11> kHows = {{
    {"enum", From::values},
    {"account", From::account},
    {"inherit", From::inherited},
    {"same-parent", From::same_parent},
    {"tree", From::tree},
    {"same-service-name", From::parent},
    {"arn-pattern", From::parent},
    {"description-type", From::parent},
    {"other-service", From::parent},
    {"object-child", From::parent},
    {"curated", From::parent},
}};

From from_of(const std::string& how) {
  for (const HowName& name : kHows) {
    if (name.how == how) return name.from;
  }
  return From::unknown;
}

ListKey key_of(const std::string& name, const Json& fact) {
  ListKey key{.name = name, .from = from_of(fact.value("how", ""))};
  key.values = fact.value("values", std::vector<std::string>());
  key.child = fact.value("child", "");
  key.separator = fact.value("split", "");
  key.parent_key = fact.value("key", "");
  key.self_property = fact.value("self", "");
  for (const Json& source : fact.value(key.from == From::tree ? "seed" : "sources", Json::array())) {
    key.sources.push_back({.type = source.value("type", ""),
                           .property = source.value("property", ""),
                           .in_identifier = source.value("from", "") == "identifier"});
  }
  for (const auto& [other, property] : fact.value("inherit", Json::object()).items())
    key.same_parent.emplace_back(other, property.get<std::string>());
  return key;
}

}  // namespace

std::vector<ListKey> list_keys_of(const catalogue::ResourceType& type) {
  std::vector<ListKey> keys;
  const Json facts = Json::parse(type.list_parents(), nullptr, false);
  if (!facts.is_object() || !facts.contains("keys")) return keys;
  const auto use = facts.value("use", std::vector<std::string>());
  try {
    for (const auto& [name, fact] : facts["keys"].items()) {
      if (!use.empty() && std::find(use.begin(), use.end(), name) == use.end()) continue;
      keys.push_back(key_of(name, fact));
    }
  } catch (const Json::exception&) {
    keys.clear();  // a catalogue of another form: the user names the keys
  }
  return keys;
}

}  // namespace squall::engine
