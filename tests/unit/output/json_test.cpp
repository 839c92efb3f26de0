#include <gtest/gtest.h>

#include <limits>

#include "unit/output/print.h"

namespace squall::output {
namespace {

// The value behind the key, of one row.
std::string one(DataType type, const Value& value) {
  const std::string line = print("jsonl", {{"a", type}}, {{value}});
  return line.substr(5, line.size() - 7);
}

TEST(Json, PutsEachRowOnALineOfItsArray) {
  EXPECT_EQ(print("json", {{"a"}, {"b"}}, {{integer(1), text("x")}, {integer(2), Value::null()}}),
            "[\n{\"a\":1,\"b\":\"x\"},\n{\"a\":2,\"b\":null}\n]\n");
}

TEST(Json, LinesAreTheObjectsAlone) {
  EXPECT_EQ(print("jsonl", {{"a"}}, {{integer(1)}, {integer(2)}}), "{\"a\":1}\n{\"a\":2}\n");
}

TEST(Json, NumbersRepeatedNames) {
  EXPECT_EQ(print("jsonl", {{"a"}, {"a"}, {"a"}}, {{integer(1), integer(2), integer(3)}}),
            "{\"a\":1,\"a_2\":2,\"a_3\":3}\n");
  EXPECT_EQ(print("jsonl", {{"a"}, {"a"}, {"a_2"}}, {{integer(1), integer(2), integer(3)}}),
            "{\"a\":1,\"a_3\":2,\"a_2\":3}\n");
}

TEST(Json, PrintsBooleansByTheirDeclaredType) {
  EXPECT_EQ(one(DataType::boolean, integer(0)), "false");
  EXPECT_EQ(one(DataType::boolean, integer(1)), "true");
  EXPECT_EQ(one(DataType::boolean, integer(2)), "2");
  EXPECT_EQ(one(DataType::boolean, text("true")), "true");
  EXPECT_EQ(one(DataType::boolean, text("yes")), "\"yes\"");
  EXPECT_EQ(one(DataType::any, integer(1)), "1");
}

TEST(Json, NestsArraysAndObjects) {
  EXPECT_EQ(one(DataType::array, text(R"([1, {"b": "c"}])")), R"([1, {"b": "c"}])");
  EXPECT_EQ(one(DataType::object, text(R"({"b":[]})")), R"({"b":[]})");
  EXPECT_EQ(one(DataType::object, text("{\n  \"b\": \"c \\\" d\"\n}")), R"({"b":"c \" d"})");
}

TEST(Json, KeepsTextThatIsNotWhatItsTypeSays) {
  EXPECT_EQ(one(DataType::object, text(R"({"b":1)")), R"("{\"b\":1")");
  EXPECT_EQ(one(DataType::array, text("plain")), "\"plain\"");
  EXPECT_EQ(one(DataType::object, text("5")), "\"5\"");
  EXPECT_EQ(one(DataType::object, text("{\"b\":\"\xff\"}")), "\"{\\\"b\\\":\\\"\xEF\xBF\xBD\\\"}\"");
  EXPECT_EQ(one(DataType::integer, text("01")), "\"01\"");
  EXPECT_EQ(one(DataType::string, text("[1]")), "\"[1]\"");
  EXPECT_EQ(one(DataType::any, text("[1]")), "\"[1]\"");
}

TEST(Json, PrintsNumbers) {
  EXPECT_EQ(one(DataType::integer, integer(std::numeric_limits<std::int64_t>::min())), "-9223372036854775808");
  EXPECT_EQ(one(DataType::number, text("1.50")), "1.50");
  EXPECT_EQ(one(DataType::any, Value::of(0.1)), "0.1");
  EXPECT_EQ(one(DataType::any, Value::of(1.0)), "1.0");
  EXPECT_EQ(one(DataType::any, Value::of(100000.0)), "100000.0");
  EXPECT_EQ(one(DataType::any, Value::of(1e300)), "1e+300");
  EXPECT_EQ(one(DataType::any, Value::of(5e-324)), "5e-324");
  EXPECT_EQ(one(DataType::string, integer(5)), "\"5\"");
}

TEST(Json, HasNoInfinity) {
  EXPECT_EQ(one(DataType::any, Value::of(std::numeric_limits<double>::infinity())), "null");
  EXPECT_EQ(one(DataType::number, Value::of(std::numeric_limits<double>::quiet_NaN())), "null");
}

TEST(Json, EscapesWhatJsonAndTerminalsMustNotSee) {
  EXPECT_EQ(one(DataType::string, text("\"\\/\n\x01\x7f\xC2\x9B é 😀")), R"("\"\\/\n\u0001\u007f\u009b é 😀")");
  EXPECT_EQ(one(DataType::string, text("a\xff\xC3(\xED\xA0\x80")),
            "\"a\xEF\xBF\xBD\xEF\xBF\xBD(\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
  EXPECT_EQ(one(DataType::string, text(std::string_view("\0", 1))), "\"\\u0000\"");
}

TEST(Json, PrintsBlobsAsHexadecimalText) {
  EXPECT_EQ(one(DataType::any, Value::blob(std::string_view("\x00\xff", 2))), R"("\\x00ff")");
}

TEST(Json, EscapesKeys) { EXPECT_EQ(print("jsonl", {{"a\"b"}}, {{integer(1)}}), "{\"a\\\"b\":1}\n"); }

}  // namespace
}  // namespace squall::output
