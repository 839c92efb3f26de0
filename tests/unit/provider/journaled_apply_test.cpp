#include "provider/journaled_apply.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>

namespace squall::provider {
namespace {

class HeldClock final : public Clock {
 public:
  Time now() const override { return Time(std::chrono::hours(24 * 20000)); }
};

// Answers every change at once; notes what was asked.
class FakeProvider final : public Provider {
 public:
  Result<std::unique_ptr<ResourceStream>> scan(ScanRequest) override { return internal_error("nothing is read here"); }
  Result<std::string> account_id(const std::string&, std::stop_token) override {
    ++accounts_asked;
    return account;
  }
  Result<std::string> default_region() override { return std::string("us-east-1"); }
  Result<std::string> endpoint(const std::string&, const std::string& region) override {
    return in_memory ? std::string() : "https://" + region;
  }
  Result<std::vector<ChangeOutcome>> apply(std::vector<Change> changes, ChangeObserver& observer, ApplySettings,
                                           std::stop_token) override {
    if (before_sending) before_sending();
    if (refusal) return *refusal;
    std::vector<ChangeOutcome> outcomes;
    for (std::size_t i = 0; i < changes.size(); ++i) {
      const std::string& token = changes[i].client_token;
      ProgressEvent event{.identifier = "id-" + token, .request_token = "r-" + token};
      (void)observer.accepted(i, event);
      if (only_accept) continue;
      outcomes.push_back({.status = "SUCCESS", .event = event, .sent = true});
      (void)observer.finished(i, outcomes.back());
    }
    return outcomes;
  }

  std::function<void()> before_sending;
  std::optional<Error> refusal;
  bool in_memory = false;
  bool only_accept = false;
  int accounts_asked = 0;
  Result<std::string> account = std::string("123456789012");
};

class CountingObserver final : public ChangeObserver {
 public:
  Status accepted(std::size_t, const ProgressEvent&) override {
    ++accepted_count;
    return {};
  }
  Status finished(std::size_t, const ChangeOutcome&) override {
    ++finished_count;
    return {};
  }
  void waiting(std::size_t, std::size_t, std::size_t) override {}
  int accepted_count = 0;
  int finished_count = 0;
};

JournalEntry entry(const std::string& token, std::string_view status = kPlanned) {
  return {.change = {.type_name = "AWS::A::B", .region = "us-east-1", .client_token = token},
          .endpoint = {},
          .account_id = {},
          .resource = "aws.a.bs",
          .status = std::string(status)};
}

class JournaledApplyTest : public ::testing::Test {
 protected:
  JournaledApplyTest() {
    std::string pattern = ::testing::TempDir() + "apply.XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    journal_ = std::make_unique<Journal>(Journal::open(folder_ + "/journal.db", clock_).value());
  }
  ~JournaledApplyTest() override { std::filesystem::remove_all(folder_); }

  Result<AppliedChanges> apply(std::vector<JournalEntry> entries) {
    const JournalSource source = [this]() -> Result<Journal*> { return journal_.get(); };
    return apply_journaled(source, provider_, "statement", std::move(entries), observer_, {}, {});
  }
  std::string statuses() {
    std::string text;
    for (const JournalSet& set : journal_->masked_sets().value()) {
      for (const JournalEntry& each : set.entries) text += each.status + ":" + each.change.identifier + " ";
    }
    return text;
  }
  bool owned_by_another() {
    Journal other = Journal::open(folder_ + "/journal.db", clock_).value();
    return other.take_unfinished([](const JournalEntry&) { return true; }).value().empty();
  }

  HeldClock clock_;
  FakeProvider provider_;
  CountingObserver observer_;
  std::string folder_;
  std::unique_ptr<Journal> journal_;
};

TEST_F(JournaledApplyTest, TheSetIsThereBeforeAnythingIsSent) {
  std::string before;
  provider_.before_sending = [&] {
    before = statuses();
    EXPECT_TRUE(owned_by_another());
  };
  const auto outcomes = apply({entry("a"), entry("b", kUnchanged), entry("c")}).value().outcomes;
  EXPECT_EQ(before, "PLANNED: UNCHANGED: PLANNED: ");
  EXPECT_EQ(statuses(), "SUCCESS:id-a UNCHANGED: SUCCESS:id-c ");
  ASSERT_EQ(outcomes.size(), 3U);
  EXPECT_EQ(outcomes[0].event.identifier, "id-a");
  EXPECT_EQ(outcomes[1].status, "UNCHANGED");
  EXPECT_EQ(outcomes[2].event.identifier, "id-c");
  EXPECT_EQ(observer_.accepted_count, 2);
  EXPECT_EQ(observer_.finished_count, 2);
  EXPECT_EQ(provider_.accounts_asked, 1);
}

TEST_F(JournaledApplyTest, LetsGoOfWhatIsNotFinished) {
  provider_.only_accept = true;
  provider_.before_sending = [&] { EXPECT_TRUE(owned_by_another()); };
  std::vector<JournalEntry> entries = {entry("a")};
  const auto source = [this]() -> Result<Journal*> { return journal_.get(); };
  (void)apply_journaled(source, provider_, "x", {entry("u", kUnchanged)}, observer_, {}, {});
  EXPECT_EQ(statuses(), "");  // nothing was to be sent
  const std::int64_t set = journal_->begin_set("x", entries).value();
  (void)apply_recorded(*journal_, provider_, journal_->set(set).value().value(), {0}, observer_, {}, {});
  EXPECT_EQ(statuses(), "SENT:id-a ");
  journal_->let_go(set);
  EXPECT_FALSE(owned_by_another());
}

TEST_F(JournaledApplyTest, WhatWasRefusedAsAWholeIsNotTakenUpLater) {
  provider_.refusal = Error{.kind = ErrorKind::credentials, .message = "no credentials"};
  EXPECT_EQ(apply({entry("a")}).error().message, "no credentials");
  EXPECT_EQ(statuses(), "FAILED: ");
}

TEST_F(JournaledApplyTest, AnAccountThatNobodyTellsIsNoReasonNotToChange) {
  provider_.account = Error{.kind = ErrorKind::service, .message = "not you", .code = "AccessDenied"};
  EXPECT_EQ(apply({entry("a")}).value().outcomes[0].status, "SUCCESS");
  EXPECT_EQ(journal_->set(1).value()->entries[0].account_id, "");
  provider_.account = Error{.kind = ErrorKind::interrupted, .message = "interrupted"};
  EXPECT_EQ(apply({entry("b")}).error().message, "interrupted");
  EXPECT_EQ(statuses(), "SUCCESS:id-a ");
}

TEST_F(JournaledApplyTest, TellsThatTheJournalDoesNotKnowHowTheChangesEnded) {
  provider_.before_sending = [&] {
    auto other = sqlite::Connection::open(folder_ + "/journal.db").value();
    ASSERT_TRUE(other.run("DROP TABLE change"));
  };
  const auto applied = apply({entry("a")});
  ASSERT_TRUE(applied);
  ASSERT_TRUE(applied->not_recorded);
  EXPECT_NE(applied->not_recorded->message.find("the journal"), std::string::npos);
}

TEST_F(JournaledApplyTest, AllStatementsOfACommitAreThereBeforeTheFirstIsSent) {
  std::vector<std::string> before;
  provider_.before_sending = [&] { before.push_back(statuses()); };
  std::vector<JournaledStep> steps(2);
  steps[0].entries = {entry("a"), entry("u", kUnchanged)};
  steps[1].entries = {entry("b")};
  const JournalSource source = [this]() -> Result<Journal*> { return journal_.get(); };
  const auto applied = apply_journaled(source, provider_, "x", steps, observer_, {}, {}).value();
  EXPECT_EQ(before, (std::vector<std::string>{"PLANNED: UNCHANGED: PLANNED: ", "SUCCESS:id-a UNCHANGED: PLANNED: "}));
  EXPECT_EQ(applied.steps, 2U);
  EXPECT_EQ(applied.outcomes.size(), 3U);
}

TEST_F(JournaledApplyTest, NothingIsSentBehindAStatementThatFailed) {
  std::vector<JournaledStep> steps(3);
  for (const char* token : {"a", "b", "c"}) steps[token[0] - 'a'].entries = {entry(token)};
  int sent = 0;
  provider_.before_sending = [&] {
    if (++sent == 2) provider_.refusal = Error{.kind = ErrorKind::service, .message = "no more"};
  };
  const JournalSource source = [this]() -> Result<Journal*> { return journal_.get(); };
  const auto applied = apply_journaled(source, provider_, "x", steps, observer_, {}, {}).value();
  EXPECT_EQ(sent, 2);
  EXPECT_EQ(applied.steps, 2U);
  EXPECT_EQ(applied.outcomes[1].error->message, "no more");
  EXPECT_EQ(statuses(), "SUCCESS:id-a FAILED: FAILED: ");
  EXPECT_EQ(journal_->set(1).value()->entries[2].message, kBehindFailure);
}

TEST_F(JournaledApplyTest, KeepsNothingOfACloudInMemory) {
  provider_.in_memory = true;
  EXPECT_EQ(apply({entry("a")}).value().outcomes[0].status, "SUCCESS");
  EXPECT_EQ(statuses(), "");
}

TEST_F(JournaledApplyTest, NothingIsSentWithoutTheJournal) {
  bool sent = false;
  provider_.before_sending = [&] { sent = true; };
  const JournalSource broken = []() -> Result<Journal*> { return data_error("the journal is damaged"); };
  const auto outcomes = apply_journaled(broken, provider_, "x", {entry("a")}, observer_, {}, {});
  EXPECT_EQ(outcomes.error().message, "the journal is damaged");
  EXPECT_FALSE(sent);
}

}  // namespace
}  // namespace squall::provider
