// What services refuse before they do anything, beyond the schemas: names, ranges, words and documents.
#include "unit/local_cloud/cloud_fixture.h"

namespace squall::local_cloud {
namespace {

using testing::Json;
using testing::Reply;

class ServiceRules : public testing::CloudTest {
 protected:
  // "", or the text with which the create or the update fails.
  std::string fault(const Reply& begun) {
    if (begun.status != 200) return begun.error();
    return follow(begun).event().value("StatusMessage", "");
  }
  std::string fault(const std::string& type, const Json& model) { return fault(create(type, model)); }
  std::string bucket(const std::string& name) { return fault("AWS::S3::Bucket", {{"BucketName", name}}); }
  std::string queue(const Json& model) { return fault("AWS::SQS::Queue", model); }
  std::string parameter(const std::string& name, const Json& more = Json::object()) {
    Json model = {{"Name", name}, {"Type", "String"}, {"Value", "v"}};
    model.update(more);
    return fault("AWS::SSM::Parameter", model);
  }
  static Json statement() {
    return {{"Effect", "Allow"}, {"Principal", {{"Service", "lambda.amazonaws.com"}}}, {"Action", "sts:AssumeRole"}};
  }
  std::string role(const Json& more) {
    Json model = {{"AssumeRolePolicyDocument", {{"Version", "2012-10-17"}, {"Statement", Json::array({statement()})}}}};
    model.update(more);
    return fault("AWS::IAM::Role", model);
  }
  std::string trust(const char* key, const Json& value) {
    Json changed = statement();
    changed[key] = value;
    if (value.is_null()) changed.erase(key);
    return role({{"AssumeRolePolicyDocument", {{"Statement", changed}}}});
  }
  static Json table() {
    return {{"TableName", "table"},
            {"KeySchema", {{{"AttributeName", "id"}, {"KeyType", "HASH"}}}},
            {"AttributeDefinitions", {{{"AttributeName", "id"}, {"AttributeType", "S"}}}},
            {"BillingMode", "PAY_PER_REQUEST"}};
  }
  std::string table(const Json& more) {
    Json model = table();
    model.update(more);
    return fault("AWS::DynamoDB::Table", model);
  }
};

TEST_F(ServiceRules, OfBucketNames) {
  for (const char* name : {"ab", "a123456789012345678901234567890123456789012345678901234567890123"})
    EXPECT_EQ(bucket(name), "Bucket name should be between 3 and 63 characters long") << name;
  EXPECT_EQ(bucket("My-Bucket"), "Bucket name should not contain uppercase characters");
  for (const char* name :
       {"a..b", "192.168.1.1", "-abc", "abc-", "my_bucket", "xn--foo", "foo-s3alias", "foo--x-s3", "sthree-x", "a b c"})
    EXPECT_EQ(bucket(name), "The specified bucket is not valid.") << name;
  for (const char* name : {"abc", "my.bucket-1", "192.168.1.1.5"}) EXPECT_EQ(bucket(name), "") << name;
  EXPECT_EQ(fault("AWS::S3::BucketPolicy", {{"Bucket", "abc"}, {"PolicyDocument", "notjson"}}),
            "Policies must be valid JSON and the first byte must be '{'");
}

TEST_F(ServiceRules, OfQueues) {
  EXPECT_EQ(queue({{"VisibilityTimeout", 43'201}}),
            "Value 43201 for parameter VisibilityTimeout is invalid. Reason: Must be an integer from 0 to 43200, if "
            "provided.");
  for (const auto& [name, value] : std::vector<std::pair<const char*, int>>{{"VisibilityTimeout", -1},
                                                                            {"MaximumMessageSize", 1},
                                                                            {"DelaySeconds", 901},
                                                                            {"ReceiveMessageWaitTimeSeconds", 21},
                                                                            {"MessageRetentionPeriod", 59}})
    EXPECT_NE(queue({{name, value}}), "") << name;
  EXPECT_EQ(queue({{"RedrivePolicy", "x{"}}),
            "Value x{ for parameter RedrivePolicy is invalid. Reason: Redrive policy is not a valid JSON map.");
  const std::string url = made("AWS::SQS::Queue", {{"QueueName", "dead"}});
  const std::string dead = "arn:aws:sqs:us-east-1:123456789012:dead";
  EXPECT_NE(queue({{"RedrivePolicy", {{"deadLetterTargetArn", dead}}}}).find("mandatory attribute: maxReceiveCount."),
            std::string::npos);
  EXPECT_NE(queue({{"RedrivePolicy", {{"deadLetterTargetArn", dead}, {"maxReceiveCount", 0}}}}).find("from 1 to 1000"),
            std::string::npos);
  EXPECT_EQ(queue({{"RedrivePolicy", {{"deadLetterTargetArn", dead}, {"maxReceiveCount", "3"}}}}), "");
  EXPECT_EQ(queue({{"KmsMasterKeyId", "alias/aws/sqs"}, {"SqsManagedSseEnabled", true}}).substr(0, 47),
            "You can use one type of server-side encryption ");
  EXPECT_NE(fault(update("AWS::SQS::Queue", url, {{{"op", "add"}, {"path", "/DelaySeconds"}, {"value", 901}}})), "");
}

TEST_F(ServiceRules, OfTopicsAndSubscriptions) {
  for (const std::string& name : {std::string("a b"), std::string(257, 'a'), std::string("a.b")})
    EXPECT_EQ(fault("AWS::SNS::Topic", {{"TopicName", name}}), "Invalid parameter: Topic Name") << name;
  EXPECT_EQ(fault("AWS::SNS::Topic", {{"TopicName", "a_b-1.fifo"}, {"FifoTopic", true}}), "");
  const std::string topic = made("AWS::SNS::Topic", {{"TopicName", "news"}});
  EXPECT_EQ(fault("AWS::SNS::Subscription", {{"TopicArn", topic}, {"Protocol", "foo"}, {"Endpoint", "x"}}),
            "Invalid parameter: Does not support this protocol string: foo");
}

TEST_F(ServiceRules, OfParameters) {
  EXPECT_EQ(parameter("a/b"), "Parameter name must be a fully qualified name.");
  std::string deep;
  for (int i = 0; i < 16; ++i) deep += "/x";
  for (const std::string& name : {std::string("/a//b"), std::string("/end/"), std::string("a b"), deep})
    EXPECT_NE(parameter(name), "") << name;
  EXPECT_EQ(parameter("x", {{"Value", ""}}),
            "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have length "
            "greater than or equal to 1");
  EXPECT_EQ(parameter("x", {{"AllowedPattern", "^[0-9+$"}}),
            "The request does not meet the regular expression requirement.");
  EXPECT_EQ(parameter(deep.substr(2)), "") << "15 levels";
}

TEST_F(ServiceRules, OfRoles) {
  EXPECT_EQ(role({{"RoleName", "a b"}}),
            "1 validation error detected: Value 'a b' at 'roleName' failed to satisfy constraint: Member must satisfy "
            "regular expression pattern: [\\w+=,.@-]+");
  EXPECT_NE(role({{"RoleName", std::string(65, 'a')}}), "");
  EXPECT_EQ(role({{"Path", "x"}}).substr(0, 40), "The specified value for path is invalid.");
  EXPECT_EQ(
      role({{"MaxSessionDuration", 100}}),
      "1 validation error detected: Value '100' at 'maxSessionDuration' failed to satisfy constraint: Member must "
      "have value greater than or equal to 3600");
  EXPECT_NE(role({{"MaxSessionDuration", 43'201}}), "");
  EXPECT_EQ(role({{"RoleName", "lam"}}), "");
  EXPECT_EQ(role({{"RoleName", "LAM"}}), "Role with name LAM already exists.");
  EXPECT_EQ(role({{"Policies", {{{"PolicyName", "p"}, {"PolicyDocument", "notjson"}}}}}), "Syntax errors in policy.");
}

TEST_F(ServiceRules, OfTrustPolicies) {
  EXPECT_EQ(role({{"AssumeRolePolicyDocument", Json::object()}}), "Missing required field Statement");
  EXPECT_EQ(role({{"AssumeRolePolicyDocument", {{"Version", "2020-01-01"}, {"Statement", Json::array()}}}}),
            "The policy must contain a valid version string");
  EXPECT_EQ(trust("Principal", nullptr), "Missing required field Principal");
  EXPECT_EQ(trust("Effect", "Maybe"), "Invalid effect: Maybe");
  EXPECT_EQ(trust("Action", "s3:GetObject"), "AssumeRole policy may only specify STS AssumeRole actions.");
  EXPECT_EQ(trust("Action", {"sts:AssumeRole", "sts:TagSession"}), "");
}

TEST_F(ServiceRules, OfTables) {
  EXPECT_EQ(table({{"TableName", "ab"}}),
            "TableName must be at least 3 characters long and at most 255 characters long");
  EXPECT_NE(table({{"TableName", "a b c"}}), "");
  EXPECT_EQ(table({{"KeySchema", {{{"AttributeName", "id"}, {"KeyType", "RANGE"}}}}}),
            "Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
  EXPECT_EQ(table({{"AttributeDefinitions", {{{"AttributeName", "id"}, {"AttributeType", "Z"}}}}}),
            "1 validation error detected: Value 'Z' at 'attributeDefinitions.1.member.attributeType' failed to satisfy "
            "constraint: Member must satisfy enum value set: [B, N, S]");
  EXPECT_NE(table({{"LocalSecondaryIndexes",
                    {{{"IndexName", "one"},
                      {"KeySchema", {{{"AttributeName", "id"}, {"KeyType", "HASH"}}}},
                      {"Projection", {{"ProjectionType", "ALL"}}}}}}})
                .find("does not have a range key"),
            std::string::npos);
  EXPECT_NE(table({{"BillingMode", "FREE"}}).find("[PROVISIONED, PAY_PER_REQUEST]"), std::string::npos);
  EXPECT_NE(table({{"BillingMode", "PROVISIONED"},
                   {"ProvisionedThroughput", {{"ReadCapacityUnits", 0}, {"WriteCapacityUnits", 1}}}})
                .find("Value '0' at 'provisionedThroughput.readCapacityUnits'"),
            std::string::npos);
  EXPECT_EQ(table(Json::object()), "");
}

TEST_F(ServiceRules, OfFunctions) {
  EXPECT_EQ(role({{"RoleName", "runner"}}), "");
  const auto function = [this](const Json& more) {
    Json model = {{"FunctionName", "f"},
                  {"Role", "arn:aws:iam::123456789012:role/runner"},
                  {"Code", {{"ZipFile", "x"}}},
                  {"Runtime", "python3.12"},
                  {"Handler", "index.handler"}};
    model.update(more);
    return fault("AWS::Lambda::Function", model);
  };
  EXPECT_NE(function({{"FunctionName", "bad name"}}).find("at 'functionName' failed"), std::string::npos);
  EXPECT_NE(function({{"FunctionName", std::string(65, 'f')}}), "");
  EXPECT_NE(function({{"Runtime", "cobol85"}}), "");
  EXPECT_NE(function({{"MemorySize", 64}}).find("have value greater than or equal to 128"), std::string::npos);
  EXPECT_NE(function({{"Timeout", 901}}).find("have value less than or equal to 900"), std::string::npos);
  for (const Json& code : {Json::object(), Json({{"ImageUri", "x"}})})
    EXPECT_EQ(function({{"Code", code}}), "Please provide a source for function code.");
  EXPECT_EQ(function(Json::object()), "");
}

TEST_F(ServiceRules, OfSecurityGroups) {
  const std::string vpc = made("AWS::EC2::VPC", {{"CidrBlock", "10.0.0.0/16"}});
  const auto group = [&](const Json& rule, const std::string& description = "d") {
    Json model = {{"GroupDescription", description}, {"VpcId", vpc}};
    model["SecurityGroupIngress"] = Json::array({rule});
    return fault("AWS::EC2::SecurityGroup", model);
  };
  Json rule = {{"IpProtocol", "tcp"}, {"FromPort", 70}, {"ToPort", 80}, {"CidrIp", "10.0.0.0/8"}};
  const auto with = [&](const char* key, const Json& value) {
    Json changed = rule;
    changed[key] = value;
    return group(changed);
  };
  EXPECT_EQ(with("CidrIp", "banana"), "CIDR block banana is malformed");
  EXPECT_EQ(with("SourceSecurityGroupId", "sg-nope"), "The security group 'sg-nope' does not exist");
  EXPECT_EQ(with("IpProtocol", "banana"), "Invalid value 'banana' for IP protocol. Unknown protocol.");
  EXPECT_EQ(with("FromPort", 81), "Invalid TCP port range.");
  EXPECT_NE(group({{"IpProtocol", "-1"}}), "");
  EXPECT_EQ(group({{"IpProtocol", "tcp"}, {"CidrIp", "10.0.0.0/8"}}).substr(0, 35),
            "Invalid value 'Must specify both fr");
  EXPECT_NE(group(rule, std::string(300, 'd')), "");
  EXPECT_EQ(group(rule), "");
}

}  // namespace
}  // namespace squall::local_cloud
