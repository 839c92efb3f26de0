// `cloud load` of CloudFormation templates.
#include "unit/local_cloud/cloud_fixture.h"

namespace squall::local_cloud {
namespace {

using testing::Json;

class Template : public testing::CloudTest {
 protected:
  // "3", or the error.
  std::string loaded(const Json& document, const std::string& region = {}, int indent = 2) {
    if (!cloud_) start();
    std::istringstream in(document.dump(indent));
    const auto count = cloud_->load(in, region);
    return count ? std::to_string(*count) : count.error().message;
  }
  static Json group(const Json& name) {
    return {{"Type", "AWS::Logs::LogGroup"}, {"Properties", {{"LogGroupName", name}}}};
  }
};

TEST_F(Template, MakesResourcesInTheOrderOfTheirNeeds) {
  const Json document = {
      {"AWSTemplateFormatVersion", "2010-09-09"},
      {"Parameters", {{"Name", {{"Type", "String"}, {"Default", "net"}}}}},
      {"Resources",
       {{"Subnet",
         {{"Type", "AWS::EC2::Subnet"}, {"Properties", {{"VpcId", {{"Ref", "Vpc"}}}, {"CidrBlock", "10.0.1.0/24"}}}}},
        {"Group",
         {{"Type", "AWS::EC2::SecurityGroup"},
          {"DependsOn", "Subnet"},
          {"Properties",
           {{"VpcId", {{"Fn::GetAtt", {"Vpc", "VpcId"}}}},
            {"GroupName", {{"Fn::Sub", "${Name}-${AWS::Region}-${!kept}"}}},
            {"GroupDescription", {{"Fn::Join", {"/", {{{"Ref", "Name"}}, "group"}}}}}}}}},
        {"Vpc", {{"Type", "AWS::EC2::VPC"}, {"Properties", {{"CidrBlock", "10.0.0.0/16"}}}}}}}};
  EXPECT_EQ(loaded(document, "eu-west-1"), "3");
  const testing::Caller there{.region = "eu-west-1"};
  const auto groups = listed("AWS::EC2::SecurityGroup", there);
  ASSERT_EQ(groups.size(), 2U) << "the default one, and the template's";
  const Json made = properties("AWS::EC2::SecurityGroup", groups[1], there);
  EXPECT_EQ(made["GroupName"], "net-eu-west-1-${kept}");
  EXPECT_EQ(made["GroupDescription"], "net/group");
  EXPECT_EQ(made["VpcId"], listed("AWS::EC2::VPC", there)[0]);
}

TEST_F(Template, TakesAwayWhatHasNoValueAndKeepsTypesOfParameters) {
  const Json document = {{"Parameters", {{"Days", {{"Type", "Number"}, {"Default", "7"}}}}},
                         {"Resources",
                          {{"Group",
                            {{"Type", "AWS::Logs::LogGroup"},
                             {"Properties",
                              {{"LogGroupName", "g"},
                               {"RetentionInDays", {{"Ref", "Days"}}},
                               {"KmsKeyId", {{"Ref", "AWS::NoValue"}}}}}}}}}};
  EXPECT_EQ(loaded(document, "", -1), "1") << "one line is a template too";
  EXPECT_EQ(properties("AWS::Logs::LogGroup", "g")["RetentionInDays"], 7);
  EXPECT_FALSE(properties("AWS::Logs::LogGroup", "g").contains("KmsKeyId"));
}

TEST_F(Template, SubstitutesNamesOfItsOwnAndAttributes) {
  const Json document = {
      {"Resources",
       {{"Queue", {{"Type", "AWS::SQS::Queue"}, {"Properties", {{"QueueName", "jobs"}}}}},
        {"Group", group({{"Fn::Sub", {"/${Team}/${Queue.QueueName}", {{"Team", {{"Ref", "AWS::AccountId"}}}}}}})}}}};
  EXPECT_EQ(loaded(document), "2");
  EXPECT_EQ(listed("AWS::Logs::LogGroup"), std::vector<std::string>{"/123456789012/jobs"});
}

TEST_F(Template, RefusesWhatItCannotWorkOutAndLoadsNothing) {
  const auto with = [](const Json& name) { return Json{{"Resources", {{"A", group("a")}, {"B", group(name)}}}}; };
  EXPECT_EQ(loaded(with({{"Fn::If", {"x", "a", "b"}}})),
            "resource B: Fn::If is not one of the functions that load works out");
  EXPECT_EQ(loaded(with({{"Ref", "Nobody"}})), "resource B: there is no resource and no parameter Nobody");
  EXPECT_EQ(loaded(with({{"Fn::GetAtt", "A.Nothing"}})), "resource B: the resource A has no attribute Nothing");
  EXPECT_EQ(loaded(with({{"Ref", "B"}})), "resource B needs itself, through what it refers to");
  EXPECT_EQ(loaded(with(7)),
            "resource B: Model validation failed (#/LogGroupName: expected type: String, found: Integer)");
  EXPECT_EQ(loaded({{"Conditions", {{"x", true}}}, {"Resources", {{"A", group("a")}}}}),
            "the template has Conditions, which load cannot work out");
  EXPECT_EQ(loaded({{"Parameters", {{"P", {{"Type", "String"}}}}}, {"Resources", {{"A", group({{"Ref", "P"}})}}}}),
            "resource A: the parameter P has no Default");
  EXPECT_TRUE(listed("AWS::Logs::LogGroup").empty());
}

TEST_F(Template, HasAsManyResourcesAsCloudFormationTakes) {
  Json resources = Json::object();
  for (int i = 0; i < 500; ++i) {
    Json one = group("g" + std::to_string(i));
    if (i < 499) one["DependsOn"] = "R" + std::to_string(i + 1);
    resources["R" + std::to_string(i)] = one;
  }
  EXPECT_EQ(loaded({{"Resources", resources}}), "500");
  resources["R500"] = group("g500");
  EXPECT_EQ(loaded({{"Resources", resources}}),
            "the template has 501 resources; 500 is the most that CloudFormation takes");
}

TEST_F(Template, WhatItMadeIsDumpedAsLinesThatLoadAgain) {
  EXPECT_EQ(loaded({{"Resources", {{"A", group("a")}, {"B", group("b")}}}}), "2");
  const std::string dump = dumped();
  start();
  std::istringstream lines(dump);
  EXPECT_EQ(cloud_->load(lines).value(), 2U);
  EXPECT_EQ(dumped(), dump);
}

}  // namespace
}  // namespace squall::local_cloud
