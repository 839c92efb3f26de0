#include "schema/mask.h"

#include <gtest/gtest.h>

#include <vector>

namespace squall::schema {
namespace {

const std::vector<std::string> kPaths = {"Password", "Code/ZipFile", "Members/*/Key", "Secrets"};

TEST(Mask, HidesValuesAtThePaths) {
  EXPECT_EQ(
      mask_model(
          R"({"Name":"n","Password":"p","Code":{"S3":"s","ZipFile":"z"},"Members":[{"Id":1,"Key":"k"},{"Key":2}]})",
          kPaths),
      R"({"Name":"n","Password":"***","Code":{"S3":"s","ZipFile":"***"},"Members":[{"Id":1,"Key":"***"},{"Key":"***"}]})");
  EXPECT_EQ(mask_model(R"({"Members":{"a":{"Key":"k"}},"Secrets":{"x":[1]}})", kPaths),
            R"({"Members":{"a":{"Key":"***"}},"Secrets":"***"})");
}

TEST(Mask, EntersListsThatAPathDoesNotName) {
  EXPECT_EQ(mask_model(R"({"Code":[{"ZipFile":"z"}]})", kPaths), R"({"Code":[{"ZipFile":"***"}]})");
}

TEST(Mask, LeavesTypesWithoutSuchValuesAsTheyAre) {
  EXPECT_EQ(mask_model(R"({ "Password" : 1 })", {}), R"({ "Password" : 1 })");
  EXPECT_EQ(mask_model("", kPaths), "");
}

TEST(Mask, HidesTheWholeOfWhatCannotBeRead) {
  EXPECT_EQ(mask_model(R"({"Password":"p")", kPaths), "***");
  EXPECT_EQ(mask_model("no json", {}), "no json");
}

TEST(Mask, HidesValuesOfPatches) {
  EXPECT_EQ(
      mask_patch(
          R"([{"op":"add","path":"/Password","value":"p"},{"op":"replace","path":"/Name","value":"n"},)"
          R"({"op":"add","path":"/Code","value":{"ZipFile":"z","S3":"s"}},{"op":"add","path":"/Members/0/Key","value":"k"},)"
          R"({"op":"add","path":"/Members/-","value":{"Key":"k","Id":1}},{"op":"add","path":"/Secrets/x~1y","value":"v"},)"
          R"({"op":"remove","path":"/Password"},7])",
          kPaths),
      R"([{"op":"add","path":"/Password","value":"***"},{"op":"replace","path":"/Name","value":"n"},)"
      R"({"op":"add","path":"/Code","value":{"ZipFile":"***","S3":"s"}},{"op":"add","path":"/Members/0/Key","value":"***"},)"
      R"({"op":"add","path":"/Members/-","value":{"Key":"***","Id":1}},{"op":"add","path":"/Secrets/x~1y","value":"***"},)"
      R"({"op":"remove","path":"/Password"},7])");
}

TEST(Mask, CollectsTheValues) {
  EXPECT_EQ(write_only_values(R"({"Password":"p","Secrets":{"a":["b",12,true,null,""]},"Name":"n"})", kPaths),
            (std::set<std::string>{"p", "b", "12"}));
  EXPECT_EQ(write_only_patch_values(R"([{"op":"add","path":"","value":{"Password":"p","Name":"n"}}])", kPaths),
            (std::set<std::string>{"p"}));
}

}  // namespace
}  // namespace squall::schema
