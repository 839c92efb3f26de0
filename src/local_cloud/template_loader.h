// The Resources of a CloudFormation template (JSON), created in the order of what they need of each other.
//
// Ref, Fn::GetAtt, Fn::Sub and Fn::Join are worked out among the template's own resources, its parameters (their defaults)
// and AWS's pseudo parameters. What else a template may say to shape itself (conditions, mappings, transforms, other
// functions) is refused by name; what only guides a stack's life (Metadata, DeletionPolicy, Outputs) is passed over.
// The caller holds a writing transaction and rolls back after an error, which names the resource.
#pragma once

#include "base/result.h"
#include "local_cloud/json_input.h"
#include "local_cloud/store.h"
#include "local_cloud/type_facts.h"

namespace squall::local_cloud {

// REQUIRES: document is an object. Returns how many resources were created.
Result<std::size_t> load_template(const Json& document, const Place& place, Store& store, TypeFactsCache& types);

}  // namespace squall::local_cloud
