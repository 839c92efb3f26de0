#include "catalogue/names.h"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "unit/catalogue/fixtures.h"

namespace squall::catalogue {
namespace {

using nlohmann::json;

// The names of one kind that the published documentation has and a plain convention would not give.
std::map<std::string, std::string> published(const char* kind) {
  return json::parse(read_text(data_folder() / "naming.json")).at(kind).get<std::map<std::string, std::string>>();
}

TEST(Names, SingularsAreThePublishedOnes) {
  const auto names = published("singular");
  EXPECT_EQ(names.size(), 19u);
  for (const auto& [type, name] : names) EXPECT_EQ(singular_name(split_type_name(type).resource), name) << type;
  EXPECT_EQ(singular_name("ImageVersion"), "image_version");
  EXPECT_EQ(singular_name("VPCEndpoint"), "vpc_endpoint");
  EXPECT_EQ(singular_name("EC2Fleet"), "ec2fleet");
  EXPECT_EQ(singular_name("DomainNameV2"), "domain_name_v2");
}

TEST(Names, PluralsAreThePublishedOnes) {
  const auto names = published("plural");
  EXPECT_GT(names.size(), 136u);
  for (const auto& [singular, plural] : names) EXPECT_EQ(plural_name(singular), plural);
}

TEST(Names, ColumnsAreThePublishedOnes) {
  const auto names = published("column");
  EXPECT_GT(names.size(), 76u);
  for (const auto& [property, column] : names) EXPECT_EQ(column_name(property), column) << property;
}

TEST(Names, AreEmptyForNothing) {
  EXPECT_EQ(singular_name(""), "");
  EXPECT_EQ(column_name(""), "");
}

TEST(Names, SplitATypesNameIntoItsThreeParts) {
  const TypeNameParts parts = split_type_name("AWS::SageMaker::ImageVersion");
  EXPECT_EQ(parts.provider, "AWS");
  EXPECT_EQ(parts.service, "sagemaker");
  EXPECT_EQ(parts.resource, "ImageVersion");
}

TEST(Names, ServicesOfOthersThanAwsBeginWithTheirProvider) {
  EXPECT_EQ(service_name(split_type_name("AWS::SageMaker::ImageVersion")), "sagemaker");
  EXPECT_EQ(service_name(split_type_name("Acme::Tools::Saw")), "acme_tools");
}

TEST(Names, NestedIdentifiers) {
  EXPECT_EQ(nested_column_name("Schedule/ScheduleId"), "schedule_schedule_id");
  EXPECT_EQ(nested_column_name("StorageLensConfiguration/Id"), "storage_lens_configuration_id");
  EXPECT_EQ(nested_column_name("ARN"), "arn");
}

TEST(Names, WhatIsNoTypesNameHasNoParts) {
  for (const char* name : {"", "AWS", "AWS::S3", "AWS::S3::", "::S3::Bucket", "AWS::::Bucket",
                           "AWS::S3::Bucket::MODULE", "AWS::S3::Bu cket", "AWS::../S3::B"}) {
    EXPECT_EQ(split_type_name(name).resource, "") << name;
  }
}

}  // namespace
}  // namespace squall::catalogue
