// GetResource and ListResources, and how a call finds its type and its resource.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json_text.h"
#include "local_cloud/answers.h"
#include "local_cloud/behaviours/behaviours.h"
#include "local_cloud/model.h"
#include "local_cloud/operations.h"
#include "local_cloud/page_token.h"
#include "local_cloud/resource_handlers.h"
#include "local_cloud/schema_nodes.h"
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

// Whether the model has the key with a value of the type that the schema gives it.
bool has_key(const TypeFacts& facts, const Json& model, std::string_view key) {
  const auto value = model.find(std::string(key));
  if (value == model.end() || value->is_null()) return false;
  const Json* declared = schema_at(*facts.schema, key);
  if (declared == nullptr || !declared->contains("type") || !(*declared)["type"].is_string()) return true;
  const std::string& type = (*declared)["type"].get_ref<const std::string&>();
  if (type == "string") return value->is_string();
  if (type == "integer" || type == "number") return value->is_number();
  if (type == "boolean") return value->is_boolean();
  return type == "array" ? value->is_array() : value->is_object();
}

std::optional<HttpResponse> missing_list_key(const TypeFacts& facts, const Json& model) {
  const auto alternatives = facts.type.list_keys();
  if (alternatives.empty()) return std::nullopt;
  for (const auto& keys : alternatives) {
    if (std::all_of(keys.begin(), keys.end(), [&](std::string_view key) { return has_key(facts, model, key); }))
      return std::nullopt;
  }
  std::string missing;
  for (std::string_view key : alternatives.front()) {
    if (!has_key(facts, model, key) && missing.empty()) missing = key;
  }
  return refusal("InvalidRequestException", "Missing or invalid ResourceModel property in " + facts.name +
                                                " list handler request input.Required property:  (#: required key [" +
                                                missing + "] not found)");
}

bool is_list_key(const TypeFacts& facts, std::string_view name) {
  const auto alternatives = facts.type.list_keys();
  return std::any_of(alternatives.begin(), alternatives.end(),
                     [&](const auto& keys) { return std::find(keys.begin(), keys.end(), name) != keys.end(); });
}

// Removes what a read does not show, and tells whether the rest fits the model. What a list requires says whose resources
// are asked for: some types never show it, or do not have it at all. Everything else is a filter, by what is shown, so that
// it finds nothing out about write-only values. What is no property of the type filters nothing.
bool shown_matches(const TypeFacts& facts, Json& properties, const Json& model) {
  const auto differs = [&](const std::string& key, const Json& value, bool absent) {
    const auto found = properties.find(key);
    return found == properties.end() ? absent : !schema::same_value(*found, value);
  };
  for (const auto& [key, value] : model.items()) {
    if (is_list_key(facts, key) && differs(key, value, false)) return false;
  }
  remove_write_only(facts, properties);
  for (const auto& [key, value] : model.items()) {
    if (!is_list_key(facts, key) && facts.type.find_property(key) && differs(key, value, true)) return false;
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
  if (!shown_matches(facts, properties, model)) return std::nullopt;
  return json_text(shown_less ? facts.behaviour->listed(properties) : properties);
}

// The resources that a list may tell of, in order of age, a batch at a time.
class Candidates {
 public:
  Candidates(const Call& call, const TypeFacts& facts, const Json& model)
      : store_(call.store),
        facts_(facts),
        place_(home_of(facts, call.place)),
        parent_(parent_of(facts, model)),
        identifier_(identifier_of(facts, model)),
        batch_(call.options.page_size + 1) {}

  Result<std::vector<StoredResource>> next(std::int64_t after) {
    if (identifier_.empty()) {
      auto rows = TRY(store_.list(place_, facts_.name, after, batch_, parent_));
      ended_ = rows.size() < batch_;
      batch_ = std::max(batch_, kBatch);  // whoever needs a second one is looking for few among many
      return rows;
    }
    // The model names one resource.
    ended_ = true;
    std::vector<StoredResource> one;
    if (auto found = TRY(store_.find(place_, facts_.name, identifier_)); found && found->id > after)
      one.push_back(std::move(*found));
    return one;
  }
  bool ended() const { return ended_; }

 private:
  static constexpr std::size_t kBatch = 500;
  Store& store_;
  const TypeFacts& facts_;
  const Place place_;
  const std::string parent_;
  const std::string identifier_;
  std::size_t batch_;
  bool ended_ = false;
};

Answer list_page(const Call& call, const TypeFacts& facts, const Json& model, const std::string& scope,
                 std::int64_t after) {
  // Looking for few among many must not keep others waiting: the page is then short, or empty, with a token.
  constexpr std::size_t kLookedAtMax = 5'000;
  std::string json = "{\"TypeName\":" + json_quote(facts.name) + ",\"ResourceDescriptions\":[";
  std::size_t described = 0;
  std::size_t looked_at = 0;
  bool more = false;
  for (Candidates candidates(call, facts, model); !more && !candidates.ended();) {
    for (const StoredResource& resource : TRY(candidates.next(after))) {
      more = described == call.options.page_size || looked_at == kLookedAtMax;
      if (more) break;
      ++looked_at;
      after = resource.id;
      const auto properties = listed_properties(facts, resource.properties, model);
      if (!properties) continue;
      if (described++ > 0) json += ",";
      append_description(json, resource.identifier, *properties);
    }
  }
  json += "]";
  if (more) json += ",\"NextToken\":" + json_quote(page_token(scope, after));
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
  if (const std::string& token = call.parameters.next_token; !token.empty() && !read_page_token(token, scope, after))
    return refusal("InvalidRequestException", "Invalid NextToken");
  if (call.failure != nullptr) return handler_refusal(found.facts->name, *call.failure);
  return list_page(call, *found.facts, model, scope, after);
}

}  // namespace squall::local_cloud
