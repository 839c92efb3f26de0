// What the handlers of a type do to the state, for every type: create, update, delete; behaviours of single types come in
// between.
//
// The caller holds a writing transaction. A refusal leaves the state as it was; it becomes a FAILED event.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "local_cloud/handler_failure.h"
#include "local_cloud/json_input.h"
#include "local_cloud/store.h"
#include "local_cloud/type_facts.h"

namespace squall::local_cloud {

HandlerFailure already_exists(const TypeFacts& facts, const std::string& identifier);
HandlerFailure not_found(const TypeFacts& facts, const std::string& identifier);

// A model on its way into the store.
struct Creation {
  const TypeFacts& facts;
  const Place& place;
  Store& store;
  Json& model;
};

// A resource that is there and gets another model.
struct Update {
  const TypeFacts& facts;
  const Place& place;
  Store& store;
  const std::string& identifier;
  const Json& before;  // as it is stored, write-only values included
  Json& model;
};

struct Deletion {
  const TypeFacts& facts;
  const Place& place;
  Store& store;
  const std::string& identifier;
  const Json& model;
};

// Fills, names and stores. The outcome is the identifier, or the handler's refusal.
struct Created {
  std::string identifier;
  Refusal failure;
};
Result<Created> handle_create(Creation creation);
// `model` is the whole of the new state, read-only values included.
Result<Refusal> handle_update(const TypeFacts& facts, const Place& place, Store& store, const std::string& identifier,
                              Json& model);
Result<Refusal> handle_delete(const TypeFacts& facts, const Place& place, Store& store, const std::string& identifier);

}  // namespace squall::local_cloud
