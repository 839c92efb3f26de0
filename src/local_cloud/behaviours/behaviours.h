// Types that need more than their schema: what their handlers do besides. One type a file; behaviours.cpp has the table.
//
// Hooks run inside the change's transaction, before the generic part. A refusal ends the change as a FAILED event; the
// hook has then changed nothing.
#pragma once

#include "local_cloud/resource_handlers.h"

namespace squall::local_cloud {

struct Behaviour {
  std::string_view type_name;
  // Sets what the service sets in the model, before the generic values; may refuse. Null: nothing.
  Result<Refusal> (*create)(const Creation&) = nullptr;
  // May change the new model (keep what the handler cannot tell), and what hangs on the resource; may refuse.
  Result<Refusal> (*update)(const Update&) = nullptr;
  // Deletes what goes with the resource; may refuse.
  Result<Refusal> (*remove)(const Deletion&) = nullptr;
  // What a list shows of a resource. Null: all but write-only values.
  Json (*listed)(const Json& model) = nullptr;
  // The handler's own words; empty: the generic ones.
  std::string_view not_found = {};
  std::string_view already_exists = {};
};
// Null: the schema tells all.
const Behaviour* find_behaviour(std::string_view type_name);

// "arn:aws:sagemaker:us-east-1:123456789012:" for the service's word in ARNs.
std::string arn_prefix(const Place& place, std::string_view service);

// sagemaker_image.cpp
Result<Refusal> create_image(const Creation& creation);
Result<Refusal> delete_image(const Deletion& deletion);
Json listed_image(const Json& model);

// sagemaker_image_version.cpp
Result<Refusal> create_image_version(const Creation& creation);
Result<Refusal> update_image_version(const Update& update);
Json listed_image_version(const Json& model);
// Erases all versions of an image.
Status erase_image_versions(const Place& place, Store& store, const std::string& image_name);

}  // namespace squall::local_cloud
