#include "local_cloud/behaviours/behaviours.h"

#include <nlohmann/json.hpp>

#include "local_cloud/invented_values.h"

namespace squall::local_cloud {

namespace {

// Read in order by nobody, so ordered by name.
constexpr Behaviour kBehaviours[] = {
    {.type_name = "AWS::S3::Bucket", .not_found = "Bucket not found", .already_exists = "The bucket Already Exists"},
    {.type_name = "AWS::SageMaker::Image", .create = create_image, .remove = delete_image, .listed = listed_image},
    {.type_name = "AWS::SageMaker::ImageVersion",
     .create = create_image_version,
     .update = update_image_version,
     .listed = listed_image_version},
};

}  // namespace

const Behaviour* find_behaviour(std::string_view type_name) {
  for (const Behaviour& behaviour : kBehaviours) {
    if (behaviour.type_name == type_name) return &behaviour;
  }
  return nullptr;
}

std::string arn_prefix(const Place& place, std::string_view service) {
  return "arn:" + partition_of(place.region) + ":" + std::string(service) + ":" + place.region + ":" + place.account +
         ":";
}

}  // namespace squall::local_cloud
