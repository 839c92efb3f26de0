#include <gtest/gtest.h>

#include "unit/output/print.h"

namespace squall::output {
namespace {

TEST(Csv, HasAHeaderAndLfLineEnds) {
  EXPECT_EQ(print("csv", {{"a"}, {"b"}}, {{integer(1), text("x")}, {Value::of(2.5), text("y")}}), "a,b\n1,x\n2.5,y\n");
  EXPECT_EQ(print("csv", {{"a"}}, {{integer(1)}}, {.header = false}), "1\n");
}

TEST(Csv, TellsNullFromEmptyText) {
  EXPECT_EQ(print("csv", {{"a"}, {"b"}}, {{Value::null(), text("")}}), "a,b\n,\"\"\n");
}

TEST(Csv, QuotesWhatNeedsQuotes) {
  EXPECT_EQ(print("csv", {{"a,b"}, {"c"}, {"d"}}, {{text("say \"hi\""), text("two\nlines"), text("cr\r")}}),
            "\"a,b\",c,d\n\"say \"\"hi\"\"\",\"two\nlines\",\"cr\r\"\n");
}

TEST(Csv, TakesAnotherDelimiter) {
  EXPECT_EQ(print("csv", {{"a"}, {"b"}}, {{text("x;y"), text("x,y")}}, {.delimiter = ';'}), "a;b\n\"x;y\";x,y\n");
  EXPECT_EQ(print("csv", {{"a"}, {"b"}}, {{integer(-1), integer(2)}}, {.delimiter = '-'}), "a-b\n\"-1\"-2\n");
}

}  // namespace
}  // namespace squall::output
