#include "output/json_syntax.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace squall::output {
namespace {

TEST(JsonSyntax, AcceptsJson) {
  for (const std::string_view text :
       {"null", "true", "false", "0", "-0", "1.5e+3", "\"\"", R"("\u00e9\n\\\"")", "[]", "{}", "[[],{}]", " [ 1 , 2 ] ",
        R"({"a":1,"b":{"c":[true,false,null]}})", R"([{"a":[{}]},"x"])", "\t\r\n1\n"}) {
    EXPECT_TRUE(is_json(text)) << text;
  }
}

TEST(JsonSyntax, RefusesEverythingElse) {
  for (const std::string_view text :
       {"",           " ",     "nul",   "nulll",     "01",      "1.",          ".5",     "+1",       "1e",
        "-",          "NaN",   "'a'",   "\"",        "\"\\x\"", "\"\\u12g4\"", "\"\n\"", "\"\xff\"", "\"\xED\xA0\x80\"",
        "[",          "]",     "[1,]",  "[,1]",      "[1 2]",   "[1}",         "{",      "{\"a\"}",  "{\"a\":}",
        "{\"a\":1,}", "{a:1}", "{1:2}", "{\"a\":1]", "1 2",     "[] []",       "[1]]",   "// c\n1",  "{\"a\" 1}",
        "{,}"}) {
    EXPECT_FALSE(is_json(text)) << text;
  }
}

TEST(JsonSyntax, BoundsNesting) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(is_json(nested(1'000)));
  EXPECT_FALSE(is_json(nested(1'002)));
  EXPECT_FALSE(is_json(std::string(1'000'000, '[')));
}

TEST(JsonSyntax, KnowsNumbers) {
  EXPECT_TRUE(is_json_number("-12.5e3"));
  EXPECT_FALSE(is_json_number(" 1"));
  EXPECT_FALSE(is_json_number("1a"));
  EXPECT_FALSE(is_json_number("\"1\""));
  EXPECT_FALSE(is_json_number(""));
}

TEST(JsonSyntax, QuotesAnyBytesAsJson) {
  EXPECT_TRUE(rc::check([](const std::string& text) {
    std::string quoted;
    append_json_string(quoted, text);
    RC_ASSERT(is_json(quoted));
    RC_ASSERT(quoted.find('\n') == std::string::npos);
  }));
}

TEST(JsonSyntax, SurvivesAnyBytes) {
  const auto json_like =
      rc::gen::container<std::string>(rc::gen::elementOf(std::string("[]{}\",:\\u0123eE+-. truefalsn\n\xff\xC3")));
  EXPECT_TRUE(rc::check([json_like] {
    const std::string text = *json_like;
    if (!is_json(text)) return;
    std::string line;
    append_json_on_one_line(line, text);
    RC_ASSERT(is_json(line));
    RC_ASSERT(line.find('\n') == std::string::npos);
  }));
}

}  // namespace
}  // namespace squall::output
