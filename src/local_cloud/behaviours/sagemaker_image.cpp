// AWS::SageMaker::Image: named by the caller, once an account and region; its ARN ends in the name; its versions go with
// it. Lists tell ImageArn.
#include <nlohmann/json.hpp>

#include "local_cloud/behaviours/behaviours.h"

namespace squall::local_cloud {

Result<Refusal> create_image(const Creation& creation) {
  creation.model["ImageArn"] =
      arn_prefix(creation.place, "sagemaker") + "image/" + creation.model.value("ImageName", "");
  return Refusal();
}

Result<Refusal> delete_image(const Deletion& deletion) {
  TRY(erase_image_versions(deletion.place, deletion.store, deletion.model.value("ImageName", "")));
  return Refusal();
}

Json listed_image(const Json& model) { return {{"ImageArn", model.value("ImageArn", "")}}; }

}  // namespace squall::local_cloud
