#include "local_cloud/type_facts.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "local_cloud/behaviours/behaviours.h"

namespace squall::local_cloud {

namespace {

constexpr std::string_view kGlobalServices[] = {"iam",           "route53", "cloudfront",       "shield",
                                                "organizations", "budgets", "globalaccelerator"};

std::vector<std::string_view> parent_of(const catalogue::ResourceType& type, const Behaviour* behaviour) {
  if (behaviour != nullptr && !behaviour->parent.empty()) return {behaviour->parent};
  const auto alternatives = type.list_keys();
  if (alternatives.empty()) return {};
  for (std::string_view key : alternatives.front()) {
    const auto property = type.find_property(key);
    if (!property || !type.property(*property).has(catalogue::kRequired)) return {};
  }
  return alternatives.front();
}

}  // namespace

TypeFacts::TypeFacts(const catalogue::ResourceType& described)
    : type(described),
      name(described.name()),
      primary_identifier(described.primary_identifier()),
      additional_identifiers(described.additional_identifiers()),
      write_only(described.write_only()),
      read_only(described.read_only()),
      schema(std::make_unique<const Json>(Json::parse(described.schema(), nullptr, false))),
      validator(described.schema()),
      behaviour(find_behaviour(name)),
      parent(parent_of(type, behaviour)),
      global(std::find(std::begin(kGlobalServices), std::end(kGlobalServices), described.service()) !=
             std::end(kGlobalServices)) {}
TypeFacts::~TypeFacts() = default;

const TypeFacts* TypeFactsCache::find(const std::string& type_name) {
  if (const auto found = facts_.find(type_name); found != facts_.end()) return found->second.get();
  const auto type = catalogue_.find_type(type_name);
  if (!type) return nullptr;
  return facts_.emplace(type_name, std::make_unique<const TypeFacts>(*type)).first->second.get();
}

}  // namespace squall::local_cloud
