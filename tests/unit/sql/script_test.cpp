#include "sql/script.h"

#include <gtest/gtest.h>

#include <string>

namespace squall::sql {
namespace {

// The statements in brackets, a semicolon behind those that had one.
std::string split(std::string_view script) {
  std::string result;
  for (const StatementSpan& span : split_statements(script)) {
    result += "[" + std::string(script.substr(span.begin, span.end - span.begin)) + (span.terminated ? ";]" : "]");
  }
  return result;
}

TEST(Script, SplitsAtSemicolons) {
  EXPECT_EQ(split("SELECT 1; SELECT 2 ;SELECT 3"), "[SELECT 1;][SELECT 2;][SELECT 3]");
}

TEST(Script, LeavesOutWhatIsEmpty) {
  EXPECT_EQ(split(""), "");
  EXPECT_EQ(split(" ; ;; -- nothing\n /* ; */ ; "), "");
}

TEST(Script, CutsSpaceAndCommentsAround) {
  EXPECT_EQ(split("-- one\nSELECT 1 -- two\n; /* three */"), "[SELECT 1;]");
  EXPECT_EQ(split("SELECT /* ; */ 1"), "[SELECT /* ; */ 1]");
}

TEST(Script, IgnoresSemicolonsInQuotes) {
  EXPECT_EQ(split(R"(SELECT ';', ";", [;], `;`; SELECT 2)"), R"([SELECT ';', ";", [;], `;`;][SELECT 2])");
}

TEST(Script, KeepsATriggerWhole) {
  const std::string trigger =
      "CREATE TEMP TRIGGER g AFTER INSERT ON t BEGIN SELECT CASE 1 WHEN 1 THEN 2 END; DELETE FROM t; END";
  EXPECT_EQ(split(trigger + "; SELECT 1"), "[" + trigger + ";][SELECT 1]");
  EXPECT_EQ(split("create trigger g after insert on t begin select 1; end; select 2"),
            "[create trigger g after insert on t begin select 1; end;][select 2]");
  EXPECT_EQ(split("EXPLAIN QUERY PLAN CREATE TRIGGER g DELETE ON t BEGIN SELECT 1; END; SELECT 2"),
            "[EXPLAIN QUERY PLAN CREATE TRIGGER g DELETE ON t BEGIN SELECT 1; END;][SELECT 2]");
}

TEST(Script, KeepsAnUnfinishedTriggerOpen) {
  EXPECT_EQ(split("CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; SELECT 2;"),
            "[CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; SELECT 2;]");
  EXPECT_FALSE(split_statements("CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1;").at(0).terminated);
}

TEST(Script, EndsATriggerWithoutBodyAtItsSemicolon) {
  EXPECT_EQ(split("CREATE TRIGGER g; SELECT 1"), "[CREATE TRIGGER g;][SELECT 1]");
}

TEST(Script, TakesTransactionsAsStatements) {
  EXPECT_EQ(split("BEGIN; UPDATE t SET a = 1; END; COMMIT"), "[BEGIN;][UPDATE t SET a = 1;][END;][COMMIT]");
  EXPECT_EQ(split("CREATE TABLE t(a); SELECT 1"), "[CREATE TABLE t(a);][SELECT 1]");
}

}  // namespace
}  // namespace squall::sql
