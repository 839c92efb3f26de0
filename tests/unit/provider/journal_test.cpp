#include "provider/journal.h"
#include "provider/statement_mask.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>

namespace squall::provider {
namespace {

constexpr const char* kEndpoint = "https://cloudcontrolapi.us-east-1.amazonaws.com";

class HeldClock final : public Clock {
 public:
  Time now() const override { return now_; }
  void pass(std::chrono::hours hours) { now_ += hours; }

 private:
  Time now_ = Time(std::chrono::hours(24 * 20000));
};

class JournalTest : public ::testing::Test {
 protected:
  JournalTest() {
    std::string pattern = ::testing::TempDir() + "journal.XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    path_ = folder_ + "/state/squall/journal.db";
  }
  ~JournalTest() override { std::filesystem::remove_all(folder_); }

  Journal open() {
    auto journal = Journal::open(path_, clock_);
    EXPECT_TRUE(journal) << (journal ? "" : journal.error().message);
    return std::move(journal).value();
  }

  HeldClock clock_;
  std::string folder_;
  std::string path_;
};

JournalEntry create(const std::string& name) {
  return {.change = {.operation = ChangeOperation::create,
                     .type_name = "AWS::RDS::DBInstance",
                     .region = "us-east-1",
                     .desired_state = R"({"Name":")" + name + R"(","MasterUserPassword":"it's \"secret\""})",
                     .client_token = "token-" + name,
                     .order_key = "k",
                     .timeout = std::chrono::minutes(60)},
          .endpoint = kEndpoint,
          .account_id = "123456789012",
          .resource = "aws.rds.db_instances",
          .after = R"({"Name":")" + name + R"(","MasterUserPassword":"it's \"secret\""})",
          .write_only = {"MasterUserPassword"}};
}

JournalEntry remove(const std::string& identifier) {
  JournalEntry entry = create("");
  entry.change.operation = ChangeOperation::delete_;
  entry.change.identifier = identifier;
  entry.change.desired_state.clear();
  entry.before = R"({"Name":"x"})";
  entry.after.clear();
  return entry;
}

ProgressEvent event(const std::string& request_token, const std::string& identifier = {}) {
  return {.identifier = identifier, .request_token = request_token};
}

ChangeOutcome success(const std::string& identifier) {
  return {.status = "SUCCESS", .event = event("r", identifier), .sent = true};
}

bool everybodys(const JournalEntry&) { return true; }

// "status identifier request_token code: message" of each entry.
std::string steps(Journal& journal, std::int64_t set) {
  std::string text;
  const JournalSet found = journal.set(set).value().value();
  for (const JournalEntry& entry : found.entries) {
    text += entry.status + " " + entry.change.identifier + " " + entry.change.request_token + " " + entry.error_code +
            ": " + entry.message + "\n";
  }
  return text;
}

std::vector<std::int64_t> numbers(const std::vector<JournalSet>& sets) {
  std::vector<std::int64_t> result;
  for (const JournalSet& set : sets) result.push_back(set.id);
  return result;
}

TEST_F(JournalTest, KeepsAWholeSetBeforeAnythingIsSent) {
  {
    Journal journal = open();
    const std::int64_t set = journal.begin_set("INSERT …", {create("a"), create("b")}).value();
    EXPECT_EQ(steps(journal, set), "PLANNED   : \nPLANNED   : \n");
  }
  Journal journal = open();
  const auto set = journal.set(1).value();
  ASSERT_TRUE(set);
  EXPECT_EQ(set->statement, "INSERT …");
  EXPECT_EQ(set->begun, clock_.now());
  const JournalEntry& entry = set->entries[1];
  EXPECT_EQ(entry.change.desired_state, create("b").change.desired_state);
  EXPECT_EQ(entry.change.client_token, "token-b");
  EXPECT_EQ(entry.change.timeout, std::chrono::minutes(60));
  EXPECT_EQ(entry.change.order_key, "k");
  EXPECT_EQ(entry.endpoint, create("b").endpoint);
  EXPECT_EQ(entry.account_id, "123456789012");
  EXPECT_EQ(entry.resource, "aws.rds.db_instances");
  EXPECT_EQ(entry.write_only, create("b").write_only);
  EXPECT_EQ(entry.after, create("b").after);
  EXPECT_FALSE(journal.set(2).value());
}

TEST_F(JournalTest, IsReadableByItsOwnerAlone) {
  Journal journal = open();
  journal.begin_set("INSERT", {create("a")}).value();
  const auto mode = [](const std::string& path) {
    struct stat facts = {};
    EXPECT_EQ(::stat(path.c_str(), &facts), 0) << path;
    return facts.st_mode & 0777;
  };
  EXPECT_EQ(mode(path_), 0600U);
  EXPECT_EQ(mode(path_ + "-wal"), 0600U);
  EXPECT_EQ(mode(path_ + "-owners"), 0600U);
  EXPECT_EQ(mode(folder_ + "/state/squall"), 0700U);
}

TEST_F(JournalTest, RecordsEachStep) {
  Journal journal = open();
  const std::int64_t set =
      journal.begin_set("x", {create("a"), create("b"), remove("c"), create("d"), create("e"), create("f")}).value();
  ASSERT_TRUE(journal.record_accepted(set, 0, event("r0", "a-id")));
  ASSERT_TRUE(journal.record_accepted(set, 1, event("r1")));
  ASSERT_TRUE(journal.record_finished(set, 1, success("b-id")));
  ASSERT_TRUE(journal.record_finished(set, 2, {.status = "NOT_FOUND", .event = {}, .sent = true}));
  Error refused{.kind = ErrorKind::service, .message = "not so", .code = "ValidationException"};
  ASSERT_TRUE(journal.record_finished(set, 3, {.status = "", .event = {}, .error = refused, .sent = true}));
  const Error lost{.kind = ErrorKind::network, .message = "no answer"};
  ASSERT_TRUE(
      journal.record_finished(set, 4, {.status = "", .event = {}, .error = lost, .uncertain = true, .sent = true}));
  const Error stopped{.kind = ErrorKind::interrupted, .message = "interrupted"};
  ASSERT_TRUE(journal.record_finished(set, 5, {.status = "", .event = {}, .error = stopped}));
  EXPECT_EQ(steps(journal, set),
            "SENT a-id r0 : \n"
            "SUCCESS b-id r : \n"
            "NOT_FOUND c  : \n"
            "FAILED   ValidationException: not so\n"
            "SENT   : no answer\n"
            "PLANNED   : interrupted\n");
}

TEST_F(JournalTest, GivesAwaySetsWithoutOwnerThatAreNotFinished) {
  Journal owner = open();
  const std::int64_t running = owner.begin_set("running", {create("a")}).value();
  const std::int64_t finished = owner.begin_set("finished", {create("a")}).value();
  const std::int64_t left = owner.begin_set("left", {create("a"), create("b")}).value();
  ASSERT_TRUE(owner.record_finished(finished, 0, success("a")));
  ASSERT_TRUE(owner.record_finished(left, 0, success("a")));
  owner.let_go(finished);
  owner.let_go(left);

  Journal other = open();
  EXPECT_TRUE(other.take_unfinished([](const JournalEntry&) { return false; }).value().empty());
  EXPECT_EQ(numbers(other.take_unfinished(everybodys).value()), std::vector{left});
  Journal third = open();
  EXPECT_TRUE(third.take_unfinished(everybodys).value().empty());  // `other` has it now
  owner.let_go(running);
  EXPECT_EQ(numbers(third.take_unfinished(everybodys).value()), std::vector{running});
}

TEST_F(JournalTest, TakesOnlyWhatIsAsked) {
  Journal owner = open();
  JournalEntry elsewhere = create("a");
  elsewhere.account_id = "999999999999";
  const std::int64_t set = owner.begin_set("x", {create("a"), elsewhere}).value();
  ASSERT_TRUE(owner.record_finished(set, 0, success("a")));
  owner.let_go(set);
  Journal other = open();
  const auto of = [&](const std::string& account) {
    return numbers(
        other.take_unfinished([&](const JournalEntry& entry) { return entry.account_id == account; }).value());
  };
  EXPECT_TRUE(of("123456789012").empty());  // that one is finished
  EXPECT_EQ(of("999999999999"), std::vector{set});
}

TEST_F(JournalTest, SurvivesAKilledOwnerSetBySet) {
  constexpr int kSets = 20;
  constexpr std::size_t kEntries = 50;
  int pipe[2];
  ASSERT_EQ(::pipe(pipe), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    auto journal = Journal::open(path_, clock_);
    const std::vector<JournalEntry> entries(kEntries, create("a"));
    while (journal && journal->begin_set("x", entries) && ::write(pipe[1], "x", 1) == 1) {
    }
    ::_exit(1);
  }
  ::close(pipe[1]);
  char byte = 0;
  for (int i = 0; i < kSets; ++i) ASSERT_EQ(::read(pipe[0], &byte, 1), 1);
  Journal journal = open();
  EXPECT_TRUE(journal.take_unfinished(everybodys).value().empty());  // all have an owner that lives
  ::kill(child, SIGKILL);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  ::close(pipe[0]);

  const auto sets = journal.take_unfinished(everybodys).value();
  EXPECT_GE(sets.size(), static_cast<std::size_t>(kSets));
  for (const JournalSet& set : sets) EXPECT_EQ(set.entries.size(), kEntries);
}

TEST_F(JournalTest, HidesWriteOnlyValues) {
  Journal journal = open();
  JournalEntry update = create("a");
  update.change.operation = ChangeOperation::update;
  update.change.desired_state.clear();
  update.change.patch_document = R"([{"op":"add","path":"/MasterUserPassword","value":"other"}])";
  update.before = R"({"MasterUserPassword":"old"})";
  const std::string statement =
      "INSERT INTO t (Name, MasterUserPassword) VALUES ('a', 'it''s \"secret\"') /* it's \\\"secret\\\" */ 'other'";
  journal.begin_set(statement, {create("a"), update}).value();
  const JournalSet shown = journal.masked_sets().value().at(0);
  EXPECT_EQ(shown.statement, "INSERT INTO t (Name, MasterUserPassword) VALUES ('a', '***') /* *** */ '***'");
  EXPECT_EQ(shown.entries[0].change.desired_state, R"({"Name":"a","MasterUserPassword":"***"})");
  EXPECT_EQ(shown.entries[0].after, R"({"Name":"a","MasterUserPassword":"***"})");
  EXPECT_EQ(shown.entries[1].change.patch_document, R"([{"op":"add","path":"/MasterUserPassword","value":"***"}])");
  EXPECT_EQ(shown.entries[1].before, R"({"MasterUserPassword":"***"})");
  EXPECT_EQ(journal.set(1).value()->entries[0].after, create("a").after);  // in full for those who send it
}

TEST_F(JournalTest, KnowsTheLastWriteOnlyValue) {
  Journal journal = open();
  const auto known = [&](const std::string& account = "123456789012", const std::string& endpoint = kEndpoint) {
    const auto value = journal.last_write_only_value({.type_name = "AWS::RDS::DBInstance",
                                                      .endpoint = endpoint,
                                                      .account_id = account,
                                                      .region = "us-east-1",
                                                      .identifier = "id",
                                                      .path = "MasterUserPassword"});
    EXPECT_TRUE(value);
    return value.value() ? value.value()->json : "-";
  };
  const auto apply = [&](const JournalEntry& entry, const ChangeOutcome& outcome) {
    clock_.pass(std::chrono::hours(1));
    const std::int64_t set = journal.begin_set("x", {entry}).value();
    ASSERT_TRUE(journal.record_finished(set, 0, outcome));
  };
  EXPECT_EQ(known(), "-");
  apply(create("a"), success("id"));
  EXPECT_EQ(known(), R"("it's \"secret\"")");
  EXPECT_EQ(known("999999999999"), "-");

  JournalEntry update = create("a");
  update.change.operation = ChangeOperation::update;
  update.after = R"({"MasterUserPassword":"second"})";
  apply(update, {.status = "FAILED", .event = event("", "id"), .sent = true});  // refused before it began
  EXPECT_EQ(known(), R"("it's \"secret\"")");
  apply(update, success("id"));
  EXPECT_EQ(known(), R"("second")");
  EXPECT_EQ(known("123456789012", "local:/elsewhere"), "-");
  update.after = R"({"Name":"b"})";  // it was set to NULL: an older value must not come back
  apply(update, success("id"));
  EXPECT_EQ(known(), "-");
  apply(create("a"), success("id"));
  update.after = R"({"MasterUserPassword":"under way"})";
  apply(update, {.status = "IN_PROGRESS", .event = event("r", "id"), .sent = true});
  EXPECT_EQ(known(), "-");  // nobody knows which of the two it has
  update.after.clear();     // a patch of the user's own, made without a read
  update.change.patch_document = R"([{"op":"add","path":"/MasterUserPassword","value":"third"}])";
  apply(update, success("id"));
  EXPECT_EQ(known(), R"("third")");
  update.change.patch_document = R"([{"op":"remove","path":"/MasterUserPassword"}])";
  apply(update, success("id"));
  EXPECT_EQ(known(), "-");
  apply(remove("id"), success("id"));
  EXPECT_EQ(known(), "-");
}

TEST_F(JournalTest, HidesAllLiteralsOfAStatementWhereAValueIsPutTogether) {
  JournalEntry update = create("a");
  update.change.desired_state.clear();
  update.after = R"({"MasterUserPassword":"hunter1111"})";
  EXPECT_EQ(masked_statement("UPDATE t SET pw = 'hunter' || '1111', x = 5 WHERE n = 'it''s'", {update}),
            "UPDATE t SET pw = '***' || '***', x = 5 WHERE n = '***'");
  EXPECT_EQ(masked_statement(R"(INSERT INTO t VALUES ('{"MasterUserPassword":"hunt\u0065r1111"}'))", {update}),
            "INSERT INTO t VALUES ('***')");
  EXPECT_EQ(masked_statement("UPDATE t /* it's */ SET \"it's\" = 'hunter' || '1111' -- it's\n WHERE n = 5", {update}),
            "UPDATE t   SET \"it's\" = '***' || '***'   WHERE n = 5");
  EXPECT_EQ(masked_statement("UPDATE t SET pw = 'hunter1111' WHERE n = 'a'", {update}),
            "UPDATE t SET pw = '***' WHERE n = 'a'");
}

TEST_F(JournalTest, KnowsWhichTokensAreShared) {
  Journal journal = open();
  JournalEntry same = create("b");
  same.change.client_token = create("a").change.client_token;
  journal.begin_set("x", {create("a"), create("c")}).value();
  EXPECT_FALSE(journal.shares_token(1, 0).value());
  journal.begin_set("y", {same}).value();
  EXPECT_TRUE(journal.shares_token(1, 0).value());
  EXPECT_FALSE(journal.shares_token(1, 1).value());
  EXPECT_TRUE(journal.shares_token(2, 0).value());
}

TEST_F(JournalTest, BringsAnOlderFileUpToDate) {
  open().begin_set("old", {create("a")}).value();
  {
    auto connection = sqlite::Connection::open(path_).value();
    ASSERT_TRUE(connection.run("ALTER TABLE change DROP COLUMN step; DROP INDEX change_token; PRAGMA user_version=1"));
  }
  Journal journal = open();
  JournalEntry second = create("b");
  second.step = 1;
  journal.begin_set("new", {create("c"), second}).value();
  EXPECT_EQ(journal.set(1).value()->entries[0].step, 0);
  EXPECT_EQ(journal.set(2).value()->entries[1].step, 1);
}

TEST_F(JournalTest, ForgetsOldSetsThatEnded) {
  {
    Journal journal = open();
    const std::int64_t ended = journal.begin_set("ended", {create("a")}).value();
    ASSERT_TRUE(journal.record_finished(ended, 0, success("a")));
    journal.begin_set("open", {create("b")}).value();
  }
  clock_.pass(std::chrono::hours(24 * 90 - 1));
  EXPECT_EQ(numbers(open().masked_sets().value()), (std::vector<std::int64_t>{2, 1}));
  clock_.pass(std::chrono::hours(2));
  EXPECT_EQ(numbers(open().masked_sets().value()), (std::vector<std::int64_t>{2}));
  EXPECT_EQ(open().begin_set("x", {create("c")}).value(), 3);  // a number is never given twice
}

TEST_F(JournalTest, RefusesWhatItDoesNotUnderstand) {
  open();
  {
    auto connection = sqlite::Connection::open(path_).value();
    ASSERT_TRUE(connection.run("PRAGMA user_version=3"));
  }
  const auto newer = Journal::open(path_, clock_);
  ASSERT_FALSE(newer);
  EXPECT_EQ(newer.error().message, "the journal " + path_ + ": it was made by a newer version of squall");

  std::filesystem::remove(path_ + "-wal");
  std::ofstream(path_, std::ios::trunc) << std::string(4096, 'x');
  const auto damaged = Journal::open(path_, clock_);
  ASSERT_FALSE(damaged);
  EXPECT_EQ(damaged.error().message, "the journal " + path_ + " is damaged: file is not a database");

  const std::string other = folder_ + "/other.db";
  {
    auto connection = sqlite::Connection::open(other).value();
    ASSERT_TRUE(connection.run("CREATE TABLE t(a)"));
  }
  const auto foreign = Journal::open(other, clock_);
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error().message, "the journal " + other + ": this is a database of another program");
}

TEST_F(JournalTest, SaysWhenItCannotBeWritten) {
  Journal journal = open();
  auto connection = sqlite::Connection::open(path_).value();
  ASSERT_TRUE(connection.run("DROP TABLE change"));
  const auto begun = journal.begin_set("x", {create("a")});
  ASSERT_FALSE(begun);
  EXPECT_EQ(begun.error().message, "the journal " + path_ + ": no such table: change");
  EXPECT_EQ(journal.masked_sets().value().size(), 0U);  // nothing of it is there
}

TEST(JournalPath, IsInTheUsersState) {
  const auto with = [](std::map<std::string, std::string> variables) {
    return journal_path([variables](const std::string& name) -> std::optional<std::string> {
      const auto found = variables.find(name);
      if (found == variables.end()) return {};
      return found->second;
    });
  };
  EXPECT_EQ(with({{"XDG_STATE_HOME", "/s"}, {"HOME", "/h"}}).value(), "/s/squall/journal.db");
  EXPECT_EQ(with({{"HOME", "/h"}}).value(), "/h/.local/state/squall/journal.db");
  EXPECT_FALSE(with({}));
}

}  // namespace
}  // namespace squall::provider
