// GetResource and ListResources, and how a call finds its type and its resource.
#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "base/json_text.h"
#include "local_cloud/answers.h"
#include "local_cloud/behaviours/behaviours.h"
#include "local_cloud/model.h"
#include "local_cloud/operations.h"
#include "local_cloud/resource_handlers.h"
#include "local_cloud/validation.h"
#include "net/sigv4.h"
#include "schema/identifier.h"

namespace squall::local_cloud {

namespace {

using catalogue::Handler;
using net::HttpResponse;

// Whether "word" stands in the text with its quotes, which are too common to be what is looked for.
bool has_quoted(std::string_view text, std::string_view word) {
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const auto end = at + word.size();
    if (at > 0 && text[at - 1] == '"' && end < text.size() && text[end] == '"') return true;
  }
  return false;
}

// Whether a value may stand at the path. The store's texts are compact and name their keys as the schema does.
bool may_hold(std::string_view stored, std::string_view path) {
  while (!path.empty()) {
    const std::string_view step = path.substr(0, path.find('/'));
    if (step != "*" && !has_quoted(stored, step)) return false;
    path.remove_prefix(std::min(path.size(), step.size() + 1));
  }
  return true;
}

// The stored text is shown as it is where nothing in it is hidden: parsing it is most of the cost of a get.
std::string shown_properties(const TypeFacts& facts, const std::string& stored) {
  if (std::none_of(facts.write_only.begin(), facts.write_only.end(),
                   [&](std::string_view path) { return may_hold(stored, path); }))
    return stored;
  Json model = parse_stored(stored);
  remove_write_only(facts, model);
  return json_text(model);
}

std::optional<HttpResponse> missing_list_key(const TypeFacts& facts, const Json& model) {
  const auto alternatives = facts.type.list_keys();
  if (alternatives.empty()) return std::nullopt;
  for (const auto& keys : alternatives) {
    if (std::all_of(keys.begin(), keys.end(), [&](std::string_view key) { return model.contains(std::string(key)); }))
      return std::nullopt;
  }
  std::string missing;
  for (std::string_view key : alternatives.front()) {
    if (!model.contains(std::string(key)) && missing.empty()) missing = key;
  }
  return refusal("InvalidRequestException", "Missing or invalid ResourceModel property in " + facts.name +
                                                " list handler request input.Required property:  (#: required key [" +
                                                missing + "] not found)");
}

// A token belongs to one list: "<scope>-<id of the last resource told>".
bool read_token(const std::string& token, const std::string& scope, std::int64_t& after) {
  if (token.size() <= scope.size() + 1 || !token.starts_with(scope) || token[scope.size()] != '-') return false;
  const char* begin = token.data() + scope.size() + 1;
  const auto parsed = std::from_chars(begin, token.data() + token.size(), after);
  return parsed.ec == std::errc() && parsed.ptr == token.data() + token.size() && after >= 0;
}

bool matches(const Json& resource, const Json& model) {
  for (const auto& [key, value] : model.items()) {
    // A key that is no property of the resource cannot filter it.
    if (resource.contains(key) && resource[key] != value) return false;
  }
  return true;
}

void append_description(std::string& json, const std::string& identifier, const std::string& properties) {
  json += "{\"Identifier\":";
  append_json_quoted(json, identifier);
  json += ",\"Properties\":";
  append_json_quoted(json, properties);
  json += "}";
}

// What a list tells of a resource; nothing where the model filters it out.
std::optional<std::string> listed_properties(const TypeFacts& facts, const std::string& stored, const Json& model) {
  const bool shown_less = facts.behaviour != nullptr && facts.behaviour->listed != nullptr;
  if (model.empty() && !shown_less) return shown_properties(facts, stored);
  Json properties = parse_stored(stored);
  if (!matches(properties, model)) return std::nullopt;
  if (shown_less) return json_text(facts.behaviour->listed(properties));
  remove_write_only(facts, properties);
  return json_text(properties);
}

Answer list_page(const Call& call, const TypeFacts& facts, const Json& model, const std::string& scope,
                 std::int64_t after) {
  std::string json = "{\"TypeName\":" + json_quote(facts.name) + ",\"ResourceDescriptions\":[";
  std::size_t described = 0;
  std::string next_token;
  const Place place = home_of(facts, call.place);
  const std::string parent = parent_of(facts, model);
  while (described < call.options.page_size && next_token.empty()) {
    const std::size_t wanted = call.options.page_size - described;
    // One more than wanted tells whether there is a further page.
    auto resources = TRY(call.store.list(place, facts.name, after, wanted + 1, parent));
    const bool more = resources.size() > wanted;
    if (more) resources.pop_back();
    for (const StoredResource& resource : resources) {
      after = resource.id;
      const auto properties = listed_properties(facts, resource.properties, model);
      if (!properties) continue;
      if (described++ > 0) json += ",";
      append_description(json, resource.identifier, *properties);
    }
    if (!more) break;
    if (described == call.options.page_size) next_token = scope + "-" + std::to_string(after);
  }
  json += "]";
  if (!next_token.empty()) json += ",\"NextToken\":" + json_quote(next_token);
  return answer_text(std::move(json) + "}");
}

}  // namespace

FoundType find_type(const Call& call, Handler handler, const std::string& action) {
  const std::string& name = call.parameters.type_name;
  FoundType found{call.types.find(name), std::nullopt};
  if (found.facts == nullptr)
    found.refusal = refusal("TypeNotFoundException", "The type '" + name + "' cannot be found.");
  else if (!found.facts->type.has_handler(handler))
    found.refusal =
        refusal("UnsupportedActionException", "Resource type " + name + " does not support " + action + " action");
  return found;
}

Result<std::optional<StoredResource>> find_resource(const Call& call, const TypeFacts& facts,
                                                    const std::string& identifier) {
  const Place place = home_of(facts, call.place);
  if (auto found = TRY(call.store.find(place, facts.name, identifier))) return found;
  const auto keyed = schema::keyed_identifier(identifier);
  if (!keyed) return std::optional<StoredResource>();
  // The values of exactly these paths, or nothing.
  const auto parts_of = [&](const std::vector<std::string_view>& paths) {
    std::vector<std::string> parts;
    for (std::string_view path : paths) {
      const auto part = keyed->find(std::string(path));
      if (part != keyed->end()) parts.push_back(part->second);
    }
    if (parts.size() != keyed->size() || parts.size() != paths.size()) parts.clear();
    return parts;
  };
  if (const auto parts = parts_of(facts.primary_identifier); !parts.empty())
    return call.store.find(place, facts.name, schema::join_identifier(parts));
  for (std::size_t i = 0; i < facts.additional_identifiers.size(); ++i) {
    if (const auto parts = parts_of(facts.additional_identifiers[i]); !parts.empty())
      return call.store.find_named(place, facts.name, name_of(i, parts));
  }
  return std::optional<StoredResource>();
}

Answer get_resource(const Call& call) {
  const FoundType found = find_type(call, Handler::read, "READ");
  if (found.refusal) return *found.refusal;
  if (call.failure != nullptr) return handler_refusal(found.facts->name, *call.failure);
  const auto resource = TRY(find_resource(call, *found.facts, call.parameters.identifier));
  if (!resource) return handler_refusal(found.facts->name, not_found(*found.facts, call.parameters.identifier));
  std::string json = "{\"TypeName\":" + json_quote(found.facts->name) + ",\"ResourceDescription\":";
  append_description(json, resource->identifier, shown_properties(*found.facts, resource->properties));
  return answer_text(std::move(json) + "}");
}

Answer list_resources(const Call& call) {
  const FoundType found = find_type(call, Handler::list, "LIST");
  if (found.refusal) return *found.refusal;
  const std::string& asked = call.parameters.resource_model;
  const Json model = asked.empty() ? Json::object() : parse_json(asked);
  if (!model.is_object()) return refusal("ValidationException", model_fault(*found.facts, model));
  if (auto missing = missing_list_key(*found.facts, model)) return *missing;
  const std::string scope =
      net::sha256_hex(call.place.account + call.place.region + found.facts->name + json_text(model)).substr(0, 16);
  std::int64_t after = 0;
  if (const std::string& token = call.parameters.next_token; !token.empty() && !read_token(token, scope, after))
    return refusal("InvalidRequestException", "Invalid NextToken");
  if (call.failure != nullptr) return handler_refusal(found.facts->name, *call.failure);
  return list_page(call, *found.facts, model, scope, after);
}

}  // namespace squall::local_cloud
