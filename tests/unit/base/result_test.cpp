#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace squall {
namespace {

Result<int> parse(const std::string& text) {
  if (text.empty()) return sql_error("no number", "write one");
  return std::stoi(text);
}

Result<int> sum(const std::string& left, const std::string& right) {
  const int first = TRY(parse(left));
  return first + TRY(parse(right));
}

Status check(const std::string& text, int& calls) {
  ++calls;
  TRY(parse(text));
  ++calls;
  return {};
}

TEST(Result, HoldsAValueOrAnError) {
  EXPECT_TRUE(parse("12").ok());
  EXPECT_EQ(*parse("12"), 12);
  EXPECT_FALSE(parse("").ok());
  EXPECT_EQ(parse("").error().kind, ErrorKind::sql);
  EXPECT_EQ(parse("").error().hint, "write one");
}

TEST(Result, MovesItsValueOut) {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(3);
  const std::unique_ptr<int> owned = std::move(result).value();
  EXPECT_EQ(*owned, 3);
}

TEST(Try, GivesTheValue) { EXPECT_EQ(*sum("1", "2"), 3); }

TEST(Try, ReturnsTheErrorOfTheFirstThatFails) {
  EXPECT_EQ(sum("", "2").error().message, "no number");
  EXPECT_EQ(sum("1", "").error().message, "no number");
}

TEST(Try, StopsAFunctionWithoutValue) {
  int calls = 0;
  EXPECT_FALSE(check("", calls).ok());
  EXPECT_EQ(calls, 1);
  EXPECT_TRUE(check("1", calls).ok());
  EXPECT_EQ(calls, 3);
}

TEST(Error, RemembersItsPlace) {
  const Error error = sql_error("no such column: x").at(7, 3);
  EXPECT_EQ(error.position, 7u);
  EXPECT_EQ(error.length, 3u);
}

}  // namespace
}  // namespace squall
