#include "unit/local_cloud/cloud_fixture.h"

namespace squall::local_cloud {
namespace {

using testing::Caller;
using testing::Json;
using testing::Reply;

constexpr const char* kGroup = "AWS::Logs::LogGroup";
constexpr const char* kImage = "AWS::SageMaker::Image";
constexpr const char* kVersion = "AWS::SageMaker::ImageVersion";
constexpr const char* kRole = "arn:aws:iam::123456789012:role/images";

class Changes : public testing::CloudTest {
 protected:
  std::string image(const std::string& name) { return made(kImage, {{"ImageName", name}, {"ImageRoleArn", kRole}}); }
  Reply version(const std::string& name, const Json& aliases = Json::array()) {
    Json model = {{"ImageName", name}, {"BaseImage", "base:1"}};
    if (!aliases.empty()) model["Aliases"] = aliases;
    return create(kVersion, model);
  }
};

TEST_F(Changes, APatchUsesAllSixOperationsInOrder) {
  made(kGroup, {{"LogGroupName", "g"}, {"Tags", {{{"Key", "a"}, {"Value", "1"}}}}});
  const Json patch = {{{"op", "test"}, {"path", "/LogGroupName"}, {"value", "g"}},
                      {{"op", "add"}, {"path", "/Tags/-"}, {"value", {{"Key", "b"}, {"Value", "2"}}}},
                      {{"op", "copy"}, {"from", "/Tags/1"}, {"path", "/Tags/2"}},
                      {{"op", "replace"}, {"path", "/Tags/2/Key"}, {"value", "c"}},
                      {{"op", "move"}, {"from", "/Tags/0"}, {"path", "/Tags/2"}},
                      {{"op", "remove"}, {"path", "/Tags/0"}}};
  EXPECT_EQ(outcome(update(kGroup, "g", patch)), "SUCCESS");
  EXPECT_EQ(properties(kGroup, "g")["Tags"].dump(), R"([{"Key":"c","Value":"2"},{"Key":"a","Value":"1"}])");
}

TEST_F(Changes, AFailedOperationOfAPatchChangesNothing) {
  made(kGroup, {{"LogGroupName", "g"}, {"RetentionInDays", 7}});
  const Reply refused = update(kGroup, "g",
                               {{{"op", "replace"}, {"path", "/RetentionInDays"}, {"value", 90}},
                                {{"op", "test"}, {"path", "/LogGroupName"}, {"value", "other"}}});
  EXPECT_EQ(refused.error().substr(0, 20), "ValidationException:");
  EXPECT_EQ(properties(kGroup, "g")["RetentionInDays"], 7);
}

TEST_F(Changes, APatchThatIsNoneIsRefused) {
  made(kGroup, {{"LogGroupName", "g"}});
  for (const char* document : {"{", "{}", "7", R"([{"op":"jump","path":"/A"}])", R"([{"op":"add"}])",
                               R"([{"op":"add","path":"A","value":1}])"}) {
    const Reply refused =
        call("UpdateResource", {{"TypeName", kGroup}, {"Identifier", "g"}, {"PatchDocument", document}});
    EXPECT_EQ(refused.error().substr(0, 20), "ValidationException:") << document;
  }
}

TEST_F(Changes, OddPatchesAreRefusedAndChangeNothing) {
  made(kGroup, {{"LogGroupName", "g"}, {"Tags", {{{"Key", "a"}, {"Value", "1"}}}}});
  const Json before = properties(kGroup, "g");
  for (const char* operation :
       {R"({"op":"remove","path":""})", R"({"op":"replace","path":"","value":7})",
        R"({"op":"replace","path":"","value":null})", R"({"op":"add","path":"/Tags/99999999999999999999","value":1})",
        R"({"op":"add","path":"/Tags/01","value":{}})", R"({"op":"add","path":"/Tags/-1","value":{}})",
        R"({"op":"move","path":"/Tags"})", R"({"op":"move","from":"/Tags","path":"/Tags/0/Key"})",
        R"({"op":"add","path":"/RetentionInDays/x","value":1})", R"({"op":"add","path":"/~2","value":1})",
        R"({"op":"remove","path":"/Tags/-"})", R"({"op":7,"path":"/Tags"})", R"({"op":"add","path":7})",
        R"({"op":"add","path":"/RetentionInDays","value":1.5})", R"(7)", R"(null)", R"([])"}) {
    const Reply refused =
        call("UpdateResource",
             {{"TypeName", kGroup}, {"Identifier", "g"}, {"PatchDocument", "[" + std::string(operation) + "]"}});
    EXPECT_EQ(refused.status, 400) << operation << refused.body;
    EXPECT_EQ(properties(kGroup, "g"), before) << operation;
  }
}

TEST_F(Changes, ThePatchedModelIsChecked) {
  made(kGroup, {{"LogGroupName", "g"}});
  EXPECT_EQ(update(kGroup, "g", {{{"op", "add"}, {"path", "/Bogus"}, {"value", 1}}}).error(),
            "ValidationException: Model validation failed (#: extraneous key [Bogus] is not permitted)");
  EXPECT_EQ(update(kGroup, "g", {{{"op", "add"}, {"path", "/KmsKeyId"}, {"value", true}}}).error(),
            "ValidationException: Model validation failed (#/KmsKeyId: expected type: String, found: Boolean)");
}

TEST_F(Changes, APatchMayNotTouchWhatCannotBeUpdated) {
  constexpr const char* kBucket = "AWS::S3::Bucket";
  made(kBucket, {{"BucketName", "bucket"}});
  EXPECT_EQ(
      update(kBucket, "bucket", {{{"op", "replace"}, {"path", "/BucketName"}, {"value", "other"}}}).error(),
      "NotUpdatableException: Invalid patch update: createOnlyProperties [/properties/BucketName] cannot be updated");
  EXPECT_EQ(update(kBucket, "bucket", {{{"op", "remove"}, {"path", "/Arn"}}}).error(),
            "ValidationException: Invalid patch update: readOnlyProperties [/properties/Arn] cannot be updated");
  EXPECT_EQ(update(kBucket, "bucket", {{{"op", "test"}, {"path", "/BucketName"}, {"value", "bucket"}}}).error(), "");
  EXPECT_EQ(
      update(kBucket, "bucket", {{{"op", "move"}, {"from", "/BucketName"}, {"path", "/AccessControl"}}}).error(),
      "NotUpdatableException: Invalid patch update: createOnlyProperties [/properties/BucketName] cannot be updated");
}

TEST_F(Changes, APatchMayNotChangeThemThroughWhatIsAroundThem) {
  constexpr const char* kBucket = "AWS::S3::Bucket";
  made(kBucket, {{"BucketName", "bucket"}});
  EXPECT_EQ(
      update(kBucket, "bucket", {{{"op", "replace"}, {"path", ""}, {"value", {{"BucketName", "other"}}}}}).error(),
      "NotUpdatableException: Invalid patch update: createOnlyProperties [/properties/BucketName] cannot be updated");
}

TEST_F(Changes, APatchMayNotBringReadOnlyValuesInThroughWhatIsAroundThem) {
  constexpr const char* kService = "AWS::VpcLattice::Service";
  const std::string service = made(kService, {{"Name", "service"}, {"DnsEntry", Json::object()}});
  const Json before = properties(kService, service);
  ASSERT_TRUE(before.at("DnsEntry").at("DomainName").is_string());
  const std::string refused = "ValidationException: Invalid patch update: readOnlyProperties [";
  const Json evil = {{"DomainName", "evil"}, {"HostedZoneId", before["DnsEntry"]["HostedZoneId"]}};
  for (const char* op : {"add", "replace"}) {
    EXPECT_EQ(update(kService, service, {{{"op", op}, {"path", "/DnsEntry"}, {"value", evil}}}).error(),
              refused + "/properties/DnsEntry/DomainName] cannot be updated");
  }
  Json root = before;
  root["Arn"] = "arn:evil";
  EXPECT_EQ(update(kService, service, {{{"op", "replace"}, {"path", ""}, {"value", root}}}).error(),
            refused + "/properties/Arn] cannot be updated");
  EXPECT_EQ(update(kService, service, {{{"op", "copy"}, {"from", "/Tags"}, {"path", "/DnsEntry"}}}).status, 400);
  EXPECT_EQ(properties(kService, service), before);
  const std::string other = made(kService, {{"Name", "other"}});
  EXPECT_EQ(
      update(kService, other, {{{"op", "add"}, {"path", "/DnsEntry"}, {"value", {{"DomainName", "evil"}}}}}).error(),
      refused + "/properties/DnsEntry/DomainName] cannot be updated");
}

TEST_F(Changes, ReadOnlyValuesThatAPatchLeavesOutStay) {
  constexpr const char* kService = "AWS::VpcLattice::Service";
  const std::string service = made(kService, {{"Name", "service"}, {"DnsEntry", Json::object()}});
  const Json before = properties(kService, service);
  for (const Json& patch : {Json{{{"op", "replace"}, {"path", ""}, {"value", {{"Name", "service"}}}}},
                            Json{{{"op", "remove"}, {"path", "/DnsEntry"}}},
                            Json{{{"op", "replace"}, {"path", "/DnsEntry"}, {"value", Json::object()}}},
                            Json{{{"op", "replace"}, {"path", ""}, {"value", before}}}}) {
    EXPECT_EQ(outcome(update(kService, service, patch)), "SUCCESS") << patch;
    const Json after = properties(kService, service);
    for (const char* own : {"Arn", "Id", "DnsEntry", "Status", "CreatedAt"})
      EXPECT_EQ(after[own], before[own]) << patch;
  }
}

TEST_F(Changes, APatchThatCopiesWithoutEndIsRefused) {
  made(kGroup, {{"LogGroupName", "g"}, {"Tags", {{{"Key", "a"}, {"Value", "1"}}}}});
  Json patch = Json::array();
  for (int i = 0; i < 64; ++i) patch.push_back({{"op", "copy"}, {"from", "/Tags"}, {"path", "/Tags/-"}});
  EXPECT_EQ(update(kGroup, "g", patch).error(),
            "ValidationException: Invalid patch update: operation 15: more than 1048576 characters are copied");
}

TEST_F(Changes, APatchMayOnlyAddWriteOnlyValues) {
  constexpr const char* kFunction = "AWS::Lambda::Function";
  made("AWS::IAM::Role", {{"RoleName", "r"},
                          {"AssumeRolePolicyDocument",
                           {{"Statement",
                             {{{"Effect", "Allow"},
                               {"Principal", {{"Service", "lambda.amazonaws.com"}}},
                               {"Action", "sts:AssumeRole"}}}}}}});
  made(kFunction, {{"FunctionName", "f"},
                   {"Role", "arn:aws:iam::123456789012:role/r"},
                   {"Runtime", "python3.12"},
                   {"Handler", "a.b"},
                   {"Code", {{"ZipFile", "a"}}}});
  EXPECT_EQ(update(kFunction, "f", {{{"op", "replace"}, {"path", "/Code/ZipFile"}, {"value", "b"}}}).error(),
            "ValidationException: Invalid patch update: writeOnlyProperties [/Code/ZipFile] can only be updated using "
            "'add' operation");
  EXPECT_EQ(update(kFunction, "f", {{{"op", "add"}, {"path", "/Code"}, {"value", {{"ZipFile", "b"}}}}}).error(), "");
}

TEST_F(Changes, AMissingResourceIsRefusedByAnUpdateAndFailsADelete) {
  const std::string refused = update(kGroup, "g", Json::array()).error();
  EXPECT_EQ(refused.substr(0, refused.find(" (")),
            "ResourceNotFoundException: AWS::Logs::LogGroup Handler returned status FAILED: Resource of type "
            "'AWS::Logs::LogGroup' with identifier 'g' was not found.");
  EXPECT_EQ(outcome(remove(kGroup, "g")), "FAILED NotFound");
}

TEST_F(Changes, ADeletedNameIsFreeAgain) {
  made(kGroup, {{"LogGroupName", "g"}, {"RetentionInDays", 7}});
  EXPECT_EQ(outcome(create(kGroup, {{"LogGroupName", "g"}})), "FAILED AlreadyExists");
  EXPECT_EQ(outcome(remove(kGroup, "g")), "SUCCESS");
  EXPECT_EQ(outcome(create(kGroup, {{"LogGroupName", "g"}})), "SUCCESS");
  EXPECT_FALSE(properties(kGroup, "g").contains("RetentionInDays"));
}

TEST_F(Changes, AnAdditionalIdentifierFindsAndIsUnique) {
  const std::string arn = image("base");
  const std::string by_name = R"({"ImageName":"base"})";
  EXPECT_EQ(get(kImage, by_name).body["ResourceDescription"]["Identifier"], arn);
  EXPECT_EQ(outcome(update(kImage, by_name, {{{"op", "add"}, {"path", "/ImageDescription"}, {"value", "d"}}})),
            "SUCCESS");
  EXPECT_EQ(properties(kImage, arn)["ImageDescription"], "d");
  EXPECT_EQ(outcome(create(kImage, {{"ImageName", "base"}, {"ImageRoleArn", kRole}})), "FAILED AlreadyExists");
  EXPECT_EQ(outcome(remove(kImage, by_name)), "SUCCESS");
  EXPECT_EQ(get(kImage, by_name).status, 400);
}

TEST_F(Changes, AnAdditionalIdentifierIsUniqueAfterAnUpdateToo) {
  constexpr const char* kApplication = "AWS::AppConfig::Application";
  const std::string first = made(kApplication, {{"Name", "one"}});
  const std::string second = made(kApplication, {{"Name", "two"}});
  EXPECT_NE(first, second);
  const Json rename = {{{"op", "replace"}, {"path", "/Name"}, {"value", "one"}}};
  EXPECT_EQ(outcome(update(kApplication, second, rename)), "FAILED AlreadyExists");
  EXPECT_EQ(properties(kApplication, second)["Name"], "two");
  EXPECT_EQ(outcome(remove(kApplication, first)), "SUCCESS");
  EXPECT_EQ(outcome(update(kApplication, second, rename)), "SUCCESS");
  EXPECT_EQ(get(kApplication, R"({"Name":"one"})").body["ResourceDescription"]["Identifier"], second);
  EXPECT_EQ(get(kApplication, R"({"Name":"two"})").status, 400);
}

TEST_F(Changes, WriteOnlyValuesAreKeptButNeverShown) {
  constexpr const char* kSecret = "AWS::SecretsManager::Secret";
  const std::string arn = made(kSecret, {{"Name", "s"}, {"SecretString", "hidden-value"}});
  EXPECT_FALSE(properties(kSecret, arn).contains("SecretString"));
  EXPECT_NE(dumped().find("hidden-value"), std::string::npos);
  const Reply list = call("ListResources", {{"TypeName", kSecret}});
  EXPECT_EQ(list.body.dump().find("hidden-value"), std::string::npos);
  // The patch starts from what a read shows: a handler sees what is not sent again as absent.
  EXPECT_EQ(outcome(update(kSecret, arn, {{{"op", "add"}, {"path", "/Description"}, {"value", "d"}}})), "SUCCESS");
  EXPECT_EQ(dumped().find("hidden-value"), std::string::npos);
  EXPECT_EQ(outcome(update(kSecret, arn, {{{"op", "add"}, {"path", "/SecretString"}, {"value", "new-value"}}})),
            "SUCCESS");
  EXPECT_NE(dumped().find("new-value"), std::string::npos);
}

TEST_F(Changes, TheNameOfAWriteOnlyValueMayStandInAnother) {
  constexpr const char* kSecret = "AWS::SecretsManager::Secret";
  const Json tags = {{{"Key", "SecretString"}, {"Value", "a \"SecretString\":\"x\" in a text"}}};
  const std::string open = made(kSecret, {{"Name", "open"}, {"Tags", tags}});
  EXPECT_EQ(properties(kSecret, open)["Tags"], tags);
  const std::string closed = made(kSecret, {{"Name", "closed"}, {"SecretString", "hidden-value"}, {"Tags", tags}});
  EXPECT_EQ(properties(kSecret, closed)["Tags"], tags);
  EXPECT_EQ(get(kSecret, closed).body.dump().find("hidden-value"), std::string::npos);
}

TEST_F(Changes, AnImageTakesItsVersionsWithItAndNeverGivesANumberTwice) {
  const std::string arn = image("base");
  image("other");
  EXPECT_EQ(outcome(version("base")), "SUCCESS");
  EXPECT_EQ(outcome(version("base")), "SUCCESS");
  EXPECT_EQ(outcome(version("other")), "SUCCESS");
  const std::string prefix = "arn:aws:sagemaker:us-east-1:123456789012:image-version/";
  EXPECT_EQ(outcome(remove(kVersion, prefix + "base/2")), "SUCCESS");
  EXPECT_EQ(follow(version("base")).event()["Identifier"], prefix + "base/3");
  EXPECT_EQ(outcome(remove(kImage, arn)), "SUCCESS");
  EXPECT_EQ(get(kVersion, prefix + "base/1").status, 400);
  EXPECT_EQ(get(kVersion, prefix + "other/1").status, 200);
  const Reply orphan = follow(version("base"));
  EXPECT_EQ(orphan.event()["ErrorCode"], "InvalidRequest");
  EXPECT_EQ(orphan.event()["StatusMessage"],
            "Invalid request provided: Image: [base] not found. Failed to create Image Version");
}

TEST_F(Changes, AnAliasNamesOneVersionOfAnImage) {
  image("base");
  image("other");
  const std::string first = follow(version("base", {"latest", "good"})).event()["Identifier"];
  EXPECT_EQ(outcome(version("base", {"latest"})), "FAILED ResourceConflict");
  EXPECT_EQ(outcome(version("other", {"latest"})), "SUCCESS") << "another image";
  const std::string second = follow(version("base", {"new"})).event()["Identifier"];
  const Json take = {{{"op", "add"}, {"path", "/Aliases"}, {"value", {"latest"}}}};
  EXPECT_EQ(outcome(update(kVersion, second, take)), "FAILED ResourceConflict");
  // Said otherwise, the first gives it up; unsaid, it keeps what it has.
  EXPECT_EQ(outcome(update(kVersion, first, {{{"op", "add"}, {"path", "/VendorGuidance"}, {"value", "STABLE"}}})),
            "SUCCESS");
  EXPECT_EQ(outcome(update(kVersion, second, take)), "FAILED ResourceConflict");
  EXPECT_EQ(outcome(update(kVersion, first, {{{"op", "add"}, {"path", "/Aliases"}, {"value", {"good"}}}})), "SUCCESS");
  EXPECT_EQ(outcome(update(kVersion, second, take)), "SUCCESS");
}

TEST_F(Changes, AccountsAndRegionsAreApart) {
  made(kGroup, {{"LogGroupName", "g"}});
  EXPECT_EQ(get(kGroup, "g", {.account = "210987654321"}).status, 400);
  EXPECT_EQ(get(kGroup, "g", {.region = "eu-west-1"}).status, 400);
  EXPECT_EQ(create(kGroup, {{"LogGroupName", "g"}}, {.account = "210987654321", .region = "cn-north-1"}).status, 200);
  EXPECT_EQ(
      properties(kGroup, "g", {.account = "210987654321", .region = "cn-north-1"})["Arn"].get<std::string>().substr(0,
                                                                                                                    43),
      "arn:aws-cn:logs:cn-north-1:210987654321:log");
  EXPECT_EQ(listed(kGroup, {.account = "210987654321"}), std::vector<std::string>{});
}

TEST_F(Changes, AGlobalResourceIsChangedByOneAtATimeFromWhateverRegion) {
  start({.duration = std::chrono::milliseconds(1000)});
  constexpr const char* kRoleType = "AWS::IAM::Role";
  create(kRoleType, {{"RoleName", "r"}, {"AssumeRolePolicyDocument", {{"Statement", Json::array()}}}});
  clock_.move(std::chrono::milliseconds(1000));
  const auto describe = [&](const Caller& caller) {
    const Json patch = {{{"op", "add"}, {"path", "/Description"}, {"value", caller.region}}};
    return call("UpdateResource", {{"TypeName", kRoleType}, {"Identifier", "r"}, {"PatchDocument", patch.dump()}},
                caller);
  };
  ASSERT_EQ(describe({.region = "eu-west-1"}).status, 200);
  EXPECT_EQ(describe({.region = "us-east-1"}).error().substr(0, 29), "ConcurrentOperationException:");
  EXPECT_EQ(describe({.region = "eu-west-1"}).error().substr(0, 29), "ConcurrentOperationException:");
  EXPECT_EQ(describe({.account = "210987654321", .region = "us-east-1"}).error().substr(0, 26),
            "ResourceNotFoundException:");
  clock_.move(std::chrono::milliseconds(1000));
  EXPECT_EQ(properties(kRoleType, "r")["Description"], "eu-west-1");
}

TEST_F(Changes, ReadOnlyValuesInAModelFailTheCreate) {
  const Reply failed = follow(create(
      kImage,
      {{"ImageName", "i"}, {"ImageRoleArn", kRole}, {"ImageArn", "arn:aws:sagemaker:us-east-1:123456789012:image/i"}}));
  EXPECT_EQ(failed.event()["ErrorCode"], "InvalidRequest");
  EXPECT_EQ(failed.event()["StatusMessage"],
            "Invalid request provided: The following ReadOnly properties were set: [ImageArn]");
}

TEST_F(Changes, ReadOnlyValuesInsideAnObjectFailTheCreateToo) {
  constexpr const char* kFunction = "AWS::CloudFront::Function";
  const auto function = [](const Json& metadata) {
    return Json{{"Name", "f"},
                {"FunctionCode", "x"},
                {"FunctionConfig", {{"Comment", ""}, {"Runtime", "cloudfront-js-2.0"}}},
                {"FunctionMetadata", metadata}};
  };
  const Reply failed = follow(create(kFunction, function({{"FunctionARN", "arn:aws:cloudfront::1:function/f"}})));
  EXPECT_EQ(failed.event()["OperationStatus"], "FAILED");
  EXPECT_EQ(failed.event()["ErrorCode"], "InvalidRequest");
  EXPECT_EQ(failed.event()["StatusMessage"],
            "Invalid request provided: The following ReadOnly properties were set: [FunctionMetadata/FunctionARN]");
  EXPECT_EQ(listed(kFunction), std::vector<std::string>{}) << "nothing was made";
  // The object itself is the caller's, and the service fills its part of it.
  const std::string identifier = made(kFunction, function(Json::object()));
  EXPECT_TRUE(properties(kFunction, identifier)["FunctionMetadata"]["FunctionARN"].is_string());
}

TEST_F(Changes, DefaultsAreFilledInsideObjectsToo) {
  const std::string plan =
      made("AWS::ApiGateway::Method",
           {{"HttpMethod", "GET"}, {"ResourceId", "r"}, {"RestApiId", "a"}, {"Integration", {{"Type", "MOCK"}}}});
  EXPECT_EQ(properties("AWS::ApiGateway::Method", plan)["Integration"].value("ResponseTransferMode", ""), "BUFFERED");
}

TEST_F(Changes, TheSameRunMakesTheSameValues) {
  const auto run = [this] {
    start();
    const std::string identifier = made("AWS::EC2::VPC", {{"CidrBlock", "10.0.0.0/16"}});
    made("AWS::EC2::VPC", {{"CidrBlock", "10.0.0.0/16"}});
    return identifier + dumped();
  };
  const std::string first = run();
  EXPECT_EQ(run(), first);
  EXPECT_EQ(listed("AWS::EC2::VPC").size(), 2u) << "equal models are two resources";
}

TEST_F(Changes, CommonTypesHaveTheFormsOfTheirServices) {
  const std::string queue = made("AWS::SQS::Queue", {{"QueueName", "q"}});
  EXPECT_EQ(queue, "https://sqs.us-east-1.amazonaws.com/123456789012/q");
  EXPECT_EQ(outcome(create("AWS::SQS::Queue", {{"QueueName", "q"}})), "FAILED AlreadyExists");
  const Json bucket = properties("AWS::S3::Bucket", made("AWS::S3::Bucket", Json::object()));
  const std::string name = bucket["BucketName"];
  EXPECT_EQ(bucket["Arn"], "arn:aws:s3:::" + name) << "of the name that the service chose";
  EXPECT_EQ(bucket["RegionalDomainName"], name + ".s3.us-east-1.amazonaws.com");
  const std::string vpc = made("AWS::EC2::VPC", {{"CidrBlock", "10.0.0.0/16"}});
  EXPECT_EQ(vpc.substr(0, 4), "vpc-");
  EXPECT_EQ(vpc.size(), 21u);
  const Json key = properties("AWS::KMS::Key", made("AWS::KMS::Key", Json::object()));
  EXPECT_EQ(key["Arn"], "arn:aws:kms:us-east-1:123456789012:key/" + key["KeyId"].get<std::string>());
  EXPECT_EQ(key["KeyPolicy"]["Statement"][0]["Principal"]["AWS"], "arn:aws:iam::123456789012:root");
}

// Global services name no region, and some services are not called in ARNs as their namespace is.
TEST_F(Changes, ArnsAreOfTheServicesWord) {
  const Json policy = {{"Version", "2012-10-17"}, {"Statement", Json::array()}};
  struct Sample {
    const char* type;
    Json model;
    const char* property;
    std::string arn;
  };
  const std::string iam = "arn:aws:iam::123456789012:";
  const std::vector<Sample> samples = {
      {"AWS::IAM::ManagedPolicy",
       {{"ManagedPolicyName", "mp"}, {"Path", "/a/"}, {"PolicyDocument", policy}},
       "PolicyArn",
       iam + "policy/a/mp"},
      {"AWS::IAM::ManagedPolicy",
       {{"ManagedPolicyName", "mp"}, {"PolicyDocument", policy}},
       "PolicyArn",
       iam + "policy/mp"},
      {"AWS::IAM::InstanceProfile",
       {{"InstanceProfileName", "ip"}, {"Roles", {"r"}}},
       "Arn",
       iam + "instance-profile/ip"},
      {"AWS::IAM::Group", {{"GroupName", "g"}, {"Path", "/a/b/"}}, "Arn", iam + "group/a/b/g"},
      {"AWS::IAM::OIDCProvider",
       {{"Url", "https://token.example.com/x"}},
       "Arn",
       iam + "oidc-provider/token.example.com/x"},
      {"AWS::SSM::Parameter",
       {{"Name", "/a/b"}, {"Type", "String"}, {"Value", "v"}},
       "Arn",
       "arn:aws:ssm:us-east-1:123456789012:parameter/a/b"},
      {"AWS::SSM::Parameter",
       {{"Name", "c"}, {"Type", "String"}, {"Value", "v"}},
       "Arn",
       "arn:aws:ssm:us-east-1:123456789012:parameter/c"},
      {"AWS::StepFunctions::Activity",
       {{"Name", "work"}},
       "Arn",
       "arn:aws:states:us-east-1:123456789012:activity:work"},
  };
  for (const Sample& sample : samples)
    EXPECT_EQ(properties(sample.type, made(sample.type, sample.model))[sample.property], sample.arn);
  // The rest of an ARN is made up; its service is not.
  const Json balancer = properties("AWS::ElasticLoadBalancingV2::LoadBalancer",
                                   made("AWS::ElasticLoadBalancingV2::LoadBalancer", {{"Name", "lb"}}));
  EXPECT_EQ(balancer["LoadBalancerArn"].get<std::string>().substr(0, 56),
            "arn:aws:elasticloadbalancing:us-east-1:123456789012:load");
  const Json address = properties("AWS::EC2::EIP", made("AWS::EC2::EIP", Json::object()));
  EXPECT_EQ(address["AllocationId"].get<std::string>().substr(0, 9), "eipalloc-");
  EXPECT_EQ(address["PublicIp"].get<std::string>().substr(0, 7), "198.18.");
}

TEST_F(Changes, NamesUniqueOnlyUnderAParentDoNotClash) {
  constexpr const char* kAlias = "AWS::Bedrock::AgentAlias";
  const std::string first = made(kAlias, {{"AgentAliasName", "live"}, {"AgentId", "AAAAAAAAAA"}});
  const std::string second = made(kAlias, {{"AgentAliasName", "live"}, {"AgentId", "BBBBBBBBBB"}});
  EXPECT_NE(properties(kAlias, first)["AgentAliasArn"], properties(kAlias, second)["AgentAliasArn"]);
}

// Whatever the schema of a type: an answer, never a fault, and what can be created can be read and deleted.
TEST_F(Changes, EveryTypeAnswersEveryOperation) {
  start();
  std::size_t created = 0;
  std::size_t types = 0;
  for (std::size_t i = 0; i < testing::embedded_catalogue().type_count(); ++i) {
    const auto type = testing::embedded_catalogue().type(i);
    if (!type.has_handlers()) continue;
    ++types;
    const std::string name(type.name());
    const Reply begun = create(name, Json::object());
    ASSERT_LT(begun.status, 500) << name << begun.body;
    ASSERT_LT(call("ListResources", {{"TypeName", name}}).status, 500) << name;
    if (begun.status != 200) continue;
    const Reply ended = follow(begun);
    ASSERT_NE(ended.event()["OperationStatus"], "IN_PROGRESS") << name;
    if (ended.event()["OperationStatus"] != "SUCCESS") continue;
    ++created;
    const std::string identifier = ended.event()["Identifier"];
    if (type.has_handler(catalogue::Handler::read)) {
      EXPECT_EQ(get(name, identifier).status, 200) << name;
    }
    if (type.has_handler(catalogue::Handler::delete_)) {
      EXPECT_EQ(outcome(remove(name, identifier)), "SUCCESS") << name;
    }
  }
  EXPECT_EQ(types, 1490u);
  EXPECT_GT(created, 100u);
}

}  // namespace
}  // namespace squall::local_cloud
