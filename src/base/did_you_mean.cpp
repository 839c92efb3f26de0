#include "base/did_you_mean.h"

#include <algorithm>

#include "base/ascii.h"

namespace squall {

std::size_t edit_distance(std::string_view left, std::string_view right) {
  const std::size_t width = right.size() + 1;
  std::vector<std::size_t> before_last(width), last(width), current(width);
  for (std::size_t j = 0; j < width; ++j) last[j] = j;
  for (std::size_t i = 1; i <= left.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j < width; ++j) {
      const bool same = ascii_lower(left[i - 1]) == ascii_lower(right[j - 1]);
      current[j] = std::min({last[j] + 1, current[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && ascii_lower(left[i - 1]) == ascii_lower(right[j - 2]) &&
          ascii_lower(left[i - 2]) == ascii_lower(right[j - 1])) {
        current[j] = std::min(current[j], before_last[j - 2] + 1);
      }
    }
    before_last.swap(last);
    last.swap(current);
  }
  return last[width - 1];
}

std::string nearest_name(std::string_view word, std::span<const std::string_view> candidates) {
  const std::size_t farthest = std::max<std::size_t>(1, word.size() / 3);
  std::size_t best = farthest + 1;
  std::string_view found;
  for (std::string_view candidate : candidates) {
    // Lengths alone rule most candidates out.
    const std::size_t gap =
        word.size() > candidate.size() ? word.size() - candidate.size() : candidate.size() - word.size();
    if (gap >= best) continue;
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best) {
      best = distance;
      found = candidate;
    }
  }
  return std::string(found);
}

}  // namespace squall
