// Texts that a regular expression fits, made by walking the expression: what `pattern` asks of a sample.
//
// Pure and deterministic. Looks around and references that a walk cannot honour are left out, so the caller checks what it
// gets. Handles what CloudFormation's schemas use of Java's dialect; an expression beyond that yields nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace squall::testing {

// Small numbers from a seed, the same on every machine.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed * 2862933555777941757ULL + 3037000493ULL) {}
  std::uint32_t below(std::uint32_t bound) {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return bound == 0 ? 0 : static_cast<std::uint32_t>((state_ >> 33U) % bound);
  }

 private:
  std::uint64_t state_;
};

struct SampleForm {
  std::uint32_t repeats_extra = 0;  // how often more than needed a part may be repeated
  bool any_character = false;       // else letters and digits where they fit
};
std::optional<std::string> sample_of(std::string_view expression, const SampleForm& form, Dice& dice);

}  // namespace squall::testing
