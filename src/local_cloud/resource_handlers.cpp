#include "local_cloud/resource_handlers.h"

#include <nlohmann/json.hpp>

#include "local_cloud/behaviours/behaviours.h"
#include "local_cloud/invented_values.h"
#include "local_cloud/model.h"

namespace squall::local_cloud {

HandlerFailure already_exists(const TypeFacts& facts, const std::string& identifier) {
  if (facts.behaviour != nullptr && !facts.behaviour->already_exists.empty())
    return {"AlreadyExists", std::string(facts.behaviour->already_exists)};
  return {"AlreadyExists",
          "Resource of type '" + facts.name + "' with identifier '" + identifier + "' already exists."};
}

HandlerFailure not_found(const TypeFacts& facts, const std::string& identifier) {
  if (facts.behaviour != nullptr && !facts.behaviour->not_found.empty())
    return {"NotFound", std::string(facts.behaviour->not_found)};
  return {"NotFound", "Resource of type '" + facts.name + "' with identifier '" + identifier + "' was not found."};
}

namespace {

// The identifier of the resource that has the primary or an additional identifier that the caller gave.
Result<std::optional<std::string>> taken_name(const Creation& creation) {
  const std::string identifier = identifier_of(creation.facts, creation.model);
  if (!identifier.empty() && TRY(creation.store.find(creation.place, creation.facts.name, identifier)))
    return std::optional(identifier);
  for (const std::string& name : names_of(creation.facts, creation.model)) {
    if (const auto other = TRY(creation.store.find_named(creation.place, creation.facts.name, name)))
      return std::optional(other->identifier);
  }
  return std::optional<std::string>();
}

}  // namespace

Result<Created> handle_create(Creation creation) {
  const TypeFacts& facts = creation.facts;
  const Json asked = creation.model;
  if (facts.behaviour != nullptr && facts.behaviour->create != nullptr) {
    if (auto refusal = TRY(facts.behaviour->create(creation))) return Created{{}, std::move(refusal)};
  }
  fill_defaults(facts, creation.model);
  const Json given = creation.model;
  if (auto taken = TRY(taken_name(creation))) return Created{*taken, already_exists(facts, *taken)};
  for (std::int64_t copy = 0;;) {
    creation.model = given;
    invent_read_only(facts, creation.place, copy, creation.model);
    if (facts.behaviour != nullptr && facts.behaviour->finish != nullptr) facts.behaviour->finish(creation.model);
    std::string identifier = identifier_of(facts, creation.model);
    if (identifier.empty()) {
      return Created{{},
                     HandlerFailure{"InvalidRequest",
                                    "Invalid request provided: the properties of the primary "
                                    "identifier are not all given"}};
    }
    const StoredResource resource{0, identifier, json_text(creation.model)};
    if (TRY(creation.store.insert(creation.place, facts.name, resource,
                                  keys_of(facts, creation.place, creation.model)))) {
      if (facts.behaviour != nullptr && facts.behaviour->created != nullptr)
        TRY(facts.behaviour->created(creation, asked));
      return Created{std::move(identifier), std::nullopt};
    }
    // Equal models of resources that the service names get other values; a second clash is one of names in an ARN.
    if (copy > 0) return Created{identifier, already_exists(facts, identifier)};
    copy = TRY(creation.store.next_number(creation.place, "copies of " + facts.name));
  }
}

Result<Refusal> handle_update(const TypeFacts& facts, const Place& place, Store& store, const std::string& identifier,
                              Json& model) {
  auto stored = TRY(store.find(place, facts.name, identifier));
  if (!stored) return Refusal(not_found(facts, identifier));
  const Json before = parse_stored(stored->properties);
  if (facts.behaviour != nullptr && facts.behaviour->update != nullptr) {
    if (auto refusal = TRY(facts.behaviour->update({facts, place, store, identifier, before, model}))) return refusal;
  }
  stored->properties = json_text(model);
  if (!TRY(store.replace(place, facts.name, *stored, keys_of(facts, place, model))))
    return Refusal(already_exists(facts, identifier));
  return Refusal();
}

Result<Refusal> handle_delete(const TypeFacts& facts, const Place& place, Store& store, const std::string& identifier) {
  const auto stored = TRY(store.find(place, facts.name, identifier));
  if (!stored) return Refusal(not_found(facts, identifier));
  if (facts.behaviour != nullptr && facts.behaviour->remove != nullptr) {
    const Json model = parse_stored(stored->properties);
    if (auto refusal = TRY(facts.behaviour->remove({facts, place, store, identifier, model}))) return refusal;
  }
  TRY(store.erase(stored->id));
  return Refusal();
}

}  // namespace squall::local_cloud
