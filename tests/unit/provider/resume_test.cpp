#include "provider/resume.h"

#include "unit/provider/small_cloud.h"

namespace squall::provider {
namespace {

class ResumeTest : public testing::JournalledCloudTest {
 protected:
  // "set: status identifier message" of each change that was taken up.
  std::string resumed() {
    const auto resumed = resume({*journal_, cloud_, catalogue_, clock_, observer_}, {});
    if (!resumed) return "error: " + resumed.error().message;
    std::string text;
    for (const std::string& place : resumed->others) text += "left: " + place + "\n";
    if (resumed->failure) text += "failure: " + resumed->failure->message + "\n";
    for (const ResumedSet& set : resumed->sets) {
      for (const JournalEntry& change : set.changes) {
        text += std::to_string(set.id) + ": " + change.status + " " + change.change.identifier + " " + change.message +
                "\n";
      }
    }
    return text;
  }
};

TEST_F(ResumeTest, FindsNothingWhereAllIsDone) {
  apply({create("a")});
  reopen();
  EXPECT_EQ(resumed(), "");
  EXPECT_EQ(cloud_.done.size(), 1U);
}

TEST_F(ResumeTest, SendsWhatWasNotSentAndFollowsWhatWas) {
  const JournalEntry sent = create("sent");
  const JournalEntry lost = create("lost");
  const std::int64_t set = journal_->begin_set("x", {sent, create("planned"), lost}).value();
  // The process died behind the acceptance of the first, and before the answer to the third came.
  cloud_.requests["r1"] = {.identifier = "arn:sent", .request_token = "r1", .operation_status = "SUCCESS"};
  ASSERT_TRUE(journal_->record_accepted(set, 0, {.request_token = "r1"}));
  cloud_.requests["r3"] = {.identifier = "arn:lost", .request_token = "r3", .operation_status = "SUCCESS"};
  cloud_.tokens[lost.change.client_token] = "r3";
  reopen();
  EXPECT_EQ(resumed(), "1: SUCCESS arn:sent \n1: SUCCESS arn:planned \n1: SUCCESS arn:lost \n");
  ASSERT_EQ(cloud_.done.size(), 1U);  // nothing twice
  EXPECT_TRUE(cloud_.done[0].starts_with("CREATE arn:planned"));
  EXPECT_EQ(resumed(), "");
}

TEST_F(ResumeTest, LeavesSetsThatAreRunningAndThoseOfOthersAlone) {
  JournalEntry elsewhere = create("elsewhere");
  elsewhere.account_id = "999999999999";
  JournalEntry local = create("local");
  local.endpoint = "local:/x";
  journal_->begin_set("x", {elsewhere, local}).value();
  reopen();
  Journal owner = Journal::open(folder_ + "/journal.db", clock_).value();
  owner.begin_set("running", {create("a")}).value();
  EXPECT_EQ(resumed(), "left: https://us-east-1, account 999999999999\nleft: local:/x, account 123456789012\n");
  EXPECT_TRUE(cloud_.done.empty());
}

TEST_F(ResumeTest, TakesUpWhatWasJournaledWhileTheAccountCouldNotBeTold) {
  JournalEntry untold = create("untold");
  untold.account_id.clear();
  journal_->begin_set("x", {untold}).value();
  reopen();
  EXPECT_EQ(resumed(), "1: SUCCESS arn:untold \n");
}

TEST_F(ResumeTest, SaysWhyAnAccountCouldNotBeToldAndFinishesTheRest) {
  JournalEntry untold = create("untold");
  untold.account_id.clear();
  journal_->begin_set("x", {create("told")}).value();
  journal_->begin_set("x", {untold}).value();
  reopen();
  cloud_.account = Error{.kind = ErrorKind::service, .message = "no account"};
  EXPECT_EQ(resumed(), "left: https://us-east-1, account 123456789012\nfailure: no account\n2: SUCCESS arn:untold \n");
}

TEST_F(ResumeTest, ARequestThatFailedLongAgoMayHaveBeenSentAgain) {
  apply({create("a")});
  const std::int64_t set = journal_->begin_set("x", {update("a", "new", "u")}).value();
  cloud_.requests["r"] = {.identifier = "arn:a", .request_token = "r", .operation_status = "FAILED"};
  ASSERT_TRUE(journal_->record_accepted(set, 0, {.request_token = "r"}));
  cloud_.resources["arn:a"]["Description"] = "new";
  reopen();
  clock_.pass(std::chrono::hours(37));
  EXPECT_EQ(resumed(), "2: SUCCESS arn:a not sent again after so long: the resource is as it was to be\n");
}

TEST_F(ResumeTest, APatchOfTheUsersOwnCannotBeJudged) {
  apply({create("a")});
  JournalEntry patch = update("a", "new", "u");
  patch.before.clear();
  patch.after.clear();
  journal_->begin_set("x", {patch}).value();
  reopen();
  clock_.pass(std::chrono::hours(37));
  EXPECT_EQ(resumed(), "2: FAILED arn:a not sent again after so long: nobody can tell whether the patch was applied\n");
}

TEST_F(ResumeTest, AfterThirtySixHoursItLooksAndDoesNotSend) {
  JournalEntry named = create("named");
  named.change.expected_identifier = "arn:named";
  apply({create("there"), create("changing"), create("changed")});
  const JournalEntry done = update("there", "new", "u1");
  const JournalEntry not_done = update("changing", "new", "u2");
  cloud_.resources["arn:there"]["Description"] = "new";
  const JournalEntry kept = remove("changed");
  JournalEntry gone = kept;
  gone.change.identifier = "arn:gone";
  journal_->begin_set("x", {create("unnamed"), named, done, not_done, kept, gone}).value();
  reopen();
  clock_.pass(std::chrono::hours(37));
  cloud_.done.clear();
  EXPECT_EQ(resumed(),
            "2: FAILED  not sent again after so long: the resource may exist; its identifier is not known\n"
            "2: FAILED  not sent again after so long: the resource is not there\n"
            "2: SUCCESS arn:there not sent again after so long: the resource is as it was to be\n"
            "2: FAILED arn:changing not sent again after so long: the resource is there, but not as it was to be\n"
            "2: FAILED arn:changed not sent again after so long: the resource is there\n"
            "2: NOT_FOUND arn:gone the resource is not there any more\n");
  EXPECT_TRUE(cloud_.done.empty());
  EXPECT_EQ(resumed(), "");
}

TEST_F(ResumeTest, FinishesTheStatementsOfACommitInTheirOrder) {
  JournalEntry second = create("second");
  second.step = 1;
  JournalEntry third = create("third");
  third.step = 2;
  const std::int64_t set = journal_->begin_set("x", {create("first"), second, third}).value();
  // The process died while the first was under way.
  cloud_.requests["r1"] = {.identifier = "arn:first", .request_token = "r1", .operation_status = "SUCCESS"};
  ASSERT_TRUE(journal_->record_accepted(set, 0, {.request_token = "r1"}));
  reopen();
  EXPECT_EQ(resumed(), "1: SUCCESS arn:first \n1: SUCCESS arn:second \n1: SUCCESS arn:third \n");
  ASSERT_EQ(cloud_.done.size(), 2U);
  EXPECT_TRUE(cloud_.done[0].starts_with("CREATE arn:second"));
}

TEST_F(ResumeTest, SendsNothingBehindAStatementOfACommitThatFailed) {
  JournalEntry second = create("second");
  second.step = 1;
  const std::int64_t set = journal_->begin_set("x", {create("first"), second}).value();
  ASSERT_TRUE(journal_->record_end(set, 0, "FAILED", "told why"));
  reopen();
  EXPECT_EQ(resumed(), "1: FAILED  not sent: an earlier statement of the transaction failed\n");
  EXPECT_TRUE(cloud_.done.empty());
}

TEST_F(ResumeTest, SendsNoStatementOfACommitWhileAnEarlierOneIsOpen) {
  JournalEntry elsewhere = create("first");
  elsewhere.account_id = "999999999999";
  JournalEntry second = create("second");
  second.step = 1;
  journal_->begin_set("x", {elsewhere, second}).value();
  reopen();
  EXPECT_EQ(resumed(), "left: https://us-east-1, account 999999999999\n1: PLANNED  \n");
  EXPECT_TRUE(cloud_.done.empty());
}

TEST_F(ResumeTest, DoesNotUndoWhatALaterSetChanged) {
  apply({create("a")});
  journal_->begin_set("x", {update("a", "old", "u1")}).value();
  apply({update("a", "new", "u2")});
  cloud_.done.clear();
  reopen();
  EXPECT_EQ(resumed(), "2: FAILED arn:a not sent: change set 3 changed the resource since\n");
  EXPECT_TRUE(cloud_.done.empty());
}

TEST_F(ResumeTest, ASetThatAWrongClockBeganIsOnlyLookedAt) {
  clock_.pass(std::chrono::hours(48));
  journal_->begin_set("x", {create("a")}).value();
  clock_.pass(std::chrono::hours(-48));
  reopen();
  EXPECT_EQ(resumed(),
            "1: FAILED  not sent again after so long: the resource may exist; its identifier is not known\n");
  EXPECT_TRUE(cloud_.done.empty());
}

TEST_F(ResumeTest, LooksAtWhatTheServiceForgot) {
  apply({create("a")});
  const std::int64_t set = journal_->begin_set("x", {update("a", "new", "u")}).value();
  ASSERT_TRUE(journal_->record_accepted(set, 0, {.request_token = "forgotten"}));
  reopen();
  EXPECT_EQ(resumed(),
            "2: FAILED arn:a not sent again after so long: the resource is there, but not as it was to be\n");
}

}  // namespace
}  // namespace squall::provider
