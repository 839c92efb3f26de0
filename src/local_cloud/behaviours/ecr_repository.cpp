// AWS::ECR::Repository: named in lower case; what is not said has ECR's defaults; the policies given as texts are JSON.
#include <nlohmann/json.hpp>

#include "local_cloud/behaviours/hooks.h"

namespace squall::local_cloud {

namespace {

Refusal policy_refusal(const Json& model) {
  if (const auto policy = model.find("RepositoryPolicyText"); policy != model.end() && policy->is_string()) {
    if (!parse_json(policy->get<std::string>()).is_object())
      return invalid(
          "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository policy provided'");
  }
  const auto lifecycle = model.find("LifecyclePolicy");
  if (lifecycle == model.end() || !lifecycle->is_object() || !lifecycle->contains("LifecyclePolicyText"))
    return Refusal();
  if (parse_json(text_of(*lifecycle, "LifecyclePolicyText")).is_object()) return Refusal();
  return invalid(
      "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure'");
}

Result<Refusal> create(const Creation& creation) {
  Json& model = creation.model;
  if (auto refusal = policy_refusal(model)) return refusal;
  if (text_of(model, "RepositoryName").empty()) model["RepositoryName"] = TRY(new_name(creation, "repository-"));
  set_default(model, "EncryptionConfiguration", {{"EncryptionType", "AES256"}});
  set_default(model, "ImageScanningConfiguration", {{"ScanOnPush", false}});
  set_default(model, "ImageTagMutability", "MUTABLE");
  return Refusal();
}

Result<Refusal> update(const Update& update) { return policy_refusal(update.model); }

}  // namespace

const Behaviour kEcrRepository{.type_name = "AWS::ECR::Repository", .create = create, .update = update};

}  // namespace squall::local_cloud
