// AWS::SageMaker::Image: named by the caller, once an account and region; its ARN ends in the name. Lists tell ImageArn.
#include "local_cloud/behaviours/behaviours.h"

#include <nlohmann/json.hpp>

namespace squall::local_cloud {

Result<std::optional<HandlerFailure>> fill_image(Creation& creation) {
  const Place& place = creation.place;
  creation.model["ImageArn"] = "arn:" + partition_of(place.region) + ":sagemaker:" + place.region + ":" +
                               place.account + ":image/" + creation.model.value("ImageName", "");
  return std::optional<HandlerFailure>();
}

Json listed_image(const Json& model) { return {{"ImageArn", model.value("ImageArn", "")}}; }

}  // namespace squall::local_cloud
