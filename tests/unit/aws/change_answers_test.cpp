// ProgressEvents as AWS and its tools write them, and texts that name a
// request.
#include "aws/change_answers.h"

#include <gtest/gtest.h>

namespace squall::aws {
namespace {

TEST(ChangeAnswers, ReadsEveryMemberOfAnEvent) {
  const auto event = parse_progress_answer(
      R"({"ProgressEvent":{"TypeName":"AWS::X::Y","Identifier":"a|b","RequestToken":"r","Operation":"UPDATE",)"
      R"("OperationStatus":"FAILED","EventTime":1675241577.917,"ResourceModel":"{}","StatusMessage":"m",)"
      R"("ErrorCode":"NotFound","RetryAfter":"2023-02-01T08:52:58Z","HooksRequestToken":"h"}})");
  ASSERT_TRUE(event.ok()) << event.error().message;
  EXPECT_EQ(event->type_name, "AWS::X::Y");
  EXPECT_EQ(event->identifier, "a|b");
  EXPECT_EQ(event->request_token, "r");
  EXPECT_EQ(event->operation, "UPDATE");
  EXPECT_EQ(event->operation_status, "FAILED");
  EXPECT_DOUBLE_EQ(event->event_time, 1675241577.917);
  EXPECT_EQ(event->resource_model, "{}");
  EXPECT_EQ(event->status_message, "m");
  EXPECT_EQ(event->error_code, "NotFound");
  EXPECT_DOUBLE_EQ(event->retry_after, 1675241578);
}

TEST(ChangeAnswers, NullIsAsGoodAsAbsent) {
  const auto event = parse_progress_answer(
      R"({"ProgressEvent":{"OperationStatus":"PENDING","Identifier":null,"RetryAfter":null},"HooksProgressEvent":null})");
  ASSERT_TRUE(event.ok()) << event.error().message;
  EXPECT_EQ(event->operation_status, "PENDING");
}

TEST(ChangeAnswers, WhatIsNoEventIsAnErrorThatSaysWhy) {
  const auto why = [](const char* body) { return parse_progress_answer(body).error().message; };
  EXPECT_EQ(why(R"({"ProgressEvent":{"OperationStatus":7}})"),
            "the answer is not what the API promises: OperationStatus is not a "
            "string");
  EXPECT_EQ(why(R"({"ProgressEvent":{"OperationStatus":"FAILED"},"HooksProgressEvent":{}})"),
            "the answer is not what the API promises: HooksProgressEvent is no "
            "array");
  EXPECT_EQ(why(R"({"Progress":1})"), "the answer is not what the API promises: it has no ProgressEvent");
}

TEST(ChangeAnswers, FindsTheRequestThatATextNames) {
  EXPECT_EQ(request_token_in("ClientToken t is already associated with an "
                             "existing operation with RequestToken 1a-2b"),
            "1a-2b");
  EXPECT_EQ(request_token_in("busy (HandlerErrorCode: X, RequestToken: 1a-2b)"), "1a-2b");
  EXPECT_EQ(request_token_in("RequestToken"), "");
  EXPECT_EQ(request_token_in("RequestToken: "), "");
  EXPECT_EQ(request_token_in("RequestTokenNot"), "");
  EXPECT_EQ(request_token_in("nothing"), "");
}

}  // namespace
}  // namespace squall::aws
