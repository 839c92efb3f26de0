// A text in the form that a schema's `pattern` describes, where the pattern is simple: literals, sets of characters,
// groups, choices and counts. What looks around, refers back or names Unicode's classes is not simple.
//
// Pure; the same letters give the same text. The caller checks the text against the pattern: a walk honours no anchor in
// the middle of one.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace squall::local_cloud {

struct PatternText {
  std::string text;
  std::size_t drawn = 0;  // how many of its characters came from the letters: what tells resources apart
};

// `letters`: hexadecimal digits, at least one, which fill what the pattern leaves open, `length` of them where it leaves
// open how many. Nothing: not simple.
std::optional<PatternText> text_of_pattern(std::string_view pattern, std::string_view letters, std::size_t length);

}  // namespace squall::local_cloud
