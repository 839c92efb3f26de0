// The words that SQLite 3.40 does not take as a bare name (`group`, `values`, `default` …). SQLite's other keywords
// (`key`, `plan`, `temp` …) may be names as they are.
#pragma once

#include <span>
#include <string_view>

namespace squall::sql {

// In upper case, sorted.
std::span<const std::string_view> reserved_words();

// Whether a bare word is one of them, in any case.
bool is_reserved_word(std::string_view word);

}  // namespace squall::sql
