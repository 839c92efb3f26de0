#include "schema/java_pattern.h"

#include <gtest/gtest.h>

#include "schema/pattern.h"

namespace squall::schema {
namespace {

// Whether the expression is found in the text; a fault where PCRE2 takes no form of it.
bool found(std::string_view java, std::string_view text) {
  const auto result = Pattern(java).is_found_in(text);
  EXPECT_TRUE(result.has_value()) << java;
  return result.value_or(false);
}

TEST(JavaPattern, LeavesWhatBothReadAlike) {
  for (const char* expression : {"", "^[a-z]+$", "a{2}b*?c++", "\\p{Lu}\\pL\\P{N}", "[^\\]\\-x]", "(?<!a)b|[\\p{L}_]",
                                 "\\[a-\\d]", "[a-c\\d\\x41\\u00e9-\\u00ff]", "é[é-ü]"})
    EXPECT_EQ(pcre2_form(expression), expression);
}

TEST(JavaPattern, AHyphenBesideAClassIsItself) {
  EXPECT_EQ(pcre2_form("[\\w-.~]+"), "[\\w\\-.~]+");
  EXPECT_EQ(pcre2_form("[\\w- ][\\w-]"), "[\\w\\- ][\\w\\-]");
  EXPECT_TRUE(found("^[\\w-.~]+$", "a-b.c~"));
  EXPECT_FALSE(found("^[\\w-.~]+$", "a+b"));
}

TEST(JavaPattern, ASurrogatePairIsOneCharacterAndALoneOneIsNowhere) {
  EXPECT_TRUE(found("^[\\uD800\\uDC00-\\uDBFF\\uDFFF]$", "\xF0\x90\x80\x80"));
  EXPECT_TRUE(found("^[\\uD800\\uDC00-\\uDBFF\\uDFFF]$", "\xF4\x8F\xBF\xBF"));
  EXPECT_FALSE(found("^[\\uD800\\uDC00-\\uDBFF\\uDFFF]$", "\xEF\xBF\xBD"));
  EXPECT_TRUE(found("^\\uD83D\\uDE00$", "\xF0\x9F\x98\x80"));
  // A range of lone surrogates holds no character of a text, one that goes beyond them holds the rest.
  EXPECT_EQ(pcre2_form("[a\\uD800\\uDBFF-\\uDC00\\uDFFF]"), "[a]");
  EXPECT_EQ(pcre2_form("[a\\uD83C-\\uE001]"), "[a\xEE\x80\x80-\xEE\x80\x81]");
  EXPECT_EQ(pcre2_form("[\\u0020-\\uDFFF]"), "[\\ -\xED\x9F\xBF]");
  EXPECT_EQ(pcre2_form("[\\uD800]"), std::nullopt);
  EXPECT_EQ(pcre2_form("\\uD800"), std::nullopt);
}

TEST(JavaPattern, ACountBehindAQuantifierCountsNothing) {
  EXPECT_EQ(pcre2_form("^[a-z]+{1,255}$"), "^[a-z]+$");
  EXPECT_EQ(pcre2_form("(a*)*?{2}{3}b{2}"), "(a*)*?b{2}");
  EXPECT_EQ(pcre2_form("^a${1,128}"), "^a$");
  EXPECT_EQ(pcre2_form("a\\${2}"), "a\\${2}") << "a dollar sign is counted";
  EXPECT_EQ(pcre2_form("a+{b}"), "a+{b}") << "no count";
}

TEST(JavaPattern, NamedClassesAreOfAscii) {
  EXPECT_EQ(pcre2_form("[\\p{Graph}\\x20]*\\p{Graph}"), "[!-~\\x20]*[!-~]");
  EXPECT_TRUE(found("^[\\p{Graph}\\x20]*$", "a b~!"));
  EXPECT_FALSE(found("^[\\p{Graph}\\x20]*$", "\xC3\xA9"));
  EXPECT_TRUE(found("^\\p{Punct}+$", "!/:@[\\]^`{|}~-"));
  EXPECT_FALSE(found("^\\p{Punct}$", "a"));
  EXPECT_TRUE(found("^\\p{Cntrl}\\p{Space}\\p{XDigit}$", "\x1b\nF"));
}

TEST(JavaPattern, WhatIsBeyondItIsNotGuessed) {
  for (const char* expression : {"[a[b]]", "[a&&b]", "[]a]", "[a", "\\Qa\\E", "[a-\\d]", "[z-a]", "\\p{", "[\\"})
    EXPECT_EQ(pcre2_form(expression), std::nullopt) << expression;
}

}  // namespace
}  // namespace squall::schema
