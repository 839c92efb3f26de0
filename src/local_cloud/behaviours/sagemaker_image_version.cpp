// AWS::SageMaker::ImageVersion: numbered 1, 2, 3 … within its image, a number never used again; the digest of its base
// image is fixed when it is made. Lists tell ImageVersionArn.
#include "local_cloud/behaviours/behaviours.h"

#include <nlohmann/json.hpp>

#include "net/sigv4.h"

namespace squall::local_cloud {

namespace {

// "123.dkr.ecr.us-east-1.amazonaws.com/base:1" -> without ":1" (a port's colon stands before a slash).
std::string repository_of(const std::string& image) {
  const auto digest = image.find('@');
  const std::string without_digest = image.substr(0, digest);
  const auto slash = without_digest.rfind('/');
  const auto colon = without_digest.rfind(':');
  const bool tagged = colon != std::string::npos && (slash == std::string::npos || colon > slash);
  return tagged ? without_digest.substr(0, colon) : without_digest;
}

}  // namespace

Result<std::optional<HandlerFailure>> fill_image_version(Creation& creation) {
  Json& model = creation.model;
  const Place& place = creation.place;
  const std::string name = model.value("ImageName", "");
  const std::string prefix =
      "arn:" + partition_of(place.region) + ":sagemaker:" + place.region + ":" + place.account + ":image";
  const std::string image_arn = prefix + "/" + name;
  if (!TRY(creation.store.find(place, "AWS::SageMaker::Image", image_arn))) {
    return std::optional(HandlerFailure{
        "InvalidRequest", "Invalid request provided: Image: [" + name + "] not found. Failed to create Image Version"});
  }
  const std::string counter = "versions of " + image_arn;
  std::int64_t version = 0;
  if (model.contains("Version") && model["Version"].is_number_integer()) {  // a dump being loaded
    version = model["Version"].get<std::int64_t>();
    TRY(creation.store.raise_number(place, counter, version));
  } else {
    version = TRY(creation.store.next_number(place, counter));
  }
  model["ImageArn"] = image_arn;
  model["Version"] = version;
  model["ImageVersionArn"] = prefix + "-version/" + name + "/" + std::to_string(version);
  const std::string base = model.value("BaseImage", "");
  if (!model.contains("ContainerImage"))
    model["ContainerImage"] = repository_of(base) + "@sha256:" + net::sha256_hex(base);
  return std::optional<HandlerFailure>();
}

Json listed_image_version(const Json& model) { return {{"ImageVersionArn", model.value("ImageVersionArn", "")}}; }

}  // namespace squall::local_cloud
