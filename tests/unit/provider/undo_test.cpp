#include "provider/undo.h"

#include <algorithm>

#include "unit/provider/small_cloud.h"

namespace squall::provider {
namespace {

class UndoTest : public testing::JournalledCloudTest {
 protected:
  Result<UndoPlan> plan(std::int64_t set) {
    const auto token = [this] { return "undo " + std::to_string(++tokens_); };
    return plan_undo({*journal_, cloud_, catalogue_, token}, set, {});
  }
  // What is carried out to take a set back, and what is said of it.
  std::string undone(std::int64_t set) {
    cloud_.done.clear();
    auto planned = plan(set);
    if (!planned) return planned.error().message;
    apply(planned->entries);
    std::string text;
    for (const std::string& done : cloud_.done) text += done + "\n";
    for (const std::string& notice : planned->notices) text += notice + "\n";
    return text;
  }

 private:
  int tokens_ = 0;
};

TEST_F(UndoTest, DeletesWhatWasCreatedTheLastFirst) {
  apply({create("a"), create("b")});
  EXPECT_EQ(undone(1), "DELETE arn:b \nDELETE arn:a \n");
  EXPECT_TRUE(cloud_.resources.empty());
}

TEST_F(UndoTest, PatchesBackToTheStateBefore) {
  apply({create("a")});
  const auto before = cloud_.resources;
  apply({update("a", "new", "u")});
  EXPECT_EQ(undone(2), R"(UPDATE arn:a [{"op":"remove","path":"/Description"}])"
                       "\n");
  EXPECT_EQ(cloud_.resources, before);
  // And the undoing can be undone.
  EXPECT_EQ(undone(3), R"(UPDATE arn:a [{"op":"add","path":"/Description","value":"new"}])"
                       "\n");
}

TEST_F(UndoTest, TakesBackAllStatementsOfACommit) {
  JournalEntry second = create("b");
  std::vector<JournaledStep> steps(2);
  steps[0].entries = {create("a")};
  steps[1].entries = {second};
  const auto source = [this]() -> Result<Journal*> { return journal_.get(); };
  ASSERT_TRUE(apply_journaled(source, cloud_, "commit", steps, observer_, {}, {}));
  EXPECT_EQ(undone(1), "DELETE arn:b \nDELETE arn:a \n");
  EXPECT_TRUE(cloud_.resources.empty());
}

TEST_F(UndoTest, RefusesWhereWhatAnUpdateTookOutWasGivenAnew) {
  apply({create("a")});
  apply({update("a", "old", "u1")});
  JournalEntry removal = update("a", "", "u2");
  testing::SmallCloud::Json state = cloud_.resources.at("arn:a");
  state.erase("Description");
  removal.after = state.dump();
  removal.change.patch_document = R"([{"op":"remove","path":"/Description"}])";
  apply({removal});
  cloud_.resources["arn:a"]["Description"] = "newer";
  EXPECT_NE(undone(3).find("it was changed since"), std::string::npos);
  EXPECT_TRUE(cloud_.done.empty());
}

TEST_F(UndoTest, LeavesWhatAnUpdatedResourceHasGotSince) {
  apply({create("a")});
  apply({update("a", "new", "u")});
  cloud_.resources["arn:a"]["KmsKeyId"] = "somebody's";
  EXPECT_EQ(undone(2), R"(UPDATE arn:a [{"op":"remove","path":"/Description"}])"
                       "\n");
  EXPECT_EQ(cloud_.resources["arn:a"]["KmsKeyId"], "somebody's");
}

TEST_F(UndoTest, MakesWhatWasDeletedAgainWithTheValuesThatTheJournalKnows) {
  apply({create("a", "hush")});
  apply({remove("a")});
  EXPECT_EQ(undone(2),
            R"(CREATE arn:a {"Name":"a","SecretString":"hush"})"
            "\naws.secretsmanager.secrets arn:a: the value of GenerateSecretString, if it had one, is not known\n");
  EXPECT_EQ(cloud_.resources.count("arn:a"), 1U);
}

TEST_F(UndoTest, SaysWhichValuesItDoesNotKnow) {
  cloud_.resources["arn:a"] = {{"Name", "a"}, {"Id", "arn:a"}};
  apply({remove("a")});
  const auto planned = plan(1).value();
  ASSERT_EQ(planned.entries.size(), 1U);
  EXPECT_EQ(planned.entries[0].change.desired_state, R"({"Name":"a"})");
  EXPECT_NE(std::find(planned.notices.begin(), planned.notices.end(),
                      "aws.secretsmanager.secrets arn:a: the value of SecretString, if it had one, is not known"),
            planned.notices.end());
}

TEST_F(UndoTest, GivesAWriteOnlyValueBackThatAnUpdateChanged) {
  apply({create("a", "first")});
  JournalEntry change = update("a", "new", "u");
  change.after = R"({"Name":"a","Id":"arn:a","Description":"new","SecretString":"second"})";
  change.change.patch_document =
      R"([{"op":"add","path":"/Description","value":"new"},{"op":"add","path":"/SecretString","value":"second"}])";
  apply({change});
  EXPECT_EQ(
      undone(2),
      R"(UPDATE arn:a [{"op":"remove","path":"/Description"},{"op":"add","path":"/SecretString","value":"first"}])"
      "\n");
}

TEST_F(UndoTest, TellsWhatACreatedResourceHasGotSince) {
  apply({create("a")});
  cloud_.resources["arn:a"]["Description"] = "somebody's";
  EXPECT_EQ(plan(1).value().notices,
            (std::vector<std::string>{
                "aws.secretsmanager.secrets arn:a: it has values that the change did not give: Description"}));
}

TEST_F(UndoTest, RefusesWhatChangedSince) {
  apply({create("a"), create("b"), create("c")});
  cloud_.resources["arn:a"]["Description"] = "somebody's";
  cloud_.resources["arn:b"]["Name"] = "other";
  cloud_.resources.erase("arn:c");
  const std::size_t before = cloud_.done.size();
  EXPECT_EQ(plan(1).error().message,
            "change set 1 cannot be taken back; nothing was sent:\n"
            "  CREATE of aws.secretsmanager.secrets arn:b: it was changed since");
  EXPECT_EQ(cloud_.done.size(), before);

  apply({update("a", "mine", "u")});
  cloud_.resources["arn:b"]["Name"] = "b";
  EXPECT_EQ(plan(1).error().message,
            "change set 1 cannot be taken back; nothing was sent:\n"
            "  CREATE of aws.secretsmanager.secrets arn:a: it was changed since, by change set 2");
  cloud_.resources["arn:a"]["Description"] = "theirs";
  EXPECT_EQ(plan(2).error().message,
            "change set 2 cannot be taken back; nothing was sent:\n"
            "  UPDATE of aws.secretsmanager.secrets arn:a: it was changed since");
  cloud_.resources.erase("arn:a");
  EXPECT_EQ(plan(2).error().message,
            "change set 2 cannot be taken back; nothing was sent:\n"
            "  UPDATE of aws.secretsmanager.secrets arn:a: it is not there any more");
}

TEST_F(UndoTest, SaysWhatNeedsNothing) {
  apply({create("a")});
  cloud_.resources.clear();
  const auto planned = plan(1).value();
  EXPECT_TRUE(planned.entries.empty());
  EXPECT_EQ(planned.notices, (std::vector<std::string>{"aws.secretsmanager.secrets arn:a: it is not there any more"}));
}

TEST_F(UndoTest, RefusesAnUpdateWhoseStateBeforeNobodyRead) {
  apply({create("a")});
  JournalEntry patch = update("a", "new", "u");
  patch.before.clear();
  patch.after.clear();
  apply({patch});
  EXPECT_EQ(plan(2).error().message,
            "change set 2 cannot be taken back; nothing was sent:\n"
            "  UPDATE of aws.secretsmanager.secrets arn:a: its state before was not read");
}

TEST_F(UndoTest, RefusesSetsThatAreNotItsOwn) {
  apply({create("a")});
  EXPECT_EQ(plan(9).error().message, "the journal has no change set 9");
  cloud_.account = std::string("999999999999");
  EXPECT_EQ(plan(1).error().message, "the change set was made in account 123456789012, not in 999999999999");
  cloud_.account = std::string("123456789012");
  journal_->begin_set("x", {create("b")}).value();
  EXPECT_EQ(plan(2).error().message, "change set 2 is not finished");
  ASSERT_TRUE(journal_->record_end(2, 0, "FAILED", "no"));
  EXPECT_EQ(plan(2).error().message, "change set 2 changed nothing: there is nothing to take back");
  JournalEntry local = create("c");
  local.endpoint = "local:/x";
  const std::int64_t elsewhere = journal_->begin_set("x", {local}).value();
  ASSERT_TRUE(journal_->record_end(elsewhere, 0, "SUCCESS", ""));
  EXPECT_EQ(plan(elsewhere).error().message, "the change set was made at local:/x, not at https://us-east-1");
}

}  // namespace
}  // namespace squall::provider
