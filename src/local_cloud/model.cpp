#include "local_cloud/model.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/ascii.h"
#include "net/sigv4.h"
#include "schema/identifier.h"

namespace squall::local_cloud {

namespace {

// Deterministic letters and digits for one property of one resource.
std::string seed_of(const Creation& creation, std::string_view property) {
  std::string text = creation.place.account + "/" + creation.place.region + "/" + std::string(creation.type.name()) +
                     "/" + std::string(property) + "/";
  // The caller's values tell resources apart; equal models differ by their copy.
  if (creation.copy > 0) text += std::to_string(creation.copy) + "/";
  for (const auto& [name, value] : creation.model.items())
    text += name + "=" + value.dump(-1, ' ', false, Json::error_handler_t::replace) + ";";
  return net::sha256_hex(text);
}

std::string short_name(const catalogue::ResourceType& type) {
  const std::string_view name = type.name();
  return std::string(name.substr(name.rfind(':') + 1));
}

std::string arn(const Creation& creation, const std::string& rest) {
  return "arn:" + partition_of(creation.place.region) + ":" + std::string(creation.type.service()) + ":" +
         creation.place.region + ":" + creation.place.account + ":" + rest;
}

// The value that names a resource: its own name where the caller gave one, else a token.
std::string own_name(const Creation& creation, const std::string& token) {
  for (const std::string& key : {short_name(creation.type) + "Name", std::string("Name")}) {
    if (creation.model.contains(key) && creation.model[key].is_string()) return creation.model[key].get<std::string>();
  }
  return token;
}

Json invented_value(const Creation& creation, const catalogue::Property& property) {
  const std::string seed = seed_of(creation, property.name);
  switch (property.type) {
    case DataType::integer:
    case DataType::number: return 1;
    case DataType::boolean: return false;
    case DataType::array:
    case DataType::object: return nullptr;  // nothing sensible can be made up
    case DataType::string:
    case DataType::any: break;
  }
  const std::string name(property.name);
  const std::string lower = ascii_lower(name);
  if (lower.ends_with("arn"))
    return arn(creation, ascii_lower(short_name(creation.type)) + "/" + own_name(creation, seed.substr(0, 17)));
  if (lower.ends_with("accountid") || lower == "ownerid" || lower == "owner") return creation.place.account;
  if (lower.ends_with("time") || lower.ends_with("date") || lower.ends_with("at")) return "2026-01-01T00:00:00Z";
  if (lower.ends_with("status") || lower.ends_with("state")) return "ACTIVE";
  if (lower.ends_with("id"))
    return seed.substr(0, 8) + "-" + seed.substr(8, 4) + "-" + seed.substr(12, 4) + "-" + seed.substr(16, 4) + "-" +
           seed.substr(20, 12);
  return ascii_lower(short_name(creation.type)) + "-" + seed.substr(0, 17);
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

// The value at "Schedule/ScheduleId" as the text that stands in an identifier; empty where it is missing.
std::string text_at(const Json& model, std::string_view path) {
  const Json* node = &model;
  while (true) {
    const auto slash = path.find('/');
    const std::string step(path.substr(0, slash));
    if (!node->is_object() || !node->contains(step)) return {};
    node = &(*node)[step];
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  if (node->is_string()) return node->get<std::string>();
  return node->is_null() ? std::string() : node->dump();
}

}  // namespace

std::string partition_of(const std::string& region) {
  if (region.starts_with("cn-")) return "aws-cn";
  if (region.starts_with("us-gov-")) return "aws-us-gov";
  return "aws";
}

void fill_defaults(const catalogue::ResourceType& type, Json& model) {
  const Json schema = Json::parse(type.schema(), nullptr, false);
  if (!schema.is_object() || !schema.contains("properties")) return;
  for (const auto& [name, property] : schema["properties"].items()) {
    if (property.is_object() && property.contains("default") && !model.contains(name))
      model[name] = property["default"];
  }
}

void invent_read_only(const Creation& creation) {
  const auto& type = creation.type;
  const auto identifier = type.primary_identifier();
  // Values are made from what was given, not from one another, so that their order does not matter.
  Json given = creation.model;
  const Creation source{type, creation.place, creation.store, given, creation.copy};
  for (std::size_t i = 0; i < type.property_count(); ++i) {
    const auto property = type.property(i);
    if (given.contains(std::string(property.name))) continue;
    const bool names_it = std::find(identifier.begin(), identifier.end(), property.name) != identifier.end();
    // A part of the identifier that the caller may leave out is the service's to choose.
    if (!property.has(catalogue::kReadOnly) && !names_it) continue;
    Json value = invented_value(source, property);
    if (!value.is_null()) creation.model[std::string(property.name)] = std::move(value);
  }
}

std::string identifier_of(const catalogue::ResourceType& type, const Json& model) {
  std::vector<std::string> parts;
  for (std::string_view path : type.primary_identifier()) {
    parts.push_back(text_at(model, path));
    if (parts.back().empty()) return {};
  }
  return schema::join_identifier(parts);
}

void remove_write_only(const catalogue::ResourceType& type, Json& model) {
  for (std::string_view path : type.write_only()) remove_path(model, path);
}

Result<Created> create(Creation& creation) {
  const std::string type_name(creation.type.name());
  if (const Behaviour* behaviour = find_behaviour(type_name); behaviour != nullptr && behaviour->fill != nullptr) {
    if (auto refusal = TRY(behaviour->fill(creation))) return Created{{}, std::move(refusal)};
  }
  fill_defaults(creation.type, creation.model);
  const Json given = creation.model;
  const bool named_by_caller = !identifier_of(creation.type, given).empty();
  while (true) {
    creation.model = given;
    invent_read_only(creation);
    std::string identifier = identifier_of(creation.type, creation.model);
    if (identifier.empty()) {
      return Created{
          {},
          HandlerFailure{"InvalidRequest",
                         "Invalid request provided: the properties of the primary identifier are not all given"}};
    }
    const std::string text = creation.model.dump(-1, ' ', false, Json::error_handler_t::replace);
    if (TRY(creation.store.insert(creation.place, type_name, identifier, text)))
      return Created{std::move(identifier), std::nullopt};
    if (named_by_caller || creation.copy > 0) {
      return Created{identifier,
                     HandlerFailure{"AlreadyExists", "Resource of type '" + type_name + "' with identifier '" +
                                                         identifier + "' already exists."}};
    }
    creation.copy = TRY(creation.store.next_number(creation.place, "copies of " + type_name));
  }
}

}  // namespace squall::local_cloud
