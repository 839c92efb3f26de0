// AWS::SageMaker::Image: named by the caller, once an account and region; its ARN ends in the name; its versions go with
// it, unless one of them is being changed. Lists tell ImageArn.
#include <nlohmann/json.hpp>

#include "local_cloud/behaviours/hooks.h"

namespace squall::local_cloud {

namespace {

constexpr const char* kVersionType = "AWS::SageMaker::ImageVersion";

Result<Refusal> create(const Creation& creation) {
  creation.model["ImageArn"] =
      arn_prefix(creation.place, "sagemaker") + "image/" + text_of(creation.model, "ImageName");
  return Refusal();
}

Result<Refusal> remove(const Deletion& deletion) {
  const std::string name = text_of(deletion.model, "ImageName");
  bool busy = false;
  TRY(for_each_child(deletion.store, deletion.place, kVersionType, name,
                     [&](const StoredResource& version, const Json&) -> Status {
                       busy = busy || TRY(deletion.store.find_open(deletion.place, kVersionType, version.identifier));
                       return {};
                     }));
  if (busy) return refused("GeneralServiceException", "Image resource " + name + " is in use.");
  TRY(erase_children(deletion.store, deletion.place, kVersionType, name));
  return Refusal();
}

Json listed(const Json& model) { return {{"ImageArn", text_of(model, "ImageArn")}}; }

}  // namespace

const Behaviour kSageMakerImage{
    .type_name = "AWS::SageMaker::Image", .create = create, .remove = remove, .listed = listed};

}  // namespace squall::local_cloud
