#include "local_cloud/pattern_text.h"

#include <gtest/gtest.h>

namespace squall::local_cloud {
namespace {

// The text and how many of its characters were drawn.
std::string text_of(std::string_view pattern, std::size_t length = 6) {
  const auto made = text_of_pattern(pattern, "0a1b2c3d4e5f", length);
  return made ? made->text + " " + std::to_string(made->drawn) : "not simple";
}

TEST(PatternText, FillsWhatIsOpenFromTheLetters) {
  EXPECT_EQ(text_of("^vpc-[0-9a-f]{8}$"), "vpc-0a1b2c3d 8");
  EXPECT_EQ(text_of("[0-9]{12}"), "001122334455 12");
  EXPECT_EQ(text_of("^[A-Z]+$"), "AKBLCM 6") << "digits of a set without them are letters";
  EXPECT_EQ(text_of("[a-z\\-]{2,3}\\.x?"), "aab. 3");
  EXPECT_EQ(text_of("\\d\\w\\S.[^a-z]*"), "0a1b223344 10");
}

TEST(PatternText, TakesTheShortestGroupsAndTheOpenestChoice) {
  EXPECT_EQ(text_of("^(aws|aws-cn):(x-)?(?:[a-f0-9]{2}/){2}$"), "aws:0a/1b/ 4");
  EXPECT_EQ(text_of("(DRAFT|[0-9]{3})"), "001 3");
  EXPECT_EQ(text_of("locked|unlocked"), "locked 0");
  EXPECT_EQ(text_of("(|a)"), "a 0");
  EXPECT_EQ(text_of("a{2}b{0,1}c*?d{1,}+", 3), "aacccddd 0");
}

TEST(PatternText, WhatIsNotSimpleIsLeft) {
  for (const char* pattern :
       {"(?!a)b", "(a)\\1", "\\p{L}+", "[a", "(a", "a)", "a{3,1}", "a{x}", "a{2", "[[a]b]", "[a-\\d]", "\xC3\xA9", "\\",
        "[a\\", "*a{", "(((((((((((((((((((((((((((((((((((((((((((((a"})
    EXPECT_EQ(text_of(pattern), "not simple") << pattern;
  EXPECT_EQ(text_of("(((a{999}){999}){999}){999}"), "not simple") << "bounded";
}

}  // namespace
}  // namespace squall::local_cloud
