// AWS::KMS::Key: without a key policy it gets the one that lets the account's IAM policies decide.
#include <nlohmann/json.hpp>

#include "local_cloud/behaviours/hooks.h"
#include "local_cloud/invented_values.h"

namespace squall::local_cloud {

namespace {

// The schema's default is this policy as a text with gaps for account and partition.
Result<Refusal> create(const Creation& creation) {
  const std::string root = "arn:" + partition_of(creation.place.region) + ":iam::" + creation.place.account + ":root";
  set_default(creation.model, "KeyPolicy",
              {{"Version", "2012-10-17"},
               {"Id", "key-default"},
               {"Statement",
                {{{"Sid", "Enable IAM User Permissions"},
                  {"Effect", "Allow"},
                  {"Principal", {{"AWS", root}}},
                  {"Action", "kms:*"},
                  {"Resource", "*"}}}}});
  return Refusal();
}

}  // namespace

const Behaviour kKmsKey{.type_name = "AWS::KMS::Key", .create = create};

}  // namespace squall::local_cloud
