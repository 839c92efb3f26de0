#include "local_cloud/model.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "catalogue/regions.h"
#include "local_cloud/behaviours/behaviours.h"
#include "local_cloud/invented_values.h"
#include "schema/identifier.h"

namespace squall::local_cloud {

std::string text_at(const Json& model, std::string_view path) {
  const Json* value = value_at(model, path);
  if (value == nullptr || value->is_null()) return {};
  return value->is_string() ? value->get<std::string>() : json_text(*value);
}

std::string identifier_of(const TypeFacts& facts, const Json& model) {
  std::vector<std::string> parts;
  for (std::string_view path : facts.primary_identifier) {
    parts.push_back(text_at(model, path));
    if (parts.back().empty()) return {};
  }
  return schema::join_identifier(parts);
}

std::string name_of(std::size_t additional, const std::vector<std::string>& parts) {
  // The number tells apart identifiers of one type; the lengths tell apart parts that contain a bar.
  std::string name = std::to_string(additional);
  for (const std::string& part : parts) name += "|" + std::to_string(part.size()) + ":" + part;
  return name;
}

std::vector<std::string> names_of(const TypeFacts& facts, const Json& model) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < facts.additional_identifiers.size(); ++i) {
    std::vector<std::string> parts;
    for (std::string_view path : facts.additional_identifiers[i]) {
      std::string part = text_at(model, path);
      if (part.empty()) break;
      parts.push_back(std::move(part));
    }
    if (parts.size() == facts.additional_identifiers[i].size()) names.push_back(name_of(i, parts));
  }
  return names;
}

std::string parent_text(const std::vector<std::string>& parts) { return name_of(0, parts); }

std::string parent_of(const TypeFacts& facts, const Json& model) {
  std::vector<std::string> parts;
  for (std::string_view path : facts.parent) {
    parts.push_back(text_at(model, path));
    if (parts.back().empty()) return {};
  }
  return parts.empty() ? std::string() : parent_text(parts);
}

ResourceKeys keys_of(const TypeFacts& facts, const Place& place, const Json& model) {
  ResourceKeys keys{.names = names_of(facts, model), .world_name = {}, .parent = parent_of(facts, model)};
  if (facts.behaviour == nullptr) return keys;
  if (facts.behaviour->unique_in_partition)
    keys.world_name = name_of(0, {partition_of(place.region), identifier_of(facts, model)});
  if (facts.behaviour->more_names != nullptr) {
    for (std::string& name : facts.behaviour->more_names(model)) keys.names.push_back(std::move(name));
  }
  return keys;
}

Place global_home(const Place& place) {
  const std::string partition = partition_of(place.region);
  if (partition == "aws") return {place.account, "us-east-1"};
  if (partition == "aws-cn") return {place.account, "cn-north-1"};
  if (partition == "aws-us-gov") return {place.account, "us-gov-west-1"};
  const auto regions = catalogue::regions();
  const auto first =
      std::find_if(regions.begin(), regions.end(), [&](const auto& r) { return r.partition == partition; });
  return {place.account, first == regions.end() ? place.region : std::string(first->name)};
}

Place home_of(const TypeFacts& facts, const Place& place) { return facts.global ? global_home(place) : place; }

void remove_write_only(const TypeFacts& facts, Json& model) {
  for (std::string_view path : facts.write_only) remove_path(model, path);
}

void remove_changeable_write_only(const TypeFacts& facts, Json& model) {
  const auto fixed = facts.type.create_only();
  const auto is_fixed = [&fixed](std::string_view path) {
    return std::any_of(fixed.begin(), fixed.end(), [path](std::string_view around) {
      return path == around || (path.starts_with(around) && path[around.size()] == '/');
    });
  };
  for (std::string_view path : facts.write_only) {
    if (!is_fixed(path)) remove_path(model, path);
  }
}

}  // namespace squall::local_cloud
