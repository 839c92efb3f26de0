// AWS::S3::Bucket: its name follows S3's rules and is used once in the partition; new buckets are encrypted, private and owned by their account
// (so since 2023); its policy goes with it. Lists tell BucketName.
#include <nlohmann/json.hpp>

#include "base/ascii.h"
#include "local_cloud/behaviours/hooks.h"
#include "local_cloud/behaviours/ipv4_block.h"

namespace squall::local_cloud {

namespace {

// Source: "General purpose bucket naming rules" of S3's user guide.
std::string name_fault(const std::string& name) {
  if (name.size() < 3 || name.size() > 63) return "Bucket name should be between 3 and 63 characters long";
  if (ascii_lower(name) != name) return "Bucket name should not contain uppercase characters";
  bool is_valid = has_only(name, ".-") && is_ascii_alnum(name.front()) && is_ascii_alnum(name.back()) &&
                  name.find("..") == std::string::npos && !read_ipv4_block(name + "/32");
  for (std::string_view kept : {"xn--", "sthree-", "amzn-s3-demo-"}) is_valid = is_valid && !name.starts_with(kept);
  for (std::string_view kept : {"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"})
    is_valid = is_valid && !name.ends_with(kept);
  return is_valid ? "" : "The specified bucket is not valid.";
}

Result<Refusal> create(const Creation& creation) {
  Json& model = creation.model;
  if (const std::string name = text_of(model, "BucketName"); !name.empty()) {
    if (const std::string fault = name_fault(name); !fault.empty()) return invalid(fault);
  }
  if (text_of(model, "BucketName").empty()) model["BucketName"] = TRY(new_name(creation, "bucket-"));
  set_default(model, "BucketEncryption",
              {{"ServerSideEncryptionConfiguration",
                {{{"BucketKeyEnabled", false}, {"ServerSideEncryptionByDefault", {{"SSEAlgorithm", "AES256"}}}}}}});
  set_default(model, "OwnershipControls", {{"Rules", {{{"ObjectOwnership", "BucketOwnerEnforced"}}}}});
  set_default(model, "PublicAccessBlockConfiguration",
              {{"BlockPublicAcls", true},
               {"BlockPublicPolicy", true},
               {"IgnorePublicAcls", true},
               {"RestrictPublicBuckets", true}});
  return Refusal();
}

Result<Refusal> remove(const Deletion& deletion) {
  TRY(erase_children(deletion.store, deletion.place, "AWS::S3::BucketPolicy", deletion.identifier));
  return Refusal();
}

Json listed(const Json& model) { return {{"BucketName", text_of(model, "BucketName")}}; }

Refusal policy_refusal(const Json& model) {
  const auto policy = model.find("PolicyDocument");
  if (policy == model.end() || !policy->is_string() || parse_json(policy->get<std::string>()).is_object())
    return Refusal();
  return invalid("Policies must be valid JSON and the first byte must be '{'");
}

Result<Refusal> create_policy(const Creation& creation) {
  if (!TRY(exists(creation.store, creation.place, "AWS::S3::Bucket", text_of(creation.model, "Bucket"))))
    return refused("NotFound", "The specified bucket does not exist");
  return policy_refusal(creation.model);
}

Result<Refusal> update_policy(const Update& update) { return policy_refusal(update.model); }

}  // namespace

const Behaviour kS3Bucket{.type_name = "AWS::S3::Bucket",
                          .create = create,
                          .remove = remove,
                          .listed = listed,
                          .unique_in_partition = true,
                          .not_found = "Bucket not found",
                          .already_exists = "The bucket Already Exists"};

const Behaviour kS3BucketPolicy{
    .type_name = "AWS::S3::BucketPolicy", .create = create_policy, .update = update_policy, .parent = "Bucket"};

}  // namespace squall::local_cloud
