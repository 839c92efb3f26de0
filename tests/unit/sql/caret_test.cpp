#include "sql/caret.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace squall::sql {
namespace {

TEST(Caret, PointsAtTheWord) {
  EXPECT_EQ(caret_lines("SELECT nmae FROM t", 7, 4),
            "  SELECT nmae FROM t\n"
            "         ^^^^");
}

TEST(Caret, NumbersTheLineOfALongerText) {
  EXPECT_EQ(caret_lines("SELECT a,\n\tb\r\nFROM t", 11, 1),
            "line 2:\n"
            "   b\n"
            "   ^");
  EXPECT_EQ(caret_lines("SELECT a;\n", 7, 1),
            "  SELECT a;\n"
            "         ^");
}

TEST(Caret, CountsCodePoints) {
  EXPECT_EQ(caret_lines("SELECT 'é', über", 13, 5),
            "  SELECT 'é', über\n"
            "              ^^^^");
}

TEST(Caret, StaysOnTheLine) {
  EXPECT_EQ(caret_lines("SELECT a\nFROM t", 7, 50),
            "line 1:\n"
            "  SELECT a\n"
            "         ^");
}

TEST(Caret, PointsBehindTheEnd) {
  EXPECT_EQ(caret_lines("SELECT", 6, 1), "  SELECT\n        ^");
  EXPECT_EQ(caret_lines("SELECT", 600, 1), "  SELECT\n        ^");
  EXPECT_EQ(caret_lines("", 0, 0), "  \n  ^");
}

TEST(Caret, CutsALongLineAroundThePlace) {
  const std::string text = std::string(200, 'a') + "X" + std::string(200, 'b');
  EXPECT_EQ(caret_lines(text, 200, 1),
            "  …" + std::string(40, 'a') + "X" + std::string(59, 'b') + "…\n" + std::string(43, ' ') + "^");
  EXPECT_EQ(caret_lines(text, 0, 500), "  " + std::string(100, 'a') + "…\n  " + std::string(100, '^'));
  EXPECT_EQ(caret_lines(text, 400, 1), "  …" + std::string(100, 'b') + "\n" + std::string(102, ' ') + "^");
}

TEST(Caret, ShowsNoControlCharacters) { EXPECT_EQ(caret_lines("a\x1b[2Jb", 5, 1), "  a [2Jb\n       ^"); }

TEST(Caret, AcceptsAnyBytes) {
  EXPECT_TRUE(rc::check([](const std::string& text, std::size_t offset, std::size_t length) {
    RC_ASSERT(!caret_lines(text, offset % (text.size() + 2), length).empty());
    RC_ASSERT(!caret_lines(text, offset, length % 10).empty());
  }));
}

}  // namespace
}  // namespace squall::sql
