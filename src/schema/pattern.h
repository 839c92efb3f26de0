// A schema's `pattern`: found anywhere in the text (a search, not a match of the whole), as AWS's validator does it.
//
// Java's dialect is run by PCRE2 (UTF, \uXXXX); what PCRE2 refuses is rewritten (java_pattern.h) and tried again. Matching is bounded, so a
// pattern that backtracks without end gives up. What does not compile or gives up counts as not checked, never as a fault.
// Immutable; any thread.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

namespace squall::schema {

class Pattern {
 public:
  explicit Pattern(std::string_view expression);
  ~Pattern();
  Pattern(Pattern&&) noexcept;
  Pattern& operator=(Pattern&&) noexcept;

  bool compiles() const;
  // Nothing: not checked.
  std::optional<bool> is_found_in(std::string_view text) const;

 private:
  struct Code;
  std::unique_ptr<Code> code_;  // null: does not compile
};

}  // namespace squall::schema
