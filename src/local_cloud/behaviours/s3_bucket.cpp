// AWS::S3::Bucket: its name is used once in the partition; new buckets are encrypted, private and owned by their account
// (so since 2023); its policy goes with it. Lists tell BucketName.
#include <nlohmann/json.hpp>

#include "local_cloud/behaviours/hooks.h"

namespace squall::local_cloud {

namespace {

Result<Refusal> create(const Creation& creation) {
  Json& model = creation.model;
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

Result<Refusal> create_policy(const Creation& creation) {
  if (TRY(exists(creation.store, creation.place, "AWS::S3::Bucket", text_of(creation.model, "Bucket"))))
    return Refusal();
  return refused("NotFound", "The specified bucket does not exist");
}

}  // namespace

const Behaviour kS3Bucket{.type_name = "AWS::S3::Bucket",
                          .create = create,
                          .remove = remove,
                          .listed = listed,
                          .unique_in_partition = true,
                          .not_found = "Bucket not found",
                          .already_exists = "The bucket Already Exists"};

const Behaviour kS3BucketPolicy{.type_name = "AWS::S3::BucketPolicy", .create = create_policy, .parent = "Bucket"};

}  // namespace squall::local_cloud
