#include "unit/local_cloud/cloud_fixture.h"

namespace squall::local_cloud {
namespace {

using testing::Json;
using testing::Reply;

class Protocol : public testing::CloudTest {};

TEST_F(Protocol, EveryOperationRefusesAnUnknownTypeFirst) {
  const Json body = {{"TypeName", "AWS::LocalStack::DoesNotExist"},
                     {"Identifier", "i"},
                     {"DesiredState", "{"},
                     {"PatchDocument", "{"}};
  for (const char* operation : {"CreateResource", "GetResource", "UpdateResource", "DeleteResource", "ListResources"})
    EXPECT_EQ(call(operation, body).error(),
              "TypeNotFoundException: The type 'AWS::LocalStack::DoesNotExist' cannot be found.");
}

TEST_F(Protocol, AnActionWithoutAHandlerIsUnsupported) {
  EXPECT_EQ(update("AWS::Lambda::LayerVersion", "i", Json::array()).error(),
            "UnsupportedActionException: Resource type AWS::Lambda::LayerVersion does not support UPDATE action");
}

TEST_F(Protocol, ParametersAreCheckedAgainstTheBoundsOfTheApi) {
  EXPECT_EQ(
      call("GetResource", {{"TypeName", "AWS::X"}}).error(),
      "ValidationException: 3 validation errors detected: Value 'AWS::X' at 'typeName' failed to satisfy constraint: "
      "Member must have length greater than or equal to 10; Value 'AWS::X' at 'typeName' failed to satisfy "
      "constraint: Member must satisfy regular expression pattern: "
      "[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}; Value null at 'identifier' failed to satisfy "
      "constraint: Member must not be null");
  const Json image = {{"TypeName", "AWS::SageMaker::Image"}};
  const auto with = [&image](const char* name, const Json& value) {
    Json body = image;
    body[name] = value;
    return body;
  };
  const auto fault = [](const Reply& reply) {
    const std::string text = reply.error();
    return text.substr(0, 48) == "ValidationException: 1 validation error detected" ? text.substr(text.rfind(": ") + 2)
                                                                                    : text;
  };
  EXPECT_EQ(fault(call("GetResource", with("Identifier", std::string(1025, 'a')))),
            "Member must have length less than or equal to 1024");
  std::string wide;
  for (int i = 0; i < 1024; ++i) wide += "\xC3\xA9";
  EXPECT_EQ(call("GetResource", with("Identifier", wide)).error().substr(0, 25), "ResourceNotFoundException")
      << "characters, not bytes";
  EXPECT_EQ(fault(call("CreateResource", with("DesiredState", std::string(262'145, ' ')))),
            "Member must have length less than or equal to 262144");
  EXPECT_EQ(fault(call("ListResources", with("RoleArn", "arn:aws:iam::12345678901:role/short"))),
            "arn:.+:iam::[0-9]{12}:role/.+");
  EXPECT_EQ(call("ListResources", with("RoleArn", "arn:aws:iam::123456789012:role/fine")).status, 200);
  EXPECT_EQ(fault(call("ListResources", with("MaxResults", 101))), "Member must have value less than or equal to 100");
  EXPECT_EQ(fault(call("ListResources", with("MaxResults", 0))), "Member must have value greater than or equal to 1");
  EXPECT_EQ(call("ListResources", with("MaxResults", std::numeric_limits<std::uint64_t>::max())).error(),
            "ValidationException: 1 validation error detected: Value '18446744073709551615' at 'maxResults' failed to "
            "satisfy constraint: Member must have value less than or equal to 100");
  EXPECT_EQ(fault(call("ListResourceRequests", {{"NextToken", "a b"}})), "[-A-Za-z0-9+/=]+");
  EXPECT_EQ(fault(call("ListResourceRequests", {{"NextToken", std::string(2049, 'a')}})),
            "Member must have length less than or equal to 2048");
  EXPECT_EQ(call("ListResources", with("NextToken", "a b")).error(), "InvalidRequestException: Invalid NextToken");
  EXPECT_EQ(fault(call("GetResourceRequestStatus", {{"RequestToken", "no spaces"}})), "[-A-Za-z0-9+/=]+");
}

TEST_F(Protocol, NoFaultShowsAModel) {
  const Reply refused =
      call("CreateResource", {{"TypeName", "AWS::X"}, {"DesiredState", "secret-" + std::string(262'144, 'x')}});
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.body.dump().find("secret-"), std::string::npos);
}

TEST_F(Protocol, ABodyThatIsNoneIsRefused) {
  for (const std::string& body : {std::string(), std::string("[]"), std::string("{\"TypeName\":7}"),
                                  std::string("\xff\xfe"), std::string(1000, '[')})
    EXPECT_EQ(call_text("CreateResource", body).error().substr(0, 22), "SerializationException") << body.substr(0, 20);
  EXPECT_EQ(call_text("MakeResource", "{}").error().substr(0, 25), "UnknownOperationException");
  EXPECT_EQ(create("AWS::SQS::Queue", 7).error(),
            "ValidationException: Model validation failed (#: expected type: JSONObject, found: Integer)");
}

TEST_F(Protocol, WhoCallsIsToldAsXmlOrAsJson) {
  const auto asked = [this](const std::string& accept, const std::string& body) {
    std::promise<net::HttpResponse> promise;
    start().send({.headers = {{"Accept", accept},
                              {"Authorization",
                               "AWS4-HMAC-SHA256 "
                               "Credential=210987654321/20231114/us-gov-west-1/sts/aws4_request, Signature=00"}},
                  .body = body},
                 [&promise](Result<net::HttpResponse> response) { promise.set_value(std::move(response).value()); });
    return promise.get_future().get();
  };
  constexpr const char* kAction = "Version=2011-06-15&Action=GetCallerIdentity";
  const net::HttpResponse json = asked("application/json", kAction);
  EXPECT_EQ(json.status, 200);
  EXPECT_EQ(net::header(json.headers, "Content-Type"), "application/json");
  const Json answer = Json::parse(json.body)["GetCallerIdentityResponse"];
  EXPECT_EQ(answer["GetCallerIdentityResult"], (Json{{"Account", "210987654321"},
                                                     {"Arn", "arn:aws-us-gov:iam::210987654321:root"},
                                                     {"UserId", "210987654321"}}));
  EXPECT_EQ(answer["ResponseMetadata"]["RequestId"], net::header(json.headers, "x-amzn-RequestId"));

  const net::HttpResponse xml = asked("*/*", kAction);
  EXPECT_EQ(net::header(xml.headers, "Content-Type"), "text/xml");
  EXPECT_NE(xml.body.find("<Arn>arn:aws-us-gov:iam::210987654321:root</Arn><UserId>210987654321</UserId><Account>"
                          "210987654321</Account>"),
            std::string::npos);
  EXPECT_EQ(asked("application/json", "Action=GetCallerIdentityOfAnother").status, 400);
}

TEST_F(Protocol, ARegionIsAName) {
  for (const char* region : {"*", "US-EAST-1", "a.b"}) {
    EXPECT_EQ(call("ListResources", {{"TypeName", "AWS::SQS::Queue"}}, {.region = region}).error(),
              "InvalidSignatureException: Credential should be scoped to a valid region.")
        << region;
  }
}

class Lists : public testing::CloudTest {
 protected:
  std::vector<std::string> found(const std::string& type, const Json& model) {
    std::vector<std::string> identifiers;
    Json request = {{"TypeName", type}, {"ResourceModel", model.dump()}};
    for (pages_ = 1;; ++pages_) {
      const Reply page = call("ListResources", request);
      EXPECT_EQ(page.status, 200) << page.body;
      if (page.status != 200) return identifiers;
      for (const Json& entry : page.body["ResourceDescriptions"]) identifiers.push_back(entry["Identifier"]);
      if (!page.body.contains("NextToken")) return identifiers;
      request["NextToken"] = page.body["NextToken"];
    }
  }
  int pages_ = 0;
};

TEST_F(Lists, AFilterLetsOnlyThroughWhatHasTheValue) {
  constexpr const char* kGroup = "AWS::Logs::LogGroup";
  const auto key = [](const char* name) { return "arn:aws:kms:us-east-1:123456789012:key/" + std::string(name); };
  made(kGroup, {{"LogGroupName", "g"}});
  made(kGroup, {{"LogGroupName", "h"}, {"KmsKeyId", key("1")}, {"Tags", {{{"Key", "a"}, {"Value", "b"}}}}});
  EXPECT_EQ(found(kGroup, {{"KmsKeyId", key("1")}}), std::vector<std::string>{"h"});
  EXPECT_EQ(found(kGroup, {{"KmsKeyId", key("2")}}), std::vector<std::string>{});
  EXPECT_EQ(found(kGroup, {{"Tags", {{{"Value", "b"}, {"Key", "a"}}}}}), std::vector<std::string>{"h"});
  EXPECT_EQ(found(kGroup, {{"LogGroupName", "h"}}), std::vector<std::string>{"h"});
  EXPECT_EQ(found(kGroup, {{"LogGroupName", "h"}, {"KmsKeyId", key("2")}}), std::vector<std::string>{});
  EXPECT_EQ(found(kGroup, {{"NoProperty", 1}}), (std::vector<std::string>{"g", "h"}));
}

TEST_F(Lists, AFilterTellsNothingOfWriteOnlyValues) {
  constexpr const char* kSecret = "AWS::SecretsManager::Secret";
  made(kSecret, {{"Name", "s"}, {"SecretString", "hidden-value"}});
  EXPECT_EQ(found(kSecret, {{"SecretString", "hidden-value"}}), std::vector<std::string>{});
  EXPECT_EQ(found(kSecret, {{"SecretString", "another"}}), std::vector<std::string>{});
}

TEST_F(Lists, LookingForFewAmongManyGivesShortPages) {
  constexpr const char* kGroup = "AWS::Logs::LogGroup";
  start();
  std::stringstream lines;
  for (int i = 0; i < 12'000; ++i) {
    lines << R"({"TypeName":"AWS::Logs::LogGroup","region":"us-east-1","Properties":{"LogGroupName":"g)" << i << R"(")"
          << (i % 4'999 == 0 ? R"(,"RetentionInDays":7)" : "") << "}}\n";
  }
  ASSERT_EQ(cloud_->load(lines).value(), 12'000U);
  EXPECT_EQ(found(kGroup, {{"RetentionInDays", 7}}), (std::vector<std::string>{"g0", "g4999", "g9998"}));
  EXPECT_EQ(pages_, 3);
  EXPECT_EQ(found(kGroup, {{"LogGroupName", "g11999"}}), std::vector<std::string>{"g11999"});
  EXPECT_EQ(pages_, 1) << "found by key";
  EXPECT_EQ(found(kGroup, Json::object()).size(), 12'000U);
  EXPECT_EQ(pages_, 120);
}

TEST_F(Protocol, AListUnderAParentNeedsItsKey) {
  for (const Json& key : {Json(nullptr), Json(5), Json::array()}) {
    EXPECT_EQ(call("ListResources",
                   {{"TypeName", "AWS::Logs::LogStream"}, {"ResourceModel", Json({{"LogGroupName", key}}).dump()}})
                  .error(),
              "InvalidRequestException: Missing or invalid ResourceModel property in AWS::Logs::LogStream list handler "
              "request input.Required property:  (#: required key [LogGroupName] not found)")
        << key;
  }
  EXPECT_EQ(
      call("ListResources", {{"TypeName", "AWS::EKS::Nodegroup"}}).error(),
      "InvalidRequestException: Missing or invalid ResourceModel property in AWS::EKS::Nodegroup list handler request "
      "input.Required property:  (#: required key [ClusterName] not found)");
}

}  // namespace
}  // namespace squall::local_cloud
