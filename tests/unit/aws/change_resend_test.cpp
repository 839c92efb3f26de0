// When a change is sent again, with which token, and when that would be wrong.
#include <gtest/gtest.h>

#include "aws/change_policy.h"
#include "change_fixture.h"

namespace squall::aws {
namespace {

using namespace testing;
using Lines = std::vector<std::string>;

constexpr const char* kDoubtOfCreate = " | the resource may exist; ask the cloud before you repeat the statement";

// The client tokens of the changes that were sent.
Lines client_tokens(const SetFixture& fixture) {
  Lines tokens;
  for (const std::string& call : fixture.transport.calls) {
    const auto begin = call.find("\"ClientToken\":\"");
    if (begin != std::string::npos) tokens.push_back(call.substr(begin + 15, call.find('"', begin + 15) - begin - 15));
  }
  return tokens;
}

// ---- FAILED events
// -------------------------------------------------------------------------------------------------

class FailureThatMayPass : public ::testing::TestWithParam<const char*> {};

TEST_P(FailureThatMayPass, SendsAnUpdateAndADeleteAgainUnderATokenOfTheirOwn) {
  for (const auto& change : {update_of(), delete_of()}) {
    SetFixture fixture(in_turn(
        {event("IN_PROGRESS"), failed(GetParam()), event("IN_PROGRESS", "", "r2"), event("SUCCESS", "", "r2")}));
    auto outcome = fixture.run_one(change);
    EXPECT_EQ(text_of(outcome), "SUCCESS");
    EXPECT_EQ(outcome.event.request_token, "r2");
    EXPECT_EQ(outcome.event.error_code, "");
    EXPECT_EQ(client_tokens(fixture), (Lines{"token-b1", "token-b1-r1"}));
    EXPECT_EQ(fixture.notes.lines,
              (Lines{"accepted 0 r1 IN_PROGRESS", "accepted 0 r2 IN_PROGRESS", "finished 0 SUCCESS"}));
    EXPECT_GE(fixture.seconds_passed(), 0.5);
  }
}

TEST_P(FailureThatMayPass, IsTheEndAfterFiveRequests) {
  SetFixture fixture(in_turn({failed(GetParam())}));
  EXPECT_EQ(text_of(fixture.run_one(update_of())),
            std::string("FAILED ") + GetParam() + ": UPDATE of AWS::S3::Bucket failed: told why (sent 5 times)");
  EXPECT_EQ(client_tokens(fixture), (Lines{"token-b1", "token-b1-r1", "token-b1-r1", "token-b1-r1", "token-b1-r1"}));
}

TEST_P(FailureThatMayPass, SendsACreateThatTheServiceNamedNotAgain) {
  SetFixture fixture(in_turn({failed(GetParam(), R"(,"Identifier":"b1")")}));
  const auto outcome = fixture.run_one(create());
  EXPECT_EQ(fixture.transport.calls.size(), 1u);
  EXPECT_EQ(outcome.uncertain, std::string(GetParam()) != "ResourceConflict");
}

TEST_P(FailureThatMayPass, SendsACreateAgainWhereTheCallerNamesItAndItIsNotThere) {
  SetFixture fixture([&, n = 0](const std::string& operation, const std::string&) mutable {
    if (operation == "GetResource") return MaybeAnswer(test::refused(400, "ResourceNotFoundException", "not there"));
    return MaybeAnswer(++n == 1 ? failed(GetParam(), R"(,"Identifier":"b1")") : event("SUCCESS", "", "r2"));
  });
  auto change = create();
  change.expected_identifier = "b1";
  EXPECT_EQ(text_of(fixture.run_one(change)), "SUCCESS");
  EXPECT_EQ(client_tokens(fixture), (Lines{"token-b1", "token-b1-r1"}));
  EXPECT_EQ(fixture.transport.calls.at(1), R"(GetResource {"TypeName":"AWS::S3::Bucket","Identifier":"b1"})");
}

TEST_P(FailureThatMayPass, SendsACreateNotAgainWhereItIsThereOrNobodyCanTell) {
  for (const auto& read : {test::ok(R"({"ResourceDescription":{"Identifier":"b1","Properties":"{}"}})"),
                           test::refused(400, "AccessDeniedException", "no")}) {
    SetFixture fixture([&](const std::string& operation, const std::string&) {
      return MaybeAnswer(operation == "GetResource" ? read : failed(GetParam(), R"(,"Identifier":"b1")"));
    });
    auto change = create();
    change.expected_identifier = "b1";
    const auto outcome = fixture.run_one(change);
    EXPECT_EQ(outcome.status, "FAILED");
    EXPECT_EQ(fixture.count("CreateResource"), 1u);
  }
}

TEST_P(FailureThatMayPass, IsLeftAloneWhereNobodyWaits) {
  SetFixture fixture(in_turn({failed(GetParam())}));
  EXPECT_EQ(fixture.run_one(update_of(), {.wait = false}).status, "FAILED");
  EXPECT_EQ(fixture.transport.calls.size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(ChangeResend, FailureThatMayPass,
                         ::testing::Values("Throttling", "NetworkFailure", "ResourceConflict", "ServiceInternalError"));

TEST(ChangeResend, AThrottledCreateWithoutIdentifierMadeNothingAndIsSentAgain) {
  SetFixture fixture(in_turn({failed("Throttling"), event("SUCCESS", "", "r2")}));
  EXPECT_EQ(text_of(fixture.run_one(create())), "SUCCESS");
  EXPECT_EQ(client_tokens(fixture), (Lines{"token-b1", "token-b1-r1"}));
}

TEST(ChangeResend, ACreateThatBrokeOffSaysThatTheResourceMayExist) {
  for (const char* code : {"NetworkFailure", "ServiceInternalError", "NotStabilized", "InternalFailure"}) {
    SetFixture fixture(in_turn({failed(code)}));
    EXPECT_EQ(text_of(fixture.run_one(create())),
              std::string("FAILED? ") + code + ": CREATE of AWS::S3::Bucket failed: told why" + kDoubtOfCreate);
    EXPECT_EQ(fixture.transport.calls.size(), 1u);
  }
}

TEST(ChangeResend, AFailureThatStaysIsNotTriedAgain) {
  for (const char* code :
       {"InvalidRequest", "AccessDenied", "NotUpdatable", "NotStabilized", "GeneralServiceException"}) {
    SetFixture fixture(in_turn({failed(code)}));
    EXPECT_EQ(fixture.run_one(update_of()).status, "FAILED");
    EXPECT_EQ(fixture.transport.calls.size(), 1u);
  }
}

// ---- Calls
// ---------------------------------------------------------------------------------------------------------

TEST(ChangeResend, ALostAnswerIsAskedForAgainUnderTheSameToken) {
  SetFixture fixture(
      in_turn({lost(), test::refused(503, "ServiceUnavailable", "busy"), event("IN_PROGRESS"), event("SUCCESS")}),
      {.attempts_max = 4});
  EXPECT_EQ(text_of(fixture.run_one(create())), "SUCCESS");
  EXPECT_EQ(client_tokens(fixture), (Lines{"token-b1", "token-b1", "token-b1"}));
}

TEST(ChangeResend, AnswersThatNeverComeLeaveTheOutcomeOpen) {
  SetFixture fixture(in_turn({lost()}), {.attempts_max = 3});
  EXPECT_EQ(text_of(fixture.run_one(create())), std::string("-?: closed without an answer") + kDoubtOfCreate);
  EXPECT_EQ(fixture.transport.calls.size(), 3u);
}

TEST(ChangeResend, ARefusalBehindALostAnswerLeavesTheOutcomeOpen) {
  SetFixture fixture(in_turn({lost(), test::refused(400, "ThrottlingException", "Rate exceeded")}),
                     {.attempts_max = 3, .throttled_attempts_max = 2});
  EXPECT_EQ(text_of(fixture.run_one(create())), std::string("-? ThrottlingException: Rate exceeded") + kDoubtOfCreate);
}

TEST(ChangeResend, AConnectionThatNeverCameAboutLeavesNothingOpen) {
  SetFixture fixture(in_turn({Error{.kind = ErrorKind::network, .message = "connection refused", .not_sent = true}}),
                     {.attempts_max = 3});
  EXPECT_EQ(text_of(fixture.run_one(create())), "-: connection refused");
}

TEST(ChangeResend, ARefusedCallIsNotRepeatedAndNothingIsOpen) {
  SetFixture fixture(in_turn({test::refused(400, "ValidationException", "Model validation failed")}));
  auto outcome = fixture.run_one(create());
  EXPECT_EQ(text_of(outcome), "- ValidationException: Model validation failed");
  EXPECT_EQ(outcome.error->operation, "CreateResource");
  EXPECT_EQ(outcome.error->request_id, "rid-2");
}

TEST(ChangeResend, AnAnswerThatCannotBeReadLeavesTheOutcomeOpen) {
  for (const char* body : {"", "{}", "<html>", R"({"ProgressEvent":{}})", R"({"ProgressEvent":[]})",
                           R"({"ProgressEvent":{"OperationStatus":"IN_PROGRESS"}})",
                           R"({"ProgressEvent":{"OperationStatus":"SUCCESS","EventTime":"soon"}})"}) {
    SetFixture fixture(in_turn({test::ok(body)}));
    const auto outcome = fixture.run_one(create());
    EXPECT_TRUE(outcome.uncertain) << body;
    EXPECT_EQ(outcome.error->kind, ErrorKind::data) << body;
    EXPECT_EQ(outcome.error->operation, "CreateResource") << body;
  }
}

TEST(ChangeResend, ATokenThatIsKnownNamesTheRequestToFollow) {
  SetFixture fixture(
      in_turn({test::refused(400, "ClientTokenConflictException",
                             "ClientToken token-b1 is already associated with "
                             "an existing operation with "
                             "RequestToken 0aF-9"),
               event("IN_PROGRESS", R"(,"Operation":"CREATE")", "0aF-9"), event("SUCCESS", "", "0aF-9")}));
  auto change = create();
  change.may_be_sent = true;
  EXPECT_EQ(text_of(fixture.run_one(change)), "SUCCESS");
  EXPECT_EQ(fixture.transport.calls.at(1), R"(GetResourceRequestStatus {"RequestToken":"0aF-9"})");
  EXPECT_EQ(fixture.notes.lines, (Lines{"accepted 0 0aF-9 IN_PROGRESS", "finished 0 SUCCESS"}));
}

TEST(ChangeResend, ATokenOfAnotherChangeIsNotTakenForOurs) {
  SetFixture fixture(in_turn({test::refused(400, "ClientTokenConflictException", "with RequestToken r9"),
                              event("SUCCESS", R"(,"Operation":"DELETE")", "r9")}));
  auto change = create();
  change.may_be_sent = true;
  EXPECT_EQ(text_of(fixture.run_one(change)),
            "- ClientTokenConflictException: the client token of this change "
            "belongs to another one: DELETE of "
            "AWS::S3::Bucket, RequestToken r9 | repeat the statement: a new "
            "token is made for it");
}

TEST(ChangeResend, ATokenThatOurOwnChangeCannotHaveUsedIsAnError) {
  SetFixture fixture(in_turn({test::refused(400, "ClientTokenConflictException", "with RequestToken r9")}));
  EXPECT_EQ(
      text_of(fixture.run_one(create())),
      "- ClientTokenConflictException: with RequestToken r9 | the ClientToken was used for another change: give each "
      "its own, or leave it out");
  EXPECT_EQ(fixture.transport.calls.size(), 1u);
}

TEST(ChangeResend, ABusyResourceIsWaitedForUnderTheSameToken) {
  for (const char* code : {"ConcurrentOperationException", "ResourceConflictException"}) {
    SetFixture fixture(in_turn({test::refused(400, code, "busy with RequestToken r7"),
                                test::refused(400, code, "busy with RequestToken r7"), event("SUCCESS")}));
    EXPECT_EQ(text_of(fixture.run_one(update_of())), "SUCCESS");
    EXPECT_EQ(client_tokens(fixture), (Lines{"token-b1", "token-b1", "token-b1"}));
    EXPECT_GE(fixture.seconds_passed(), 1.5);
  }
}

TEST(ChangeResend, ABusyResourceIsNotWaitedForForEver) {
  SetFixture fixture(in_turn({test::refused(400, "ConcurrentOperationException", "busy")}));
  EXPECT_EQ(text_of(fixture.run_one(update_of())), "- ConcurrentOperationException: busy");
  EXPECT_EQ(fixture.transport.calls.size(), 21u);
}

TEST(ChangeResend, OfARequestThatNobodyHeardOfNothingIsToldByTheOneBeforeIt) {
  SetFixture fixture(in_turn({event("IN_PROGRESS"), failed("Throttling"), lost()}));
  const auto outcome = fixture.run_one(update_of());
  EXPECT_TRUE(outcome.uncertain);
  EXPECT_EQ(outcome.status, "");
  EXPECT_EQ(outcome.event.request_token, "");
  EXPECT_EQ(outcome.event.error_code, "");
}

// ---- Earlier requests
// ----------------------------------------------------------------------------------------------

TEST(ChangeResend, AnEarlierRequestThatFailedIsSentAgainAsIfItHadJustBeen) {
  SetFixture fixture(in_turn({failed("Throttling"), event("IN_PROGRESS", "", "r2"), event("SUCCESS", "", "r2")}));
  auto earlier = update_of();
  earlier.request_token = "r1";
  EXPECT_EQ(text_of(fixture.run_one(earlier)), "SUCCESS");
  EXPECT_EQ(client_tokens(fixture), Lines{"token-b1-r1"});
}

TEST(ChangeResend, AnEarlierRequestThatIsOnlyFollowedLeavesOpenWhatWouldBeSentAgain) {
  SetFixture fixture(in_turn({event("IN_PROGRESS"), failed("Throttling")}));
  auto earlier = update_of();
  earlier.request_token = "r1";
  earlier.only_follow = true;
  EXPECT_EQ(text_of(fixture.run_one(earlier)),
            "FAILED? Throttling: UPDATE of AWS::S3::Bucket failed: told why | the change may have been made; ask the "
            "cloud before you repeat the statement");
  EXPECT_EQ(client_tokens(fixture), Lines{});
  SetFixture refused(in_turn({failed("InvalidRequest")}));
  EXPECT_FALSE(refused.run_one(earlier).uncertain);
}

// ---- The status
// ----------------------------------------------------------------------------------------------------

TEST(ChangeResend, FaultsOnTheWayToTheStatusAreWaitedOut) {
  SetFixture fixture(in_turn({event("IN_PROGRESS"), lost(), test::refused(500, "InternalFailure", "oops"),
                              test::refused(400, "ThrottlingException", "Rate exceeded"), event("SUCCESS")}));
  EXPECT_EQ(text_of(fixture.run_one(create())), "SUCCESS");
  EXPECT_EQ(fixture.count("CreateResource"), 1u);
}

TEST(ChangeResend, AStatusThatCannotBeHadLeavesTheOutcomeOpen) {
  SetFixture denied(in_turn({event("IN_PROGRESS"), test::refused(400, "AccessDeniedException", "not you")}));
  EXPECT_EQ(text_of(denied.run_one(create())), std::string("IN_PROGRESS? AccessDeniedException: the status of the "
                                                           "CREATE of AWS::S3::Bucket cannot be had: "
                                                           "not you") +
                                                   kDoubtOfCreate);
  SetFixture silent(in_turn({event("IN_PROGRESS"), lost()}));
  EXPECT_TRUE(silent.run_one(create()).uncertain);
  EXPECT_EQ(silent.transport.calls.size(), 1u + kStatusFaultsMax);
}

TEST(ChangeResend, WhatTakesLongerThanItsHandlerMayIsNotWaitedFor) {
  SetFixture fixture(in_turn({event("IN_PROGRESS")}));
  auto change = create();
  change.timeout = std::chrono::minutes(2);
  EXPECT_EQ(text_of(fixture.run_one(change)),
            "IN_PROGRESS?: the CREATE of AWS::S3::Bucket is IN_PROGRESS after "
            "2 minutes, and is not waited for any "
            "longer | it goes on in the cloud as request r1; squall resume "
            "asks for it again");
  // The status is asked for a last time when the time is over.
  EXPECT_EQ(fixture.seconds_passed(), 120);
}

// ---- The rules alone
// -----------------------------------------------------------------------------------------------

TEST(ChangePolicy, ALaterTokenFollowsFromTheFirstAndTheFailedRequestAndFitsTheBound) {
  EXPECT_EQ(client_token_behind("t", "r1"), "t-r1");
  EXPECT_EQ(client_token_behind(std::string(128, 'x'), "r1"), std::string(125, 'x') + "-r1");
  EXPECT_EQ(client_token_behind(std::string(128, 'x'), "r" + std::string(127, 'y')),
            std::string(64, 'x') + "-" + std::string(63, 'y'));
}

TEST(ChangePolicy, WaitsAreBoundedWhateverTheServiceAsksFor) {
  const Clock::Time now(std::chrono::seconds(1000));
  using std::chrono::milliseconds;
  EXPECT_EQ(poll_delay({.retry_after = 1001.2504}, 1, now, 0), milliseconds(1251));
  EXPECT_EQ(poll_delay({.retry_after = 1e18}, 1, now, 0), kRetryAfterMax);
  EXPECT_EQ(poll_delay({.retry_after = 999}, 1, now, 0), milliseconds(100));
  EXPECT_EQ(poll_delay({}, 2, now, 0.5), milliseconds(300));
  EXPECT_EQ(poll_delay({}, 1'000'000, now, 0), milliseconds(15'000));
  EXPECT_LE(poll_delay({}, 1'000'000, now, 0.999), milliseconds(30'000));
}

}  // namespace
}  // namespace squall::aws
