// What AWS refuses at once about a model or a patch, with its texts. Pure.
#pragma once

#include <string>

#include "local_cloud/json_input.h"
#include "local_cloud/type_facts.h"
#include "schema/json_patch.h"

namespace squall::local_cloud {

// "Model validation failed (…)"; empty: the model fits the type's schema.
std::string model_fault(const TypeFacts& facts, const Json& model);

// The same for a model that holds what the service made as well (a dump, a patched resource): its own values are its own
// affair, and are not looked at.
std::string given_fault(const TypeFacts& facts, const Json& model);

// The read-only values in a model for a create ("ImageArn, Schedule/ScheduleId"); empty: none. What the schema requires
// of an object inside the model is not counted: there, the caller has no choice.
std::string read_only_set(const TypeFacts& facts, const Json& model);

// Applies a PatchDocument to the model; after a fault the model is as it was.
using schema::PatchFault;
PatchFault patch_model(const TypeFacts& facts, const std::string& document, Json& model);

}  // namespace squall::local_cloud
