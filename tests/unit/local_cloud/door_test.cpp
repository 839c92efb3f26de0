// The door: what it adds to answers and takes from them, without a socket and without waiting.
#include "local_cloud/door.h"

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

}  // namespace
}  // namespace squall::local_cloud
