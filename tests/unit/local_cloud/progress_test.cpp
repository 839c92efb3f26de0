#include "unit/local_cloud/cloud_fixture.h"

namespace squall::local_cloud {
namespace {

using testing::Json;
using testing::Reply;
using std::chrono_literals::operator""h;
using std::chrono_literals::operator""ms;

constexpr const char* kGroup = "AWS::Logs::LogGroup";
constexpr const char* kQueue = "AWS::SQS::Queue";

class Progress : public testing::CloudTest {
 protected:
  Progress() { start({.duration = 4000ms}); }
  std::string status(const Reply& begun) { return follow(begun).event()["OperationStatus"]; }
};

TEST_F(Progress, GoesFromPendingToInProgressToSuccessByTheClock) {
  const Reply begun = create(kGroup, {{"LogGroupName", "g"}});
  EXPECT_EQ(begun.event()["OperationStatus"], "PENDING");
  EXPECT_EQ(begun.event()["Operation"], "CREATE");
  EXPECT_EQ(begun.event()["RetryAfter"], 1'700'000'004.0);
  clock_.move(1000ms);
  EXPECT_EQ(status(begun), "IN_PROGRESS");
  clock_.move(2999ms);
  EXPECT_EQ(status(begun), "IN_PROGRESS");
  EXPECT_EQ(get(kGroup, "g").status, 400) << "nothing can be read before it is due";
  EXPECT_TRUE(listed(kGroup).empty());
  clock_.move(1ms);
  const Reply ended = follow(begun);
  EXPECT_EQ(ended.event()["OperationStatus"], "SUCCESS");
  EXPECT_EQ(ended.event()["EventTime"], 1'700'000'004.0);
  EXPECT_FALSE(ended.event().contains("RetryAfter"));
  EXPECT_EQ(listed(kGroup), std::vector<std::string>{"g"});
}

TEST_F(Progress, NeedsNoFollowingToEnd) {
  create(kGroup, {{"LogGroupName", "g"}});
  clock_.move(4000ms);
  EXPECT_EQ(properties(kGroup, "g")["LogGroupName"], "g");
}

TEST_F(Progress, TellsTheIdentifierFirstOnlyWhereTheCallerChoseIt) {
  EXPECT_EQ(create(kGroup, {{"LogGroupName", "g"}}).event()["Identifier"], "g");
  const Reply begun =
      create("AWS::SageMaker::Image", {{"ImageName", "i"}, {"ImageRoleArn", "arn:aws:iam::123456789012:role/r"}});
  EXPECT_FALSE(begun.event().contains("Identifier"));
  clock_.move(4000ms);
  EXPECT_EQ(follow(begun).event()["Identifier"], "arn:aws:sagemaker:us-east-1:123456789012:image/i");
}

TEST_F(Progress, AnUpdateShowsWhenItIsDueAndADeleteToo) {
  create(kGroup, {{"LogGroupName", "g"}, {"RetentionInDays", 7}});
  clock_.move(4000ms);
  const Reply changed = update(kGroup, "g", {{{"op", "replace"}, {"path", "/RetentionInDays"}, {"value", 90}}});
  EXPECT_EQ(changed.event()["OperationStatus"], "PENDING");
  EXPECT_EQ(properties(kGroup, "g")["RetentionInDays"], 7);
  clock_.move(4000ms);
  EXPECT_EQ(properties(kGroup, "g")["RetentionInDays"], 90);
  remove(kGroup, "g");
  EXPECT_EQ(get(kGroup, "g").status, 200);
  clock_.move(4000ms);
  EXPECT_EQ(get(kGroup, "g").status, 400);
}

TEST_F(Progress, RefusesASecondChangeOfAResourceAndNamesTheFirst) {
  create(kGroup, {{"LogGroupName", "g"}});
  clock_.move(4000ms);
  const Reply first = remove(kGroup, "g");
  const std::string refused =
      "ConcurrentOperationException: Resource of type 'AWS::Logs::LogGroup' with identifier 'g' "
      "already has a DELETE operation in progress with RequestToken " +
      first.event()["RequestToken"].get<std::string>();
  EXPECT_EQ(update(kGroup, "g", {{{"op", "add"}, {"path", "/RetentionInDays"}, {"value", 1}}}).error(), refused);
  EXPECT_EQ(remove(kGroup, "g").error(), refused);
  EXPECT_EQ(create(kGroup, {{"LogGroupName", "g"}}).error(), refused);
  EXPECT_EQ(create(kGroup, {{"LogGroupName", "other"}}).error(), "");
  clock_.move(4000ms);
  EXPECT_EQ(create(kGroup, {{"LogGroupName", "g"}}).error(), "");
}

TEST_F(Progress, ACancelledChangeIsNeverDone) {
  const Reply begun = create(kGroup, {{"LogGroupName", "g"}});
  const Json token = {{"RequestToken", begun.event()["RequestToken"]}};
  clock_.move(2000ms);
  const Reply cancelled = call("CancelResourceRequest", token);
  EXPECT_EQ(cancelled.event()["OperationStatus"], "CANCEL_COMPLETE");
  EXPECT_EQ(cancelled.event()["EventTime"], 1'700'000'002.0);
  clock_.move(10000ms);
  EXPECT_EQ(call("CancelResourceRequest", token).body, cancelled.body) << "twice is the same";
  EXPECT_EQ(follow(begun).body, cancelled.body);
  EXPECT_EQ(get(kGroup, "g").status, 400);
  EXPECT_EQ(create(kGroup, {{"LogGroupName", "g"}}).error(), "") << "it holds the resource no longer";
}

TEST_F(Progress, WhatHasEndedCannotBeCancelled) {
  const Reply begun = create(kGroup, {{"LogGroupName", "g"}});
  const std::string token = begun.event()["RequestToken"];
  clock_.move(4000ms);
  EXPECT_EQ(call("CancelResourceRequest", {{"RequestToken", token}}).error(),
            "ValidationException: Request " + token + " is already in status SUCCESS");
  EXPECT_EQ(call("CancelResourceRequest", {{"RequestToken", "DOESNOTEXIST"}}).error(),
            "RequestTokenNotFoundException: Request with token DOESNOTEXIST was not found");
}

TEST_F(Progress, AClientTokenAnswersForADayAndAHalf) {
  const Json body = {{"TypeName", kQueue}, {"DesiredState", R"({"QueueName":"q"})"}, {"ClientToken", "t"}};
  const Reply first = call("CreateResource", body);
  const std::string token = first.event()["RequestToken"];
  clock_.move(36h);
  const Reply again = call("CreateResource", body);
  EXPECT_EQ(again.event()["RequestToken"], token);
  EXPECT_EQ(again.event()["OperationStatus"], "SUCCESS") << "as the request stands now";
  Json other = body;
  other["DesiredState"] = R"({"QueueName":"r"})";
  EXPECT_EQ(call("CreateResource", other).error(),
            "ClientTokenConflictException: ClientToken t is already associated with an existing operation with "
            "RequestToken " +
                token);
  EXPECT_EQ(call("DeleteResource", {{"TypeName", kQueue}, {"Identifier", "q"}, {"ClientToken", "t"}}).status, 400);
  clock_.move(1ms);
  EXPECT_NE(call("CreateResource", other).event()["RequestToken"], token);
}

TEST_F(Progress, RequestsAreForgottenAfterSevenDays) {
  const Reply begun = create(kGroup, {{"LogGroupName", "g"}});
  clock_.move(7 * 24h);
  EXPECT_EQ(follow(begun).status, 200);
  clock_.move(1ms);
  EXPECT_EQ(follow(begun).error().substr(0, 29), "RequestTokenNotFoundException");
  EXPECT_TRUE(call("ListResourceRequests", Json::object()).body["ResourceRequestStatusSummaries"].empty());
  EXPECT_EQ(get(kGroup, "g").status, 200) << "what it made stays";
}

class RequestList : public Progress {
 protected:
  std::vector<std::string> told(const Json& body) {
    std::vector<std::string> lines;
    const Reply reply = call("ListResourceRequests", body);
    for (const Json& event : reply.body["ResourceRequestStatusSummaries"])
      lines.push_back(event["Operation"].get<std::string>() + " " + event["Identifier"].get<std::string>() + " " +
                      event["OperationStatus"].get<std::string>());
    next_token_ = reply.body.value("NextToken", "");
    return lines;
  }
  std::string next_token_;
};

TEST_F(RequestList, FiltersByOperationAndStatus) {
  create(kGroup, {{"LogGroupName", "a"}});
  clock_.move(4000ms);
  remove(kGroup, "none");
  clock_.move(4000ms);
  remove(kGroup, "a");
  clock_.move(1000ms);
  create(kGroup, {{"LogGroupName", "b"}});
  using Lines = std::vector<std::string>;
  EXPECT_EQ(told(Json::object()),
            (Lines{"CREATE b PENDING", "DELETE a IN_PROGRESS", "DELETE none FAILED", "CREATE a SUCCESS"}));
  EXPECT_EQ(told({{"ResourceRequestStatusFilter", {{"Operations", {"CREATE"}}}}}),
            (Lines{"CREATE b PENDING", "CREATE a SUCCESS"}));
  EXPECT_EQ(told({{"ResourceRequestStatusFilter", {{"OperationStatuses", {"IN_PROGRESS", "FAILED"}}}}}),
            (Lines{"DELETE a IN_PROGRESS", "DELETE none FAILED"}));
  EXPECT_EQ(told({{"ResourceRequestStatusFilter", {{"Operations", {"UPDATE"}}, {"OperationStatuses", {"FAILED"}}}}}),
            Lines{});
  EXPECT_EQ(
      call("ListResourceRequests", {{"ResourceRequestStatusFilter", {{"Operations", {"READ"}}}}}).error(),
      "ValidationException: 1 validation error detected: Value '[READ]' at 'resourceRequestStatusFilter.operations' "
      "failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [CREATE, "
      "DELETE, UPDATE]]");
}

TEST_F(RequestList, HasPagesThatTellEveryRequestOnce) {
  for (int i = 0; i < 23; ++i) create(kGroup, {{"LogGroupName", "g" + std::to_string(i)}});
  EXPECT_EQ(told(Json::object()).size(), 20u) << "the default page";
  EXPECT_EQ(told({{"NextToken", next_token_}}).size(), 3u);
  EXPECT_EQ(next_token_, "");
  std::vector<std::string> all;
  do {
    Json body = {{"MaxResults", 5}};
    if (!next_token_.empty()) body["NextToken"] = next_token_;
    const auto page = told(body);
    all.insert(all.end(), page.begin(), page.end());
  } while (!next_token_.empty());
  ASSERT_EQ(all.size(), 23u);
  for (int i = 0; i < 23; ++i)
    EXPECT_EQ(all[static_cast<std::size_t>(i)], "CREATE g" + std::to_string(22 - i) + " PENDING");
}

TEST_F(RequestList, ATokenBelongsToItsList) {
  for (int i = 0; i < 3; ++i) create(kGroup, {{"LogGroupName", "g" + std::to_string(i)}});
  told({{"MaxResults", 1}});
  EXPECT_EQ(call("ListResourceRequests",
                 {{"NextToken", next_token_}, {"ResourceRequestStatusFilter", {{"Operations", {"CREATE"}}}}})
                .error(),
            "InvalidRequestException: Invalid NextToken");
}

}  // namespace
}  // namespace squall::local_cloud
