// The door: what it adds to answers and takes from them, without a socket and without waiting.
#include "local_cloud/door.h"

#include "net/sigv4.h"
#include "support/fake_transport.h"
#include "unit/local_cloud/cloud_fixture.h"

namespace squall::local_cloud {
namespace {

class DoorTest : public testing::CloudTest {
 protected:
  // What a request about the type meets.
  net::HttpResponse pass(const std::string& options, const std::string& operation, const testing::Json& body,
                         std::chrono::milliseconds latency = {}) {
    timer_.delays.clear();
    if (!cloud_) start();
    Door door(*cloud_, timer_, clock_,
              {.latency = latency, .faults = FaultPlan::parse(options, testing::embedded_catalogue()).value()});
    std::promise<net::HttpResponse> promise;
    door.send({.headers = {{"X-Amz-Target", "CloudApiService." + operation}}, .body = body.dump()},
              [&promise](Result<net::HttpResponse> response) { promise.set_value(std::move(response).value()); });
    return promise.get_future().get();
  }
  testing::Json list(const char* type) const { return {{"TypeName", type}}; }

  test::FakeTimer timer_;
};

std::string parsed(const char* spec) {
  const auto plan = FaultPlan::parse(spec, testing::embedded_catalogue());
  return plan ? "" : plan.error().message;
}

TEST(FaultPlanTest, NamesThePartThatIsWrong) {
  EXPECT_EQ(parsed("throttle:0.1,reset:1:AWS::S3::Bucket,handler-NotStabilized:0,seed:7"), "");
  EXPECT_EQ(parsed(""), "--faults '': part 1 is empty");
  EXPECT_EQ(parsed(","), "--faults ,: part 1 is empty");
  EXPECT_EQ(parsed("throttle:1,"), "--faults throttle:1,: part 2 is empty");
  EXPECT_EQ(parsed("throttle:1,,seed:7"), "--faults throttle:1,,seed:7: part 2 is empty");
  EXPECT_EQ(parsed("throttle:1:AWS::S3::Buket"), "--faults throttle:1:AWS::S3::Buket: there is no type AWS::S3::Buket");
  EXPECT_EQ(parsed("throttle:1:"), "--faults throttle:1:: it has no type after the colon");
  EXPECT_EQ(parsed("throttle"), "--faults throttle: it has no rate");
  EXPECT_EQ(parsed("throttle:nan"), "--faults throttle:nan: the rate is no number from 0 to 1");
  EXPECT_EQ(parsed("throttle:1.5"), "--faults throttle:1.5: the rate is no number from 0 to 1");
  EXPECT_EQ(parsed("melt:1"), "--faults melt:1: there is no such kind");
  EXPECT_EQ(parsed("handler-Odd:1"), "--faults handler-Odd:1: Odd is no HandlerErrorCode");
  EXPECT_EQ(parsed("seed:x"), "--faults seed:x: the seed is no number");
}

TEST_F(DoorTest, LatencyDelaysEveryAnswer) {
  EXPECT_EQ(pass("seed:1", "ListResources", list("AWS::S3::Bucket"), std::chrono::milliseconds(250)).status, 200);
  EXPECT_EQ(timer_.delays, std::vector{std::chrono::milliseconds(250)});
  EXPECT_EQ(pass("throttle:1", "ListResources", list("AWS::S3::Bucket"), std::chrono::milliseconds(250)).status, 400);
  EXPECT_EQ(timer_.delays, std::vector{std::chrono::milliseconds(250)});
}

TEST_F(DoorTest, SlowAnswersAreWholeAndTwoSecondsLate) {
  const auto response = pass("slow:1:AWS::S3::Bucket", "ListResources", list("AWS::S3::Bucket"));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(testing::Json::parse(response.body)["TypeName"], "AWS::S3::Bucket");
  EXPECT_EQ(timer_.delays, std::vector{std::chrono::milliseconds(2000)});
  pass("slow:1:AWS::S3::Bucket", "ListResources", list("AWS::SQS::Queue"));
  EXPECT_EQ(timer_.delays, std::vector<std::chrono::milliseconds>{});
  pass("slow:1", "ListResources", list("AWS::S3::Bucket"), std::chrono::milliseconds(50));
  EXPECT_EQ(timer_.delays, std::vector{std::chrono::milliseconds(2050)});
}

TEST_F(DoorTest, AHandlersFaultIsAFailedEventOfAChangeAndLeavesNothing) {
  const testing::Json wanted = {{"TypeName", "AWS::S3::Bucket"}, {"DesiredState", R"({"BucketName":"bucket"})"}};
  const auto response = pass("handler-NotStabilized:1", "CreateResource", wanted);
  ASSERT_EQ(response.status, 200) << response.body;
  const testing::Reply begun{200, testing::Json::parse(response.body)};
  EXPECT_EQ(begun.event()["OperationStatus"], "IN_PROGRESS");
  const testing::Reply ended = follow(begun);
  EXPECT_EQ(ended.event()["OperationStatus"], "FAILED");
  EXPECT_EQ(ended.event()["ErrorCode"], "NotStabilized");
  EXPECT_EQ(listed("AWS::S3::Bucket"), std::vector<std::string>{});
  // What needs no handler does not meet it.
  EXPECT_EQ(
      pass("handler-NotStabilized:1", "GetResourceRequestStatus", {{"RequestToken", begun.event()["RequestToken"]}})
          .status,
      200);
}

TEST_F(DoorTest, AHandlersFaultRefusesAReadAtOnce) {
  made("AWS::S3::Bucket", {{"BucketName", "bucket"}});
  const auto response =
      pass("handler-NotStabilized:1", "GetResource", {{"TypeName", "AWS::S3::Bucket"}, {"Identifier", "bucket"}});
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(testing::Json::parse(response.body)["__type"], "com.amazon.cloudapiservice#NotStabilizedException");
  // What is wrong with the request is said before a handler is asked.
  EXPECT_EQ(testing::Json::parse(pass("handler-NotStabilized:1", "GetResource",
                                      {{"TypeName", "AWS::S3::Buckets"}, {"Identifier", "bucket"}})
                                     .body)["__type"],
            "com.amazon.cloudapiservice#TypeNotFoundException");
}

TEST_F(DoorTest, BrokenAnswersAreCutOffOrReset) {
  EXPECT_EQ(pass("reset:1", "ListResources", list("AWS::S3::Bucket")).status, 0);
  const auto cut = pass("truncate:1", "ListResources", list("AWS::S3::Bucket"));
  EXPECT_EQ(net::header(cut.headers, "Content-Length"), std::to_string(cut.body.size() * 2));
  EXPECT_EQ(pass("error500:1", "ListResources", list("AWS::S3::Bucket")).status, 500);
}

class RateLimit : public DoorTest {
 protected:
  int status_of(const std::string& key, const std::string& region) {
    std::promise<net::HttpResponse> promise;
    door_.send({.headers = {{"X-Amz-Target", "CloudApiService.ListResources"},
                            {"Authorization", "AWS4-HMAC-SHA256 Credential=" + key + "/20231114/" + region +
                                                  "/cloudcontrolapi/aws4_request, Signature=00"}},
                .body = list("AWS::S3::Bucket").dump()},
               [&promise](Result<net::HttpResponse> response) { promise.set_value(std::move(response).value()); });
    return promise.get_future().get().status;
  }

  Door door_{start(), timer_, clock_, {.requests_per_second = 2}};
};

TEST_F(RateLimit, IsForAnAccountAndRegionWhicheverKeySigns) {
  EXPECT_EQ(status_of("AKIDONE", "us-east-1"), 200);
  EXPECT_EQ(status_of("AKIDTWO", "us-east-1"), 200);
  EXPECT_EQ(status_of("AKIDTHREE", "us-east-1"), 400) << "one account";
  EXPECT_EQ(status_of("AKIDONE", "eu-west-1"), 200);
  EXPECT_EQ(status_of("210987654321", "us-east-1"), 200);
}

TEST_F(RateLimit, ForgetsWhoIsIdle) {
  for (int i = 0; i < 3'000; ++i) {
    status_of(std::to_string(100'000'000'000 + i), "us-east-1");
    clock_.move(std::chrono::milliseconds(10));
  }
  EXPECT_LE(door_.bucket_count(), 1'000U);
  for (int i = 0; i < 3'000; ++i) status_of("AKID", std::string(100 + i, 'x'));
  EXPECT_LE(door_.bucket_count(), 1'001U) << "what is no region makes no bucket";
}

TEST_F(DoorTest, ASignatureIsForThisService) {
  Door door(start(), timer_, clock_, {.keys = std::map<std::string, Secret>{{"AKID", Secret("secret")}}});
  const auto signed_for = [&](const std::string& service, const std::string& body, bool has_target) {
    net::HttpRequest request{.method = "POST", .target = "/", .headers = {{"Host", "h"}}, .body = body};
    if (has_target) request.headers.emplace_back("X-Amz-Target", "CloudApiService.ListResources");
    net::sign(request, {"AKID", Secret("secret")}, {"us-east-1", service}, clock_.now());
    std::promise<net::HttpResponse> promise;
    door.send(std::move(request),
              [&promise](Result<net::HttpResponse> response) { promise.set_value(std::move(response).value()); });
    return promise.get_future().get();
  };
  const std::string buckets = list("AWS::S3::Bucket").dump();
  EXPECT_EQ(signed_for("cloudcontrolapi", buckets, true).status, 200);
  const auto refused = testing::Json::parse(signed_for("sqs", buckets, true).body);
  EXPECT_EQ(refused["__type"], "com.amazon.coral.service#InvalidSignatureException");
  EXPECT_EQ(refused["Message"], "Credential should be scoped to correct service: 'cloudcontrolapi'.");
  EXPECT_EQ(signed_for("sts", "Action=GetCallerIdentity", false).status, 200);
  EXPECT_EQ(signed_for("cloudcontrolapi", "Action=GetCallerIdentity", false).status, 400);
}

}  // namespace
}  // namespace squall::local_cloud
