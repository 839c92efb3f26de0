// AWS::SageMaker::ImageVersion: numbered 1, 2, 3 … within its image, a number never used again; the digest of its base
// image is fixed when it is made; an alias names one version of an image. Lists tell ImageVersionArn.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "local_cloud/behaviours/hooks.h"
#include "net/sigv4.h"

namespace squall::local_cloud {

namespace {

constexpr const char* kType = "AWS::SageMaker::ImageVersion";
constexpr const char* kImageType = "AWS::SageMaker::Image";

// "123.dkr.ecr.us-east-1.amazonaws.com/base:1" -> without ":1" (a port's colon stands before a slash).
std::string repository_of(const std::string& image) {
  const auto digest = image.find('@');
  const std::string without_digest = image.substr(0, digest);
  const auto slash = without_digest.rfind('/');
  const auto colon = without_digest.rfind(':');
  const bool tagged = colon != std::string::npos && (slash == std::string::npos || colon > slash);
  return tagged ? without_digest.substr(0, colon) : without_digest;
}

// Both spellings count: Alias and Aliases.
std::vector<std::string> aliases_of(const Json& model) {
  std::vector<std::string> aliases;
  if (const auto alias = model.find("Alias"); alias != model.end() && alias->is_string()) aliases.push_back(*alias);
  if (const auto list = model.find("Aliases"); list != model.end() && list->is_array()) {
    for (const Json& alias : *list) {
      if (alias.is_string()) aliases.push_back(alias);
    }
  }
  return aliases;
}

// An alias names one version of an image, so it is a name of that version.
std::string alias_name(const std::string& image_name, const std::string& alias) {
  return "alias|" + image_name + "|" + alias;
}

std::vector<std::string> more_names(const Json& model) {
  std::vector<std::string> names;
  for (const std::string& alias : aliases_of(model)) {
    std::string name = alias_name(text_of(model, "ImageName"), alias);
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
  }
  return names;
}

// The refusal where another version of the image has one of the aliases.
Result<Refusal> check_aliases(const Place& place, Store& store, const Json& model, const std::string& own_identifier) {
  for (const std::string& alias : aliases_of(model)) {
    const auto owner = TRY(store.find_named(place, kType, alias_name(text_of(model, "ImageName"), alias)));
    if (!owner || owner->identifier == own_identifier) continue;
    return refused("ResourceConflict", "Resource of type '" + std::string(kType) + "' with identifier '" +
                                           owner->identifier + "' has a conflict. Reason: Alias: [" + alias +
                                           "] is in use.");
  }
  return Refusal();
}

Result<Refusal> create(const Creation& creation) {
  Json& model = creation.model;
  const std::string name = text_of(model, "ImageName");
  const std::string prefix = arn_prefix(creation.place, "sagemaker") + "image";
  const std::string image_arn = prefix + "/" + name;
  if (!TRY(creation.store.find(creation.place, kImageType, image_arn))) {
    return Refusal({"InvalidRequest",
                    "Invalid request provided: Image: [" + name + "] not found. Failed to create Image Version"});
  }
  if (TRY(creation.store.find_open(creation.place, kImageType, image_arn))) {
    return Refusal({"ResourceConflict", "Resource of type '" + std::string(kType) + "' with identifier '" + name +
                                            "' has a conflict. Reason: Image: [" + name +
                                            "] is in use. Could not create new Image Version.."});
  }
  if (auto refusal = TRY(check_aliases(creation.place, creation.store, model, ""))) return refusal;
  const std::string counter = "versions of " + image_arn;
  std::int64_t version = 0;
  if (model.contains("Version") && model["Version"].is_number_integer()) {  // a dump being loaded
    version = model["Version"].get<std::int64_t>();
    TRY(creation.store.raise_number(creation.place, counter, version));
  } else {
    version = TRY(creation.store.next_number(creation.place, counter));
  }
  model["ImageArn"] = image_arn;
  model["Version"] = version;
  model["ImageVersionArn"] = prefix + "-version/" + name + "/" + std::to_string(version);
  set_default(model, "VendorGuidance", "NOT_PROVIDED");
  const std::string base = text_of(model, "BaseImage");
  if (!model.contains("ContainerImage"))
    model["ContainerImage"] = repository_of(base) + "@sha256:" + net::sha256_hex(base);
  return Refusal();
}

// A patch starts from what a read shows, so absent aliases may be unsaid as well as unwanted: they are kept.
Result<Refusal> update(const Update& update) {
  if (!update.model.contains("Alias") && !update.model.contains("Aliases")) {
    for (const char* name : {"Alias", "Aliases"}) {
      if (update.before.contains(name)) update.model[name] = update.before[name];
    }
  }
  return check_aliases(update.place, update.store, update.model, update.identifier);
}

Json listed(const Json& model) { return {{"ImageVersionArn", text_of(model, "ImageVersionArn")}}; }

}  // namespace

const Behaviour kSageMakerImageVersion{.type_name = kType,
                                       .create = create,
                                       .update = update,
                                       .listed = listed,
                                       .more_names = more_names,
                                       .parent = "ImageName"};

}  // namespace squall::local_cloud
