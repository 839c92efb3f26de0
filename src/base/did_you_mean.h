// The nearest of some known names to one that is not known, for "did you mean".
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace squall {

// Edits (insert, delete, replace, swap of neighbours) that turn one text into the other, ignoring ASCII case.
std::size_t edit_distance(std::string_view left, std::string_view right);

// The best candidate within a third of the word's length (at least one edit); empty when none is near.
// Of equals the first wins, so the order of candidates decides.
std::string nearest_name(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace squall
