// Changes together: what is sent, followed and told, in which order, and what a stop leaves behind.
#include "aws/change_set.h"

#include <gtest/gtest.h>

#include "change_fixture.h"

namespace squall::aws {
namespace {

using namespace testing;
using Lines = std::vector<std::string>;

TEST(ChangeSet, ACreateIsSentAndItsStatusAskedForAtOnce) {
  SetFixture fixture(in_turn({event("IN_PROGRESS"), event("SUCCESS", R"(,"Identifier":"b1")")}));
  auto outcome = fixture.run_one(create());
  EXPECT_EQ(text_of(outcome), "SUCCESS");
  EXPECT_EQ(outcome.event.identifier, "b1");
  EXPECT_EQ(fixture.transport.calls,
            (Lines{R"(CreateResource {"TypeName":"AWS::S3::Bucket","DesiredState":"{\"BucketName\":\"b1\"}",)"
                   R"("ClientToken":"token-b1"})",
                   R"(GetResourceRequestStatus {"RequestToken":"r1"})"}));
  EXPECT_EQ(fixture.notes.lines, (Lines{"accepted 0 r1 IN_PROGRESS", "finished 0 SUCCESS"}));
  EXPECT_EQ(fixture.seconds_passed(), 0);
}

TEST(ChangeSet, UpdateAndDeleteSendTheirOwnMembers) {
  SetFixture fixture(in_turn({event("SUCCESS")}));
  auto update = update_of();
  update.patch_document = R"([{"op":"remove","path":"/Tags"}])";
  update.role_arn = "arn:aws:iam::123456789012:role/r";
  update.type_version_id = "00000001";
  fixture.run({update, delete_of("b2")});
  EXPECT_EQ(fixture.transport.calls,
            (Lines{R"(UpdateResource {"TypeName":"AWS::S3::Bucket","Identifier":"b1",)"
                   R"("PatchDocument":"[{\"op\":\"remove\",\"path\":\"/Tags\"}]","TypeVersionId":"00000001",)"
                   R"("RoleArn":"arn:aws:iam::123456789012:role/r","ClientToken":"token-b1"})",
                   R"(DeleteResource {"TypeName":"AWS::S3::Bucket","Identifier":"b2","ClientToken":"token-b2"})"}));
}

TEST(ChangeSet, RetryAfterIsHonouredWhenItLiesAhead) {
  // The clock stands at 1440938160.
  SetFixture fixture(
      in_turn({event("IN_PROGRESS"), event("IN_PROGRESS", R"(,"RetryAfter":1440938172.5)"), event("SUCCESS")}));
  EXPECT_EQ(text_of(fixture.run_one(create())), "SUCCESS");
  EXPECT_EQ(fixture.seconds_passed(), 12.5);
}

TEST(ChangeSet, WithoutRetryAfterTheWaitsGrowToHalfAMinute) {
  SetFixture fixture([n = 0](const std::string&, const std::string&) mutable {
    return MaybeAnswer(++n < 40 ? event("IN_PROGRESS", R"(,"RetryAfter":1440938000)") : event("SUCCESS"));
  });
  EXPECT_EQ(text_of(fixture.run_one(create())), "SUCCESS");
  // 38 waits, of which the first eight grow from 0.2 s; each between half and the whole of its bound.
  EXPECT_GT(fixture.seconds_passed(), (25 + 30 * 30) / 2);
  EXPECT_LT(fixture.seconds_passed(), 52 + 30 * 30);
}

TEST(ChangeSet, AFailureTellsTheServicesTextAndCode) {
  SetFixture fixture(in_turn({event("IN_PROGRESS"), failed("AlreadyExists")}));
  auto outcome = fixture.run_one(create());
  EXPECT_EQ(text_of(outcome),
            "FAILED AlreadyExists: CREATE of AWS::S3::Bucket failed: told why | choose another name, or UPDATE the one "
            "that exists");
  EXPECT_EQ(outcome.error->operation, "CreateResource");
  EXPECT_EQ(outcome.error->region, "eu-west-1");
  EXPECT_EQ(outcome.error->request_id, "rid-1");
}

TEST(ChangeSet, ACancelledCreateIsAFailureThatMayHaveLeftSomething) {
  SetFixture fixture(in_turn({event("IN_PROGRESS"), event("CANCEL_IN_PROGRESS"), event("CANCEL_COMPLETE")}));
  EXPECT_EQ(text_of(fixture.run_one(create())),
            "CANCEL_COMPLETE?: CREATE of AWS::S3::Bucket was cancelled | the resource may exist; ask the cloud before "
            "you repeat the statement");
}

TEST(ChangeSet, WhatHooksSayIsKept) {
  SetFixture fixture(
      in_turn({event("IN_PROGRESS"),
               test::ok(R"({"ProgressEvent":{"OperationStatus":"SUCCESS","RequestToken":"r1"},"HooksProgressEvent":[)"
                        R"({"HookTypeName":"My::Tag::Hook","HookStatus":"HOOK_COMPLETE_FAILED","FailureMode":"WARN",)"
                        R"("HookStatusMessage":"no tags"},)"
                        R"({"HookTypeName":"My::Quiet::Hook","HookStatus":"HOOK_COMPLETE_SUCCEEDED"}]})")}));
  auto outcome = fixture.run_one(create());
  EXPECT_EQ(outcome.event.hooks, Lines{"My::Tag::Hook HOOK_COMPLETE_FAILED (WARN): no tags"});
  EXPECT_EQ(outcome.event.type_name, "AWS::S3::Bucket");
}

TEST(ChangeSet, ADeleteOfWhatIsNotThereIsNoError) {
  SetFixture by_event(in_turn({event("IN_PROGRESS"), failed("NotFound")}));
  EXPECT_EQ(text_of(by_event.run_one(delete_of())), "NOT_FOUND");
  SetFixture at_once(in_turn({test::refused(400, "ResourceNotFoundException", "gone")}));
  EXPECT_EQ(text_of(at_once.run_one(delete_of())), "NOT_FOUND");
  SetFixture update(in_turn({test::refused(400, "ResourceNotFoundException", "gone")}));
  EXPECT_EQ(text_of(update.run_one(update_of())), "- ResourceNotFoundException: gone");
}

TEST(ChangeSet, WithoutWaitingTheFirstEventIsEnough) {
  SetFixture fixture(in_turn({event("IN_PROGRESS")}));
  EXPECT_EQ(text_of(fixture.run_one(create(), {.wait = false})), "IN_PROGRESS");
  EXPECT_EQ(fixture.transport.calls.size(), 1u);
}

TEST(ChangeSet, ARequestSentEarlierIsOnlyFollowed) {
  SetFixture fixture(in_turn({event("IN_PROGRESS"), failed("InvalidRequest")}));
  auto earlier = update_of();
  earlier.request_token = "r1";
  EXPECT_EQ(text_of(fixture.run_one(earlier)), "FAILED InvalidRequest: UPDATE of AWS::S3::Bucket failed: told why");
  EXPECT_EQ(fixture.count("GetResourceRequestStatus"), 2u);
  EXPECT_EQ(fixture.transport.calls.size(), 2u);
  EXPECT_EQ(fixture.notes.lines, Lines{"finished 0 FAILED"});
}

TEST(ChangeSet, ChangesOfOneKeyGoOneBehindTheOtherAndTheRestBeside) {
  int open = 0;
  int open_max = 0;
  SetFixture fixture([&](const std::string& operation, const std::string& body) {
    if (operation == "UpdateResource") {
      open_max = std::max(open_max, ++open);
      return MaybeAnswer(event("IN_PROGRESS", "", body.find("\"b\"") != std::string::npos ? "other" : "keyed"));
    }
    --open;
    return MaybeAnswer(event("SUCCESS"));
  });
  std::vector<provider::Change> changes;
  for (int i = 0; i < 3; ++i) {
    changes.push_back(update_of("a"));
    changes.back().order_key = "a";
  }
  changes.push_back(update_of("b"));
  const auto outcomes = fixture.run(std::move(changes));
  ASSERT_EQ(outcomes.size(), 4u);
  EXPECT_EQ(open_max, 2);
  EXPECT_EQ(fixture.notes.lines, (Lines{"accepted 0 keyed IN_PROGRESS", "accepted 3 other IN_PROGRESS",
                                        "finished 0 SUCCESS", "finished 3 SUCCESS", "accepted 1 keyed IN_PROGRESS",
                                        "finished 1 SUCCESS", "accepted 2 keyed IN_PROGRESS", "finished 2 SUCCESS"}));
}

TEST(ChangeSet, WithoutWaitingOnlyTheLastOfAKeyIsNotFollowed) {
  SetFixture fixture([](const std::string& operation, const std::string&) {
    return MaybeAnswer(event(operation == "UpdateResource" ? "IN_PROGRESS" : "SUCCESS"));
  });
  auto first = update_of("a");
  auto second = update_of("a");
  first.order_key = second.order_key = "a";
  const auto outcomes = fixture.run({first, second}, {.wait = false});
  EXPECT_EQ(text_of(outcomes.at(0)), "SUCCESS");
  EXPECT_EQ(text_of(outcomes.at(1)), "IN_PROGRESS");
}

TEST(ChangeSet, AFailureDoesNotStopItsKeyButAnUnknownOutcomeDoes) {
  SetFixture certain([n = 0](const std::string&, const std::string&) mutable {
    return MaybeAnswer(++n == 1 ? failed("InvalidRequest") : event("SUCCESS"));
  });
  auto first = update_of("a");
  auto second = update_of("a");
  auto third = update_of("a");
  first.order_key = second.order_key = third.order_key = "a";
  auto outcomes = certain.run({first, second});
  EXPECT_EQ(text_of(outcomes.at(1)), "SUCCESS");

  SetFixture uncertain([](const std::string&, const std::string&) { return MaybeAnswer(lost()); });
  outcomes = uncertain.run({first, second, third});
  EXPECT_EQ(text_of(outcomes.at(0)),
            "-?: closed without an answer | the change may have been made; ask the cloud before you repeat the "
            "statement");
  for (std::size_t i : {1u, 2u}) {
    EXPECT_EQ(text_of(outcomes.at(i)),
              "- unsent: not sent: it is not known what became of the UPDATE of AWS::S3::Bucket before it | repeat the "
              "statement when that one is over");
  }
  EXPECT_EQ(uncertain.transport.calls.size(), 1u);
}

TEST(ChangeSet, AnObserverThatFailsStopsWhatHasNotLeft) {
  SetFixture fixture(
      [](const std::string& operation, const std::string&) {
        return MaybeAnswer(event(operation == "CreateResource" ? "IN_PROGRESS" : "SUCCESS"));
      },
      {.attempts_max = 1}, {.in_flight_start = 1, .in_flight_max = 1});
  fixture.notes.fails_on_accepted = true;
  auto keyed = create("b2");
  auto behind = create("b3");
  keyed.order_key = behind.order_key = "k";
  const auto outcomes = fixture.run({create("b1"), keyed, behind});
  ASSERT_EQ(outcomes.size(), 3u);
  EXPECT_EQ(text_of(outcomes[0]), "SUCCESS");
  EXPECT_EQ(text_of(outcomes[1]), "SUCCESS");
  EXPECT_EQ(text_of(outcomes[2]), "- unsent: the journal is full");
  EXPECT_EQ(fixture.count("CreateResource"), 2u);
}

TEST(ChangeSet, ChangesThatWaitForTheirTurnAreWithdrawnWhenTheObserverFails) {
  SetFixture fixture([](const std::string&, const std::string&) { return MaybeAnswer(); }, {},
                     {.in_flight_start = 1, .in_flight_max = 1});
  fixture.notes.fails_on_accepted = true;
  fixture.prepare({create("b1"), create("b2"), create("b3")});
  ASSERT_EQ(fixture.transport.held.size(), 1u);
  fixture.transport.held[0](event("SUCCESS"));  // b2 leaves in its place before the set hears of b1
  while (fixture.set->handle_next()) {
  }
  ASSERT_EQ(fixture.transport.held.size(), 2u);
  fixture.transport.held[1](event("SUCCESS"));
  while (fixture.set->handle_next()) {
  }
  EXPECT_TRUE(fixture.set->is_done());
  EXPECT_EQ(fixture.count("CreateResource"), 2u);
  EXPECT_EQ(text_of(fixture.set->take_outcomes().at(2)), "- unsent: the journal is full");
}

TEST(ChangeSet, AStopTellsWhatHasLeftFromWhatHasNot) {
  SetFixture fixture(
      [](const std::string& operation, const std::string& body) {
        if (operation == "CreateResource" && body.find("b1") != std::string::npos)
          return MaybeAnswer(event("IN_PROGRESS"));
        return MaybeAnswer();
      },
      {}, {.in_flight_start = 2, .in_flight_max = 2});
  fixture.prepare({create("b1"), create("b2"), create("b3"), create("b4")});
  fixture.set->interrupt();
  const auto outcomes = fixture.set->take_outcomes();
  const std::string hint = " | the resource may exist; ask the cloud before you repeat the statement";
  EXPECT_EQ(text_of(outcomes.at(0)), "IN_PROGRESS?: interrupted" + hint);
  EXPECT_EQ(outcomes.at(0).event.request_token, "r1");
  EXPECT_EQ(text_of(outcomes.at(1)), "-?: interrupted" + hint);
  EXPECT_EQ(text_of(outcomes.at(3)), "- unsent: interrupted");
  EXPECT_EQ(fixture.notes.lines.front(), "accepted 0 r1 IN_PROGRESS");
  const std::size_t calls = fixture.transport.calls.size();
  // Late answers find nobody, and what waited for its turn does not leave.
  for (std::size_t i = 0; i < fixture.transport.held.size(); ++i) fixture.transport.held[i](event("SUCCESS"));
  while (fixture.timer.step()) {
  }
  EXPECT_EQ(fixture.transport.calls.size(), calls);
}

TEST(ChangeSet, AStopEndsAWaitOnAnotherThread) {
  std::stop_source stop;
  SetFixture fixture([&](const std::string&, const std::string&) {
    stop.request_stop();
    return MaybeAnswer();
  });
  ChangeSet set({.cloud_of = [&](const std::string&) -> CloudControl& { return fixture.cloud; },
                 .timer = fixture.timer,
                 .clock = fixture.clock},
                {create()}, fixture.notes, {});
  const auto outcomes = set.run_to_end(stop.get_token());
  EXPECT_TRUE(outcomes.at(0).uncertain);
  EXPECT_EQ(outcomes.at(0).error->kind, ErrorKind::interrupted);
}

TEST(ChangeSet, TheBoundOnCallsHoldsForChangesAndForTheirStatus) {
  SetFixture fixture(in_turn({event("IN_PROGRESS")}));
  auto meter = std::make_shared<provider::CallMeter>();
  meter->calls_max = 1;
  const auto outcomes = fixture.run({create("b1"), create("b2")}, {.meter = meter});
  EXPECT_EQ(fixture.transport.calls.size(), 1u);
  EXPECT_EQ(text_of(outcomes.at(0)),
            "IN_PROGRESS?: the status of the CREATE of AWS::S3::Bucket cannot be had: the statement needs more than 1 "
            "calls | the resource may exist; ask the cloud before you repeat the statement");
  EXPECT_EQ(text_of(outcomes.at(1)), "- unsent: the statement needs more than 1 calls");
}

TEST(ChangeSet, OfAThousandChangesEachEndsOnce) {
  int token = 0;
  SetFixture fixture([&](const std::string& operation, const std::string&) {
    if (operation == "CreateResource") return MaybeAnswer(event("IN_PROGRESS", "", "r" + std::to_string(++token)));
    return MaybeAnswer(event("SUCCESS"));
  });
  std::vector<provider::Change> changes(1000, create());
  for (std::size_t i = 0; i < changes.size(); i += 2) changes[i].order_key = "k";
  const auto outcomes = fixture.run(std::move(changes));
  EXPECT_EQ(outcomes.size(), 1000u);
  EXPECT_EQ(std::count_if(outcomes.begin(), outcomes.end(), [](const auto& o) { return o.status == "SUCCESS"; }), 1000);
  EXPECT_EQ(fixture.transport.calls.size(), 2000u);
}

}  // namespace
}  // namespace squall::aws
