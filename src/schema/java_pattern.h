// Java's regular expressions in PCRE2's words, where the two read the same text differently.
//
// Rewritten are: surrogates written by their numbers (a pair is one character; a lone one occurs in no text), a hyphen
// beside \w and the like in a class, a count behind a quantifier or behind $ (Java lets it count nothing), and \p{Graph}
// and its kin (ASCII in Java). Everything else stays as it is. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace squall::schema {

// Nothing: the expression is beyond what is understood here.
std::optional<std::string> pcre2_form(std::string_view java);

}  // namespace squall::schema
