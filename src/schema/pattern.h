// A schema's `pattern`: found anywhere in the text (a search, not a match of the whole), as AWS's validator does it.
//
// Java's dialect is run by PCRE2 (UTF, \uXXXX); what PCRE2 refuses is rewritten (java_pattern.h) and tried again. Matching is bounded
// (counted in steps and characters, over all places where a match may start), so a pattern that backtracks without end gives up.
// What does not compile or gives up counts as not checked, never as a fault.
// Immutable; any thread.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

namespace squall::schema {

// The most that one search may take: some tenths of a second.
constexpr std::size_t kPatternWorkMax = 10'000'000;

class Pattern {
 public:
  explicit Pattern(std::string_view expression);
  ~Pattern();
  Pattern(Pattern&&) noexcept;
  Pattern& operator=(Pattern&&) noexcept;

  bool compiles() const;
  // Nothing: not checked.
  std::optional<bool> is_found_in(std::string_view text) const;
  // For many searches that share what may be taken; takes from `work_left` what it took.
  std::optional<bool> is_found_in(std::string_view text, std::size_t& work_left) const;

 private:
  struct Code;
  std::unique_ptr<Code> code_;  // null: does not compile
};

}  // namespace squall::schema
