// What single types do beyond their schemas: parents that must be there, deletes in the wrong order, ids and defaults.
#include "unit/local_cloud/cloud_fixture.h"

namespace squall::local_cloud {
namespace {

using testing::Json;
using testing::Reply;

class Behaviours : public testing::CloudTest {
 protected:
  // "SUCCESS", or "FAILED InvalidRequest: text".
  std::string ended(const Reply& begun) {
    if (begun.status != 200) return begun.error();
    const Json event = follow(begun).event();
    const std::string code = event.value("ErrorCode", "");
    return event["OperationStatus"].get<std::string>() +
           (code.empty() ? "" : " " + code + ": " + event.value("StatusMessage", ""));
  }
  std::vector<std::string> under(const std::string& type, const Json& model) {
    std::vector<std::string> identifiers;
    Json request = {{"TypeName", type}, {"ResourceModel", model.dump()}};
    while (true) {
      const Reply page = call("ListResources", request);
      for (const Json& entry : page.body.at("ResourceDescriptions")) identifiers.push_back(entry["Identifier"]);
      if (!page.body.contains("NextToken")) return identifiers;
      request["NextToken"] = page.body["NextToken"];
    }
  }
  std::string vpc(const std::string& cidr = "10.0.0.0/16") { return made("AWS::EC2::VPC", {{"CidrBlock", cidr}}); }
  std::string role(const std::string& name, const std::string& service = "lambda.amazonaws.com") {
    return made("AWS::IAM::Role", {{"RoleName", name}, {"AssumeRolePolicyDocument", trust(service)}});
  }
  static Json trust(const std::string& service) {
    return {
        {"Version", "2012-10-17"},
        {"Statement", {{{"Effect", "Allow"}, {"Principal", {{"Service", service}}}, {"Action", "sts:AssumeRole"}}}}};
  }
  static Json function(const std::string& name) {
    return {{"FunctionName", name},
            {"Role", "arn:aws:iam::123456789012:role/runner"},
            {"Code", {{"ZipFile", "x"}}},
            {"Runtime", "python3.12"},
            {"Handler", "index.handler"}};
  }
};

TEST_F(Behaviours, ABucketNameIsUsedOnceInThePartition) {
  const Json bucket = {{"BucketName", "mine"}};
  made("AWS::S3::Bucket", bucket);
  const testing::Caller elsewhere{.account = "210987654321", .region = "eu-west-1"};
  const Reply begun = create("AWS::S3::Bucket", bucket, elsewhere);
  const Reply followed = call("GetResourceRequestStatus", {{"RequestToken", begun.event()["RequestToken"]}}, elsewhere);
  EXPECT_EQ(followed.event().value("ErrorCode", ""), "AlreadyExists");
  EXPECT_EQ(ended(remove("AWS::S3::Bucket", "mine")), "SUCCESS");
  EXPECT_EQ(create("AWS::S3::Bucket", bucket, elsewhere).status, 200);
  EXPECT_EQ(properties("AWS::S3::Bucket", "mine", elsewhere)["BucketName"], "mine");
}

TEST_F(Behaviours, ANewBucketIsEncryptedPrivateAndOwnedByItsAccount) {
  made("AWS::S3::Bucket", {{"BucketName", "mine"}});
  const Json bucket = properties("AWS::S3::Bucket", "mine");
  EXPECT_EQ(bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]["ServerSideEncryptionByDefault"]
                  ["SSEAlgorithm"],
            "AES256");
  EXPECT_EQ(bucket["PublicAccessBlockConfiguration"]["BlockPublicAcls"], true);
  EXPECT_EQ(bucket["OwnershipControls"]["Rules"][0]["ObjectOwnership"], "BucketOwnerEnforced");
  const Reply list = call("ListResources", {{"TypeName", "AWS::S3::Bucket"}});
  EXPECT_EQ(list.body["ResourceDescriptions"][0]["Properties"], R"({"BucketName":"mine"})");
}

TEST_F(Behaviours, ABucketPolicyNeedsItsBucketAndGoesWithIt) {
  const Json policy = {{"Bucket", "mine"}, {"PolicyDocument", {{"Statement", Json::array()}}}};
  EXPECT_EQ(ended(create("AWS::S3::BucketPolicy", policy)), "FAILED NotFound: The specified bucket does not exist");
  made("AWS::S3::Bucket", {{"BucketName", "mine"}});
  EXPECT_EQ(ended(create("AWS::S3::BucketPolicy", policy)), "SUCCESS");
  EXPECT_EQ(ended(remove("AWS::S3::Bucket", "mine")), "SUCCESS");
  EXPECT_EQ(get("AWS::S3::BucketPolicy", "mine").status, 400);
}

TEST_F(Behaviours, AQueueHasDefaultsAndAUrl) {
  const std::string url = made("AWS::SQS::Queue", {{"QueueName", "jobs"}});
  EXPECT_EQ(url, "https://sqs.us-east-1.amazonaws.com/123456789012/jobs");
  const Json queue = properties("AWS::SQS::Queue", url);
  EXPECT_EQ(queue["VisibilityTimeout"], 30);
  EXPECT_EQ(queue["MessageRetentionPeriod"], 345'600);
  EXPECT_EQ(queue["Arn"], "arn:aws:sqs:us-east-1:123456789012:jobs");
}

TEST_F(Behaviours, AFifoQueueIsNamedFifoAndNoOther) {
  EXPECT_EQ(ended(create("AWS::SQS::Queue", {{"QueueName", "jobs"}, {"FifoQueue", true}})).substr(0, 60),
            "FAILED InvalidRequest: The name of a FIFO queue can only inc");
  EXPECT_EQ(ended(create("AWS::SQS::Queue", {{"QueueName", "jobs.fifo"}})).substr(0, 50),
            "FAILED InvalidRequest: Can only include alphanumer");
  EXPECT_EQ(ended(create("AWS::SQS::Queue", {{"QueueName", "jobs"}, {"ContentBasedDeduplication", true}})),
            "FAILED InvalidRequest: Unknown Attribute ContentBasedDeduplication.");
  EXPECT_TRUE(made("AWS::SQS::Queue", {{"FifoQueue", true}}).ends_with(".fifo"));
}

TEST_F(Behaviours, ADeadLetterQueueMustBeThere) {
  const Json queue = {
      {"QueueName", "jobs"},
      {"RedrivePolicy", {{"deadLetterTargetArn", "arn:aws:sqs:us-east-1:123456789012:dead"}, {"maxReceiveCount", 3}}}};
  EXPECT_NE(ended(create("AWS::SQS::Queue", queue)).find("Reason: Dead letter target does not exist."),
            std::string::npos);
  made("AWS::SQS::Queue", {{"QueueName", "dead"}});
  EXPECT_EQ(ended(create("AWS::SQS::Queue", queue)), "SUCCESS");
}

TEST_F(Behaviours, ASubscriptionNeedsItsTopicAndGoesWithIt) {
  const Json subscription = {{"TopicArn", "arn:aws:sns:us-east-1:123456789012:news"},
                             {"Protocol", "sqs"},
                             {"Endpoint", "arn:aws:sqs:us-east-1:123456789012:jobs"}};
  EXPECT_EQ(ended(create("AWS::SNS::Subscription", subscription)), "FAILED NotFound: Topic does not exist");
  const std::string topic = made("AWS::SNS::Topic", {{"TopicName", "news"}});
  EXPECT_EQ(topic, "arn:aws:sns:us-east-1:123456789012:news");
  const std::string made_one = made("AWS::SNS::Subscription", subscription);
  EXPECT_EQ(made_one.substr(0, topic.size() + 1), topic + ":");
  EXPECT_EQ(made_one.size(), topic.size() + 37) << "a UUID";
  EXPECT_EQ(ended(remove("AWS::SNS::Topic", topic)), "SUCCESS");
  EXPECT_EQ(get("AWS::SNS::Subscription", made_one).status, 400);
}

TEST_F(Behaviours, AParameterFollowsTheRulesOfItsService) {
  const auto parameter = [](const std::string& name, const Json& more) {
    Json model = {{"Name", name}, {"Type", "String"}, {"Value", "v"}};
    model.update(more);
    return model;
  };
  EXPECT_EQ(ended(create("AWS::SSM::Parameter", parameter("/aws/x", Json::object()))),
            "FAILED AccessDenied: No access to reserved parameter name: /aws/x.");
  EXPECT_EQ(ended(create("AWS::SSM::Parameter", parameter("x", {{"AllowedPattern", "^\\d+$"}}))),
            "FAILED InvalidRequest: Parameter value, cannot be validated against allowedPattern: ^\\d+$");
  EXPECT_EQ(ended(create("AWS::SSM::Parameter", parameter("x", {{"Value", std::string(4097, 'v')}}))).substr(0, 46),
            "FAILED InvalidRequest: Standard tier parameter");
  EXPECT_EQ(ended(create("AWS::SSM::Parameter", parameter("x", Json::object()))), "SUCCESS");
  EXPECT_EQ(properties("AWS::SSM::Parameter", "x")["DataType"], "text");
}

TEST_F(Behaviours, WhatIsInALogGroupGoesWithIt) {
  const Json stream = {{"LogGroupName", "g"}, {"LogStreamName", "s"}};
  EXPECT_EQ(ended(create("AWS::Logs::LogStream", stream)), "FAILED NotFound: The specified log group does not exist.");
  made("AWS::Logs::LogGroup", {{"LogGroupName", "g"}, {"DeletionProtectionEnabled", true}});
  made("AWS::Logs::LogStream", stream);
  EXPECT_EQ(under("AWS::Logs::LogStream", {{"LogGroupName", "g"}}), std::vector<std::string>{"g|s"});
  EXPECT_EQ(ended(remove("AWS::Logs::LogGroup", "g")).substr(0, 22), "FAILED InvalidRequest:");
  update("AWS::Logs::LogGroup", "g", {{{"op", "replace"}, {"path", "/DeletionProtectionEnabled"}, {"value", false}}});
  EXPECT_EQ(ended(remove("AWS::Logs::LogGroup", "g")), "SUCCESS");
  EXPECT_EQ(under("AWS::Logs::LogStream", {{"LogGroupName", "g"}}), std::vector<std::string>{});
}

TEST_F(Behaviours, ARoleIsSeenFromEveryRegion) {
  role("admin");
  const Json seen = properties("AWS::IAM::Role", "admin", {.region = "eu-west-1"});
  EXPECT_EQ(seen["Arn"], "arn:aws:iam::123456789012:role/admin");
  EXPECT_EQ(seen["RoleId"].get<std::string>().substr(0, 4), "AROA");
  EXPECT_EQ(seen["MaxSessionDuration"], 3'600);
  EXPECT_EQ(listed("AWS::IAM::Role", {.region = "ap-south-1"}), std::vector<std::string>{"admin"});
}

TEST_F(Behaviours, ARoleIsRefusedByWhatItNamesAndKeptByItsProfile) {
  Json model = {{"RoleName", "admin"}, {"AssumeRolePolicyDocument", trust("ec2.amazonaws.com")}};
  model["ManagedPolicyArns"] = {"arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::123456789012:policy/own"};
  EXPECT_EQ(ended(create("AWS::IAM::Role", model)),
            "FAILED NotFound: Policy arn:aws:iam::123456789012:policy/own does not exist or is not attachable.");
  made("AWS::IAM::ManagedPolicy", {{"ManagedPolicyName", "own"}, {"PolicyDocument", {{"Statement", Json::array()}}}});
  EXPECT_EQ(ended(create("AWS::IAM::Role", model)), "SUCCESS");
  remove("AWS::IAM::Role", "admin");
  role("admin", "ec2.amazonaws.com");
  made("AWS::IAM::InstanceProfile", {{"InstanceProfileName", "p"}, {"Roles", {"admin"}}});
  EXPECT_EQ(ended(remove("AWS::IAM::Role", "admin")),
            "FAILED ResourceConflict: Cannot delete entity, must remove roles from instance profile first.");
  remove("AWS::IAM::InstanceProfile", "p");
  EXPECT_EQ(ended(remove("AWS::IAM::Role", "admin")), "SUCCESS");
}

TEST_F(Behaviours, AVpcComesWithItsDefaults) {
  const std::string id = vpc();
  const Json made_one = properties("AWS::EC2::VPC", id);
  EXPECT_EQ(id.size(), 21U);
  EXPECT_EQ(id.substr(0, 5), "vpc-0");
  const std::string group = made_one["DefaultSecurityGroup"];
  EXPECT_EQ(properties("AWS::EC2::SecurityGroup", group)["GroupName"], "default");
  EXPECT_EQ(ended(remove("AWS::EC2::SecurityGroup", group)), "FAILED InvalidRequest: the specified group: \"" + group +
                                                                 "\" name: \"default\" cannot be deleted by a user");
  EXPECT_EQ(listed("AWS::EC2::RouteTable").size(), 1U);
  EXPECT_EQ(ended(remove("AWS::EC2::VPC", id)), "SUCCESS");
  EXPECT_TRUE(listed("AWS::EC2::SecurityGroup").empty());
  EXPECT_TRUE(listed("AWS::EC2::RouteTable").empty());
  EXPECT_TRUE(listed("AWS::EC2::NetworkAcl").empty());
}

TEST_F(Behaviours, AVpcIsBetween16And28Bits) {
  for (const char* cidr : {"10.0.0.0/8", "10.0.0.0/29"})
    EXPECT_EQ(ended(create("AWS::EC2::VPC", {{"CidrBlock", cidr}})),
              "FAILED InvalidRequest: The CIDR '" + std::string(cidr) + "' is invalid.");
  for (const char* cidr : {"10.0.0/16", "10.0.0.256/16", "x", "10.0.0.0/33", "10.0.0.0"})
    EXPECT_NE(ended(create("AWS::EC2::VPC", {{"CidrBlock", cidr}})), "SUCCESS") << cidr;
}

TEST_F(Behaviours, BlocksAreKeptInTheirCanonicalForm) {
  const std::string id = vpc("10.0.0.1/16");
  EXPECT_EQ(properties("AWS::EC2::VPC", id)["CidrBlock"], "10.0.0.0/16");
  const std::string subnet = made("AWS::EC2::Subnet", {{"VpcId", id}, {"CidrBlock", "10.0.2.5/24"}});
  EXPECT_EQ(properties("AWS::EC2::Subnet", subnet)["CidrBlock"], "10.0.2.0/24");
  EXPECT_EQ(properties("AWS::EC2::Subnet", subnet)["BlockPublicAccessStates"]["InternetGatewayBlockMode"], "off");
  for (const char* cidr : {"10.0.0.0/016", "010.0.0.0/16"})
    EXPECT_EQ(ended(create("AWS::EC2::VPC", {{"CidrBlock", cidr}})),
              "FAILED InvalidRequest: Value (" + std::string(cidr) +
                  ") for parameter cidrBlock is invalid. This is not a valid CIDR block.");
}

TEST_F(Behaviours, SettingsOfVpcsAndSubnetsAreChecked) {
  EXPECT_EQ(ended(create("AWS::EC2::VPC", {{"CidrBlock", "10.0.0.0/16"}, {"InstanceTenancy", "foo"}})),
            "FAILED InvalidRequest: Value (foo) for parameter instanceTenancy is invalid.");
  EXPECT_NE(ended(create("AWS::EC2::VPC",
                         {{"CidrBlock", "10.0.0.0/16"}, {"EnableDnsHostnames", true}, {"EnableDnsSupport", false}})),
            "SUCCESS");
  const std::string id = vpc();
  EXPECT_NE(ended(create("AWS::EC2::Subnet", {{"VpcId", id}})), "SUCCESS");
  const auto in_zone = [&](const char* zone) {
    return ended(create("AWS::EC2::Subnet", {{"VpcId", id}, {"CidrBlock", "10.0.0.0/24"}, {"AvailabilityZone", zone}}));
  };
  EXPECT_EQ(in_zone("banana").substr(0, 77),
            "FAILED InvalidRequest: Value (banana) for parameter availabilityZone is inval");
  EXPECT_NE(in_zone("eu-west-1a"), "SUCCESS");
  EXPECT_EQ(in_zone("us-east-1b"), "SUCCESS");
}

TEST_F(Behaviours, AGatewayIsAttachedToOneVpcAndKeptByIt) {
  constexpr const char* kAttachment = "AWS::EC2::VPCGatewayAttachment";
  const std::string first = vpc();
  const std::string second = vpc();
  const std::string gateway = made("AWS::EC2::InternetGateway", Json::object());
  EXPECT_EQ(ended(create(kAttachment, {{"VpcId", first}, {"InternetGatewayId", "igw-1"}})),
            "FAILED NotFound: The internetGateway ID 'igw-1' does not exist");
  EXPECT_EQ(ended(create(kAttachment, {{"VpcId", first}})).substr(0, 50),
            "FAILED InvalidRequest: Either 'InternetGatewayId' ");
  EXPECT_EQ(made(kAttachment, {{"VpcId", first}, {"InternetGatewayId", gateway}}), "IGW|" + first);
  EXPECT_EQ(ended(create(kAttachment, {{"VpcId", second}, {"InternetGatewayId", gateway}})),
            "FAILED InvalidRequest: resource " + gateway + " is already attached to network " + first);
  const std::string other = made("AWS::EC2::InternetGateway", Json::object());
  EXPECT_EQ(ended(create(kAttachment, {{"VpcId", first}, {"InternetGatewayId", other}})).substr(0, 20),
            "FAILED AlreadyExists");
  EXPECT_EQ(ended(remove("AWS::EC2::InternetGateway", gateway)),
            "FAILED InvalidRequest: The internetGateway '" + gateway + "' has dependencies and cannot be deleted.");
  EXPECT_EQ(ended(remove(kAttachment, "IGW|" + first)), "SUCCESS");
  EXPECT_EQ(ended(remove("AWS::EC2::InternetGateway", gateway)), "SUCCESS");
}

TEST_F(Behaviours, SubnetsLieApartInsideTheirVpc) {
  const std::string id = vpc();
  const auto subnet = [&](const std::string& in, const std::string& cidr) {
    return ended(create("AWS::EC2::Subnet", {{"VpcId", in}, {"CidrBlock", cidr}}));
  };
  EXPECT_EQ(subnet("vpc-1", "10.0.0.0/24"), "FAILED NotFound: The vpc ID 'vpc-1' does not exist");
  EXPECT_EQ(subnet(id, "10.1.0.0/24"), "FAILED InvalidRequest: The CIDR '10.1.0.0/24' is invalid.");
  EXPECT_EQ(subnet(id, "10.0.0.0/24"), "SUCCESS");
  EXPECT_EQ(subnet(id, "10.0.0.128/25"),
            "FAILED InvalidRequest: The CIDR '10.0.0.128/25' conflicts with another subnet");
  EXPECT_EQ(subnet(id, "10.0.1.0/24"), "SUCCESS");
}

TEST_F(Behaviours, AVpcIsDeletedLast) {
  const std::string id = vpc();
  const std::string subnet = made("AWS::EC2::Subnet", {{"VpcId", id}, {"CidrBlock", "10.0.0.0/24"}});
  const std::string interface = made("AWS::EC2::NetworkInterface", {{"SubnetId", subnet}});
  EXPECT_EQ(ended(remove("AWS::EC2::VPC", id)),
            "FAILED InvalidRequest: The vpc '" + id + "' has dependencies and cannot be deleted.");
  EXPECT_EQ(ended(remove("AWS::EC2::Subnet", subnet)),
            "FAILED InvalidRequest: The subnet '" + subnet + "' has dependencies and cannot be deleted.");
  for (const auto& [type, identifier] : std::vector<std::pair<std::string, std::string>>{
           {"AWS::EC2::NetworkInterface", interface}, {"AWS::EC2::Subnet", subnet}, {"AWS::EC2::VPC", id}})
    EXPECT_EQ(ended(remove(type, identifier)), "SUCCESS") << type;
}

TEST_F(Behaviours, ASecurityGroupIsKeptByTheRulesThatNameIt) {
  const std::string id = vpc();
  const auto group = [&](const std::string& name, const Json& more) {
    Json model = {{"GroupDescription", "d"}, {"GroupName", name}, {"VpcId", id}};
    model.update(more);
    return create("AWS::EC2::SecurityGroup", model);
  };
  EXPECT_EQ(ended(create("AWS::EC2::SecurityGroup", {{"GroupDescription", "d"}})),
            "FAILED InvalidRequest: No default VPC for this user");
  const std::string first = follow(group("first", Json::object())).event()["Identifier"];
  EXPECT_EQ(properties("AWS::EC2::SecurityGroup", first)["SecurityGroupEgress"][0]["CidrIp"], "0.0.0.0/0");
  EXPECT_EQ(ended(group("first", Json::object())),
            "FAILED AlreadyExists: The security group 'first' already exists for VPC '" + id + "'");
  const std::string second =
      follow(group("second",
                   {{"SecurityGroupIngress",
                     {{{"IpProtocol", "tcp"}, {"FromPort", 1}, {"ToPort", 2}, {"SourceSecurityGroupId", first}}}}}))
          .event()["Identifier"];
  EXPECT_EQ(ended(remove("AWS::EC2::SecurityGroup", first)),
            "FAILED InvalidRequest: resource " + first + " has a dependent object");
  EXPECT_EQ(ended(remove("AWS::EC2::SecurityGroup", second)), "SUCCESS");
  EXPECT_EQ(ended(remove("AWS::EC2::SecurityGroup", first)), "SUCCESS");
}

TEST_F(Behaviours, AFunctionNeedsARoleThatTrustsLambda) {
  EXPECT_EQ(ended(create("AWS::Lambda::Function", function("f"))),
            "FAILED InvalidRequest: The role defined for the function cannot be assumed by Lambda.");
  role("runner", "ec2.amazonaws.com");
  EXPECT_NE(ended(create("AWS::Lambda::Function", function("f"))), "SUCCESS");
  remove("AWS::IAM::Role", "runner");
  role("runner");
  EXPECT_EQ(ended(create("AWS::Lambda::Function", function("f"))), "SUCCESS");
  const Json made_one = properties("AWS::Lambda::Function", "f");
  EXPECT_EQ(made_one["MemorySize"], 128);
  EXPECT_EQ(made_one["Timeout"], 3);
  EXPECT_EQ(made_one["SnapStartResponse"], Json({{"ApplyOn", "None"}, {"OptimizationStatus", "Off"}}));
  EXPECT_EQ(made_one["Arn"], "arn:aws:lambda:us-east-1:123456789012:function:f");
}

TEST_F(Behaviours, APackageWantsARuntimeAndAnImageNone) {
  role("runner");
  Json model = function("f");
  model.erase("Runtime");
  EXPECT_EQ(ended(create("AWS::Lambda::Function", model)),
            "FAILED InvalidRequest: Runtime and Handler are mandatory parameters for functions created with deployment "
            "packages.");
  model["PackageType"] = "Image";
  EXPECT_EQ(ended(create("AWS::Lambda::Function", model)).substr(0, 52),
            "FAILED InvalidRequest: Please don't provide Handler ");
}

TEST_F(Behaviours, VersionsAndAliasesOfAFunctionGoWithIt) {
  role("runner");
  made("AWS::Lambda::Function", function("f"));
  const std::string first = made("AWS::Lambda::Version", {{"FunctionName", "f"}});
  EXPECT_EQ(first, "arn:aws:lambda:us-east-1:123456789012:function:f:1");
  remove("AWS::Lambda::Version", first);
  const std::string second = made("AWS::Lambda::Version", {{"FunctionName", "f"}});
  EXPECT_EQ(second, "arn:aws:lambda:us-east-1:123456789012:function:f:2") << "a number is never used again";
  const Json alias = {{"FunctionName", "f"}, {"FunctionVersion", "1"}, {"Name", "live"}};
  EXPECT_EQ(ended(create("AWS::Lambda::Alias", alias)),
            "FAILED NotFound: Function not found: arn:aws:lambda:us-east-1:123456789012:function:f:1");
  const std::string live =
      made("AWS::Lambda::Alias", {{"FunctionName", "f"}, {"FunctionVersion", "2"}, {"Name", "live"}});
  EXPECT_EQ(live, "arn:aws:lambda:us-east-1:123456789012:function:f:live");
  EXPECT_EQ(ended(remove("AWS::Lambda::Function", "f")), "SUCCESS");
  EXPECT_EQ(get("AWS::Lambda::Version", second).status, 400);
  EXPECT_EQ(get("AWS::Lambda::Alias", live).status, 400);
}

TEST_F(Behaviours, AFunctionHasOneVersionOfEachState) {
  role("runner");
  made("AWS::Lambda::Function", function("f"));
  const std::string first = made("AWS::Lambda::Version", {{"FunctionName", "f"}});
  EXPECT_EQ(
      ended(create("AWS::Lambda::Version", {{"FunctionName", "f"}})),
      "FAILED AlreadyExists: A version for this Lambda function exists ( 1 ). Modify the function to create a new "
      "version.");
  const auto set = [&](const char* path, const Json& value) {
    return ended(update("AWS::Lambda::Function", "f", {{{"op", "add"}, {"path", path}, {"value", value}}}));
  };
  EXPECT_EQ(set("/Tags", {{{"Key", "k"}, {"Value", "v"}}}), "SUCCESS");
  EXPECT_NE(ended(create("AWS::Lambda::Version", {{"FunctionName", "f"}})), "SUCCESS") << "tags are no change";
  EXPECT_EQ(set("/MemorySize", 256), "SUCCESS");
  const std::string second = made("AWS::Lambda::Version", {{"FunctionName", "f"}});
  EXPECT_EQ(second, "arn:aws:lambda:us-east-1:123456789012:function:f:2");
  made("AWS::Lambda::Alias", {{"FunctionName", "f"}, {"FunctionVersion", "2"}, {"Name", "live"}});
  EXPECT_EQ(ended(remove("AWS::Lambda::Version", second)),
            "FAILED ResourceConflict: Unable to delete version because the following aliases reference it: [live]");
  EXPECT_EQ(ended(remove("AWS::Lambda::Version", first)), "SUCCESS");
}

TEST_F(Behaviours, WhatAnUpdateOfAFunctionNamesMustBeThere) {
  role("runner");
  made("AWS::Lambda::Function", function("f"));
  const auto set = [&](const char* path, const Json& value) {
    return ended(update("AWS::Lambda::Function", "f", {{{"op", "add"}, {"path", path}, {"value", value}}}));
  };
  EXPECT_EQ(set("/Role", "arn:aws:iam::123456789012:role/none"),
            "FAILED InvalidRequest: The role defined for the function cannot be assumed by Lambda.");
  EXPECT_NE(set("/VpcConfig", {{"SubnetIds", {"subnet-1"}}, {"SecurityGroupIds", {"sg-1"}}}), "SUCCESS");
  remove("AWS::IAM::Role", "runner");
  EXPECT_EQ(set("/MemorySize", 256), "SUCCESS") << "what it keeps may be gone";
}

TEST_F(Behaviours, AnAttachedPolicyStays) {
  const std::string policy = made("AWS::IAM::ManagedPolicy",
                                  {{"ManagedPolicyName", "own"}, {"PolicyDocument", {{"Statement", Json::array()}}}});
  made("AWS::IAM::Role",
       {{"RoleName", "r"}, {"AssumeRolePolicyDocument", trust("ec2.amazonaws.com")}, {"ManagedPolicyArns", {policy}}});
  EXPECT_EQ(ended(remove("AWS::IAM::ManagedPolicy", policy)),
            "FAILED ResourceConflict: Cannot delete a policy attached to entities.");
  remove("AWS::IAM::Role", "r");
  EXPECT_EQ(ended(remove("AWS::IAM::ManagedPolicy", policy)), "SUCCESS");
}

TEST_F(Behaviours, WhatLiesInANetworkKeepsIt) {
  role("runner");
  const std::string id = vpc();
  const std::string subnet = made("AWS::EC2::Subnet", {{"VpcId", id}, {"CidrBlock", "10.0.0.0/24"}});
  const auto group = [&](const char* name) {
    return made("AWS::EC2::SecurityGroup", {{"GroupDescription", "d"}, {"GroupName", name}, {"VpcId", id}});
  };
  const std::string of_interface = group("a");
  const std::string of_function = group("b");
  const std::string interface =
      made("AWS::EC2::NetworkInterface", {{"SubnetId", subnet}, {"GroupSet", {of_interface}}});
  Json model = function("f");
  model["VpcConfig"] = {{"SubnetIds", {subnet}}, {"SecurityGroupIds", {of_function}}};
  made("AWS::Lambda::Function", model);
  for (const std::string& used : {of_interface, of_function})
    EXPECT_EQ(ended(remove("AWS::EC2::SecurityGroup", used)),
              "FAILED InvalidRequest: resource " + used + " has a dependent object");
  remove("AWS::EC2::NetworkInterface", interface);
  EXPECT_EQ(ended(remove("AWS::EC2::Subnet", subnet)),
            "FAILED InvalidRequest: The subnet '" + subnet + "' has dependencies and cannot be deleted.");
  remove("AWS::Lambda::Function", "f");
  const std::string table = made("AWS::EC2::RouteTable", {{"VpcId", id}});
  constexpr const char* kAssociation = "AWS::EC2::SubnetRouteTableAssociation";
  EXPECT_EQ(ended(create(kAssociation, {{"SubnetId", subnet}, {"RouteTableId", "rtb-1"}})),
            "FAILED NotFound: The routeTable ID 'rtb-1' does not exist");
  const std::string association = made(kAssociation, {{"SubnetId", subnet}, {"RouteTableId", table}});
  EXPECT_EQ(ended(remove("AWS::EC2::RouteTable", table)),
            "FAILED InvalidRequest: The routeTable '" + table + "' has dependencies and cannot be deleted.");
  for (const auto& [type, identifier] :
       std::vector<std::pair<std::string, std::string>>{{kAssociation, association},
                                                        {"AWS::EC2::RouteTable", table},
                                                        {"AWS::EC2::SecurityGroup", of_interface},
                                                        {"AWS::EC2::SecurityGroup", of_function},
                                                        {"AWS::EC2::Subnet", subnet},
                                                        {"AWS::EC2::VPC", id}})
    EXPECT_EQ(ended(remove(type, identifier)), "SUCCESS") << type;
}

TEST_F(Behaviours, ATableDefinesItsKeysAndItsCapacity) {
  Json table = {{"TableName", "table"}, {"KeySchema", {{{"AttributeName", "id"}, {"KeyType", "HASH"}}}}};
  const auto ended_create = [&] { return ended(create("AWS::DynamoDB::Table", table)); };
  EXPECT_EQ(
      ended_create(),
      "FAILED InvalidRequest: An attribute referenced in a KeySchema element is not defined in AttributeDefinitions");
  table["AttributeDefinitions"] = {{{"AttributeName", "id"}, {"AttributeType", "S"}},
                                   {{"AttributeName", "more"}, {"AttributeType", "S"}}};
  EXPECT_EQ(ended_create().substr(0, 64), "FAILED InvalidRequest: Number of attributes in KeySchema does no");
  table["AttributeDefinitions"].erase(1);
  EXPECT_EQ(ended_create().substr(0, 86),
            "FAILED InvalidRequest: One or more parameter values were invalid: ReadCapacityUnits an");
  table["BillingMode"] = "PAY_PER_REQUEST";
  EXPECT_EQ(ended_create(), "SUCCESS");
  EXPECT_FALSE(properties("AWS::DynamoDB::Table", "table").contains("StreamArn"));
}

TEST_F(Behaviours, AProtectedTableIsNotDeletedAndAStreamHasAnArn) {
  made("AWS::DynamoDB::Table", {{"TableName", "table"},
                                {"KeySchema", {{{"AttributeName", "id"}, {"KeyType", "HASH"}}}},
                                {"AttributeDefinitions", {{{"AttributeName", "id"}, {"AttributeType", "S"}}}},
                                {"BillingMode", "PAY_PER_REQUEST"},
                                {"DeletionProtectionEnabled", true},
                                {"StreamSpecification", {{"StreamViewType", "NEW_IMAGE"}}}});
  EXPECT_EQ(properties("AWS::DynamoDB::Table", "table")["StreamArn"].get<std::string>().substr(0, 60),
            "arn:aws:dynamodb:us-east-1:123456789012:table/table/stream/2");
  EXPECT_EQ(ended(remove("AWS::DynamoDB::Table", "table")).substr(0, 57),
            "FAILED InvalidRequest: Resource cannot be deleted as it i");
}

TEST_F(Behaviours, ARepositoryHasDefaultsAndReadsItsPolicies) {
  made("AWS::ECR::Repository", {{"RepositoryName", "base"}});
  const Json repository = properties("AWS::ECR::Repository", "base");
  EXPECT_EQ(repository["RepositoryUri"], "123456789012.dkr.ecr.us-east-1.amazonaws.com/base");
  EXPECT_EQ(repository["ImageTagMutability"], "MUTABLE");
  EXPECT_EQ(
      ended(create("AWS::ECR::Repository", {{"RepositoryName", "other"},
                                            {"LifecyclePolicy", {{"LifecyclePolicyText", std::string(120, '{')}}}}))
          .substr(0, 60),
      "FAILED InvalidRequest: Invalid parameter at 'LifecyclePolicy");
}

TEST_F(Behaviours, ListsUnderAParentPageThroughItsChildrenAlone) {
  start({.page_size = 2});
  for (const char* group : {"a", "b"}) {
    made("AWS::Logs::LogGroup", {{"LogGroupName", group}});
    for (int i = 0; i < 5; ++i)
      made("AWS::Logs::LogStream", {{"LogGroupName", group}, {"LogStreamName", std::to_string(i)}});
  }
  EXPECT_EQ(under("AWS::Logs::LogStream", {{"LogGroupName", "b"}}),
            (std::vector<std::string>{"b|0", "b|1", "b|2", "b|3", "b|4"}));
  EXPECT_TRUE(under("AWS::Logs::LogStream", {{"LogGroupName", "c"}}).empty());
}

TEST_F(Behaviours, ADumpOfAVpcLoadsAgain) {
  vpc();
  const std::string dump = dumped();
  start();
  std::istringstream lines(dump);
  const auto loaded = cloud_->load(lines);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_EQ(dumped(), dump);
}

TEST_F(Behaviours, AVersionWithoutGuidanceSaysSo) {
  constexpr const char* kVersion = "AWS::SageMaker::ImageVersion";
  made("AWS::SageMaker::Image", {{"ImageName", "i"}, {"ImageRoleArn", "arn:aws:iam::123456789012:role/r"}});
  const std::string version = made(kVersion, {{"ImageName", "i"}, {"BaseImage", "b:1"}});
  EXPECT_EQ(properties(kVersion, version)["VendorGuidance"], "NOT_PROVIDED");
  const Json patch = {{{"op", "replace"}, {"path", "/VendorGuidance"}, {"value", "STABLE"}}};
  EXPECT_EQ(ended(update(kVersion, version, patch)), "SUCCESS");
}

TEST_F(Behaviours, AnImageWhoseVersionIsBeingChangedIsInUse) {
  using std::chrono_literals::operator""ms;
  start({.duration = 1000ms});
  const auto settled = [&](const Reply& begun) {
    clock_.move(1000ms);
    return follow(begun).event()["Identifier"].get<std::string>();
  };
  const std::string image = settled(create(
      "AWS::SageMaker::Image", {{"ImageName", "base"}, {"ImageRoleArn", "arn:aws:iam::123456789012:role/images"}}));
  const std::string version =
      settled(create("AWS::SageMaker::ImageVersion", {{"ImageName", "base"}, {"BaseImage", "b:1"}}));
  const Reply removal = remove("AWS::SageMaker::Image", image);
  clock_.move(500ms);
  update("AWS::SageMaker::ImageVersion", version, {{{"op", "add"}, {"path", "/Horovod"}, {"value", true}}});
  clock_.move(500ms);
  EXPECT_EQ(ended(removal), "FAILED GeneralServiceException: Image resource base is in use.");
}

}  // namespace
}  // namespace squall::local_cloud
