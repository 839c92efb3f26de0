// The schemas are enforced in depth, at once, for creates and for what a patch makes of a resource.
#include "unit/local_cloud/cloud_fixture.h"

namespace squall::local_cloud {
namespace {

using testing::Json;

class SchemaEnforcement : public testing::CloudTest {};

constexpr const char* kRefused = "ValidationException: Model validation failed (";

TEST_F(SchemaEnforcement, ACreateIsRefusedWithEveryFault) {
  EXPECT_EQ(
      create("AWS::SageMaker::ImageVersion", {{"ImageName", "base"}, {"VendorGuidance", "BEST"}, {"Horovod", "yes"}})
          .error(),
      std::string(kRefused) +
          "#: 3 schema violations found\n#: required key [BaseImage] not found\n"
          "#/VendorGuidance: #: only 1 subschema matches out of 2\n"
          "#/VendorGuidance: failed validation constraint for keyword [enum]\n"
          "#/Horovod: expected type: Boolean, found: String)");
}

TEST_F(SchemaEnforcement, NestedValuesAreLookedAt) {
  EXPECT_EQ(create("AWS::S3::Bucket", {{"BucketName", "bucket"}, {"Tags", {{{"Key", "team"}}}}}).error(),
            std::string(kRefused) + "#/Tags/0: required key [Value] not found)");
  EXPECT_EQ(create("AWS::S3::Bucket",
                   {{"BucketName", "bucket"}, {"VersioningConfiguration", {{"Status", "Enabled"}, {"X", 1}}}})
                .error(),
            std::string(kRefused) + "#/VersioningConfiguration: extraneous key [X] is not permitted)");
}

TEST_F(SchemaEnforcement, APatchedModelIsLookedAtAsAWhole) {
  const std::string group = made("AWS::Logs::LogGroup", {{"LogGroupName", "g"}});
  EXPECT_EQ(update("AWS::Logs::LogGroup", group, {{{"op", "add"}, {"path", "/RetentionInDays"}, {"value", 8}}}).error(),
            std::string(kRefused) +
                "#/RetentionInDays: #: only 1 subschema matches out of 2\n"
                "#/RetentionInDays: failed validation constraint for keyword [enum])");
  EXPECT_EQ(properties("AWS::Logs::LogGroup", group).contains("RetentionInDays"), false);
}

}  // namespace
}  // namespace squall::local_cloud
