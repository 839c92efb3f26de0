#include <gtest/gtest.h>

#include "unit/output/print.h"

namespace squall::output {
namespace {

TEST(Table, AlignsColumnsAndCountsRows) {
  EXPECT_EQ(print("table", {{"region", DataType::string}, {"version", DataType::integer}, {"name", DataType::string}},
                  {{text("us-east-1"), integer(1), text("base")}, {text("eu-west-1"), integer(12), Value::null()}}),
            " region    │ version │ name\n"
            "───────────┼─────────┼──────\n"
            " us-east-1 │       1 │ base\n"
            " eu-west-1 │      12 │ NULL\n"
            "(2 rows)\n");
}

TEST(Table, CountsOneRowInTheSingular) { EXPECT_EQ(print("table", {{"a"}}, {{integer(1)}}), " a\n───\n 1\n(1 row)\n"); }

TEST(Table, AlignsExpressionsByTheirValues) {
  EXPECT_EQ(print("table", {{"number"}, {"mixed"}, {"b"}},
                  {{integer(1), integer(2), integer(0)},
                   {Value::of(2.5), text("x"), integer(0)},
                   {Value::null(), integer(3), integer(0)}}),
            " number │ mixed │ b\n"
            "────────┼───────┼───\n"
            "      1 │ 2     │ 0\n"
            "    2.5 │ x     │ 0\n"
            "   NULL │ 3     │ 0\n"
            "(3 rows)\n");
}

TEST(Table, LeavesOutHeaderAndCountOnDemand) {
  EXPECT_EQ(print("table", {{"name"}, {"b"}}, {{text("a"), integer(1)}}, {.header = false}), " a │ 1\n");
}

TEST(Table, CountsWideCharactersTwiceAndMarksNotAtAll) {
  EXPECT_EQ(print("table", {{"a"}, {"b"}},
                  {{text("日本"), text("x")}, {text("e\xCC\x81te"), text("y")}, {text("abcd"), text("z")}}),
            " a    │ b\n"
            "──────┼───\n"
            " 日本 │ x\n"
            " e\xCC\x81te  │ y\n"
            " abcd │ z\n"
            "(3 rows)\n");
}

TEST(Table, LetsNoTextMoveTheCursor) {
  EXPECT_EQ(print("table", {{"a"}}, {{text("one\ntwo\r\nthree\rfour\tfive\x1b[2J\x7f\xC2\x9B\xE2\x80\xAE\xff")}},
                  {.header = false}),
            " one↵two↵three\\rfour\\tfive\\u001b[2J\\u007f\\u009b\\u202e\xEF\xBF\xBD\n");
  EXPECT_EQ(print("table", {{"\x1b[1m"}}, {}), " \\u001b[1m\n───────────\n(0 rows)\n");
}

TEST(Table, CutsTheWidestCellsToTheTerminal) {
  EXPECT_EQ(print("table", {{"id"}, {"description"}, {"b"}},
                  {{text("one"), text("a very long description indeed"), integer(1)}}, {.width = 30}),
            " id  │ description        │ b\n"
            "─────┼────────────────────┼───\n"
            " one │ a very long descr… │ 1\n"
            "(1 row)\n");
}

TEST(Table, CutsNothingWithoutATerminal) {
  const std::string value(500, 'x');
  EXPECT_NE(print("table", {{"a"}}, {{text(value)}}).find(value), std::string::npos);
}

TEST(Table, DimsNullAndMakesTheHeaderBoldInColor) {
  EXPECT_EQ(print("table", {{"a"}, {"b"}}, {{Value::null(), integer(1)}}, {.color = true}),
            "\x1b[1m a    │ b\x1b[0m\n"
            "\x1b[2m──────┼───\x1b[0m\n"
            " \x1b[2mNULL\x1b[0m │ 1\n"
            "(1 row)\n");
}

TEST(Table, StreamsWithTheWidthsOfTheFirstRows) {
  std::vector<Row> rows(10'000, Row{text("abc"), integer(1)});
  rows.push_back({text("abcdef"), integer(2)});
  rows.push_back({text("ab"), integer(3)});
  const std::string out = print("table", {{"a"}, {"b"}}, rows);
  EXPECT_TRUE(out.ends_with(" abc │ 1\n abcdef │ 2\n ab  │ 3\n(10002 rows)\n")) << out.substr(out.size() - 60);
}

TEST(Table, PrintsBlobsAsHexadecimalDigits) {
  EXPECT_EQ(print("table", {{"a"}}, {{Value::blob(std::string_view("\x00\xff", 2))}}, {.header = false}), " \\x00ff\n");
}

}  // namespace
}  // namespace squall::output
