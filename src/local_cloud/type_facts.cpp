#include "local_cloud/type_facts.h"

#include <nlohmann/json.hpp>

#include "local_cloud/behaviours/behaviours.h"

namespace squall::local_cloud {

TypeFacts::TypeFacts(const catalogue::ResourceType& described)
    : type(described),
      name(described.name()),
      primary_identifier(described.primary_identifier()),
      additional_identifiers(described.additional_identifiers()),
      write_only(described.write_only()),
      read_only(described.read_only()),
      schema(std::make_unique<const Json>(Json::parse(described.schema(), nullptr, false))),
      validator(described.schema()),
      behaviour(find_behaviour(name)) {}
TypeFacts::~TypeFacts() = default;

const TypeFacts* TypeFactsCache::find(const std::string& type_name) {
  if (const auto found = facts_.find(type_name); found != facts_.end()) return found->second.get();
  const auto type = catalogue_.find_type(type_name);
  if (!type) return nullptr;
  return facts_.emplace(type_name, std::make_unique<const TypeFacts>(*type)).first->second.get();
}

}  // namespace squall::local_cloud
