#include "base/json_text.h"

#include <gtest/gtest.h>

namespace squall {
namespace {

TEST(JsonText, QuotesAndUnquotes) {
  for (const std::string_view text : {"", "plain", "\"quoted\" \\ /", "line\nbreak\ttab\r", "é 日 😀", "\x01\x1f"}) {
    EXPECT_EQ(json_unquote(json_quote(text)), text);
  }
}

TEST(JsonText, ReadsEscapesOfOthers) {
  EXPECT_EQ(json_unquote(R"("\u00e9\ud83d\ude00\/")"), "é😀/");
  EXPECT_EQ(json_unquote(R"("\ud83d")"), "\xEF\xBF\xBD");
}

TEST(JsonText, KnowsWhatIsEmpty) {
  for (const std::string_view text : {"null", "[]", "{}", "[ \n]", " { } "}) EXPECT_TRUE(is_empty_json(text)) << text;
  for (const std::string_view text : {"0", "\"\"", "[0]", "false", "[{}]"}) EXPECT_FALSE(is_empty_json(text)) << text;
}

}  // namespace
}  // namespace squall
