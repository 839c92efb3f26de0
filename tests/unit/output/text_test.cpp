#include <gtest/gtest.h>

#include <cmath>

#include "output/utf8.h"
#include "output/value_text.h"
#include "unit/output/print.h"

namespace squall::output {
namespace {

TEST(Text, SeparatesValuesByTabs) {
  EXPECT_EQ(print("text", {{"a"}, {"b"}, {"c"}},
                  {{integer(1), Value::null(), text("x")}, {integer(2), text("y"), text("z")}}),
            "1\t\tx\n2\ty\tz\n");
}

TEST(Text, PrintsTheOnlyValueAsItIs) {
  EXPECT_EQ(print_one("text", "{\n\t\"a\": \"\\n\"\n}"), "{\n\t\"a\": \"\\n\"\n}\n");
}

TEST(Text, KeepsSeveralValuesOnOneLine) {
  EXPECT_EQ(print("text", {{"a"}, {"b"}}, {{text("1\t2\n3\r"), integer(4)}}), "1\\t2\\n3\\r\t4\n");
}

TEST(Markdown, IsATable) {
  EXPECT_EQ(print("markdown", {{"name", DataType::string}, {"version", DataType::integer}},
                  {{text("base"), integer(1)}, {Value::null(), integer(2)}}),
            "| name | version |\n| --- | ---: |\n| base | 1 |\n| NULL | 2 |\n");
}

TEST(Markdown, EscapesWhatMarkdownReads) {
  EXPECT_EQ(print_one("markdown", "a|b\\<Arn> & *c*\n[d]\x1b"),
            "| a |\n| --- |\n| a\\|b\\\\&lt;Arn> &amp; \\*c\\*<br>\\[d]\\\\u001b |\n");
}

TEST(Line, AlignsNamesAndSeparatesRows) {
  EXPECT_EQ(print("line", {{"name"}, {"b"}}, {{text("x"), integer(1)}, {Value::null(), text("two\nlines\x1b")}}),
            "name = x\n   b = 1\n\nname = NULL\n   b = two\n       lines\\u001b\n");
}

TEST(ValueText, PrintsRealsThatReadBackTheSame) {
  const auto shown = [](double value) {
    std::string out;
    append_real(out, value);
    return out;
  };
  EXPECT_EQ(shown(0), "0.0");
  EXPECT_EQ(shown(-1), "-1.0");
  EXPECT_EQ(shown(0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(shown(123456789012345), "123456789012345.0");
  EXPECT_EQ(shown(1e16), "1e+16");
  EXPECT_EQ(shown(0.00001), "0.00001");
  EXPECT_EQ(shown(-HUGE_VAL), "-Inf");
}

TEST(Utf8, DecodesOnlyWhatIsValid) {
  const auto value = [](std::string_view bytes) { return decode_utf8(bytes, 0).value; };
  EXPECT_EQ(value("a"), U'a');
  EXPECT_EQ(value("é"), U'é');
  EXPECT_EQ(value("日"), U'日');
  EXPECT_EQ(value("😀"), U'😀');
  for (const std::string_view bad :
       {"\x80", "\xC0\x80", "\xC3", "\xC3(", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF8"}) {
    EXPECT_FALSE(decode_utf8(bad, 0).valid);
    EXPECT_EQ(decode_utf8(bad, 0).length, 1u);
  }
}

TEST(Utf8, CutsToColumns) {
  EXPECT_EQ(cut_to_width("abcdef", 6), "abcdef");
  EXPECT_EQ(cut_to_width("abcdef", 5), "abcd…");
  EXPECT_EQ(cut_to_width("日本語", 5), "日本…");
  EXPECT_EQ(cut_to_width("日本語", 4), "日…");
  EXPECT_EQ(cut_to_width("abc", 1), "…");
  EXPECT_EQ(cut_to_width("abc", 0), "");
}

}  // namespace
}  // namespace squall::output
