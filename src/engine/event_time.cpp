#include "engine/event_time.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <ctime>

namespace squall::engine {

std::string event_time_text(double seconds) {
  constexpr double kLastSecond = 253402300799;  // of the year 9999
  if (!(seconds > 0) || seconds > kLastSecond) return {};
  const auto whole = static_cast<std::time_t>(std::floor(seconds));
  std::tm parts{};
  gmtime_r(&whole, &parts);
  std::array<char, 40> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::array<char, 8> fraction{};
  std::snprintf(fraction.data(), fraction.size(), ".%03d", static_cast<int>((seconds - std::floor(seconds)) * 1000));
  return std::string(text.data()) + fraction.data() + "Z";
}

}  // namespace squall::engine
