// What a create does to a model, for every type: defaults, invented read-only values, the identifier.
// (The .cpp files of this folder include nlohmann's header themselves.)
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "catalogue/catalogue.h"
#include "local_cloud/store.h"

namespace squall::local_cloud {

using Json = nlohmann::ordered_json;

// A handler's refusal: ends as a FAILED event of a change, or as an exception of a read.
struct HandlerFailure {
  std::string code;  // HandlerErrorCode: "AlreadyExists"
  std::string message;
};

// A model on its way into the store.
struct Creation {
  const catalogue::ResourceType& type;
  const Place& place;
  Store& store;
  Json& model;
  std::int64_t copy = 0;  // tells apart resources that the service names and that were given equal models
};

// Types that need more than their schema; the table is in behaviours/behaviours.cpp.
struct Behaviour {
  std::string_view type_name;
  // Sets what the service sets, before the generic values; may refuse. Null: nothing.
  Result<std::optional<HandlerFailure>> (*fill)(Creation&);
  // What a list shows of a resource. Null: all but write-only values.
  Json (*listed)(const Json& model);
};
const Behaviour* find_behaviour(std::string_view type_name);

std::string partition_of(const std::string& region);

// Defaults and read-only values that the schema alone can tell; deterministic. What is there is kept.
void fill_defaults(const catalogue::ResourceType& type, Json& model);
void invent_read_only(const Creation& creation);

// The primary identifier, "A|B"; empty when a part is missing.
std::string identifier_of(const catalogue::ResourceType& type, const Json& model);

// Removes the values at write-only paths ("Code/ZipFile", "Rules/*/Secret").
void remove_write_only(const catalogue::ResourceType& type, Json& model);

// Fills, names and stores. The outcome is the identifier, or the handler's refusal.
struct Created {
  std::string identifier;
  std::optional<HandlerFailure> failure;
};
Result<Created> create(Creation& creation);

}  // namespace squall::local_cloud
