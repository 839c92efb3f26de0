// What a service fills into a new resource by itself, made up from the schema: defaults and read-only values.
//
// Pure and deterministic: made from account, region, type and the given values, so that a run can be repeated.
#pragma once

#include "local_cloud/json_input.h"
#include "local_cloud/store.h"
#include "local_cloud/type_facts.h"

namespace squall::local_cloud {

std::string partition_of(const std::string& region);

// The schema's defaults, also inside of objects and arrays that are there. What is there is kept.
void fill_defaults(const TypeFacts& facts, Json& model);

// Read-only values, and parts of the identifier that the service chooses. What is there is kept. `copy` tells apart
// resources that were given equal models.
void invent_read_only(const TypeFacts& facts, const Place& place, std::int64_t copy, Json& model);

}  // namespace squall::local_cloud
