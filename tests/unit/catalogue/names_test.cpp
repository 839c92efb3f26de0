#include "catalogue/names.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "unit/catalogue/fixtures.h"

namespace squall::catalogue {
namespace {

using nlohmann::json;

json published() { return json::parse(read_text(data_folder() / "naming.json")); }

TEST(Names, SingularsAreThePublishedOnes) {
  for (const auto& [type, name] : published()["singular"].items()) {
    EXPECT_EQ(singular_name(split_type_name(type).resource), name.get<std::string>()) << type;
  }
  EXPECT_EQ(singular_name("ImageVersion"), "image_version");
  EXPECT_EQ(singular_name("VPCEndpoint"), "vpc_endpoint");
  EXPECT_EQ(singular_name("EC2Fleet"), "ec2fleet");
  EXPECT_EQ(singular_name("DomainNameV2"), "domain_name_v2");
}

TEST(Names, PluralsAreThePublishedOnes) {
  for (const auto& [singular, plural] : published()["plural"].items()) EXPECT_EQ(plural_name(singular), plural.get<std::string>());
}

TEST(Names, ColumnsAreThePublishedOnes) {
  for (const auto& [property, column] : published()["column"].items()) EXPECT_EQ(column_name(property), column.get<std::string>()) << property;
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

TEST(Names, WhatIsNoTypesNameHasNoParts) {
  for (const char* name : {"", "AWS", "AWS::S3", "AWS::S3::", "::S3::Bucket", "AWS::::Bucket", "AWS::S3::Bucket::MODULE", "AWS::S3::Bu cket", "AWS::../S3::B"}) {
    EXPECT_EQ(split_type_name(name).resource, "") << name;
  }
}

}  // namespace
}  // namespace squall::catalogue
