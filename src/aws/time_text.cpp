#include "aws/time_text.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <ctime>

namespace squall::aws {

namespace {

std::optional<int> read_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + digits, number);
  if (failure != std::errc() || end != text.data() + digits || text.front() == '-') return std::nullopt;
  text.remove_prefix(digits);
  return number;
}

bool skip(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

std::optional<Clock::Time> time_of(std::tm parts) {
  const bool valid = parts.tm_mon >= 0 && parts.tm_mon < 12 && parts.tm_mday >= 1 && parts.tm_mday <= 31 &&
                     parts.tm_hour < 24 && parts.tm_min < 60 && parts.tm_sec <= 60;
  // The clock counts nanoseconds, which end in 2262.
  constexpr int kYearMin = 1970 - 1900;
  constexpr int kYearMax = 2200 - 1900;
  if (!valid || parts.tm_year < kYearMin || parts.tm_year > kYearMax) return std::nullopt;
  return Clock::Time(std::chrono::seconds(timegm(&parts)));
}

// "Z", "UTC", "+02:00", "-0500" or nothing, as seconds east of Greenwich.
std::optional<int> read_offset(std::string_view text) {
  if (text.empty() || text == "Z" || text == "z" || text == "UTC") return 0;
  const int sign = text.front() == '-' ? -1 : 1;
  if (text.front() != '+' && text.front() != '-') return std::nullopt;
  text.remove_prefix(1);
  const auto hours = read_number(text, 2);
  skip(text, ":");
  const auto minutes = read_number(text, 2);
  if (!hours || !minutes || !text.empty()) return std::nullopt;
  return sign * (*hours * 3600 + *minutes * 60);
}

}  // namespace

std::optional<Clock::Time> parse_iso_time(std::string_view text) {
  std::tm parts{};
  const auto field = [&](std::size_t digits, std::string_view then, int& into, int minus) {
    const auto number = read_number(text, digits);
    if (!number || !skip(text, then)) return false;
    into = *number - minus;
    return true;
  };
  if (!field(4, "-", parts.tm_year, 1900) || !field(2, "-", parts.tm_mon, 1) || !field(2, "", parts.tm_mday, 0))
    return std::nullopt;
  if (!skip(text, "T") && !skip(text, " ")) return std::nullopt;
  if (!field(2, ":", parts.tm_hour, 0) || !field(2, ":", parts.tm_min, 0) || !field(2, "", parts.tm_sec, 0))
    return std::nullopt;
  if (skip(text, ".")) text.remove_prefix(std::min(text.find_first_not_of("0123456789"), text.size()));
  const auto offset = read_offset(text);
  const auto time = time_of(parts);
  if (!offset || !time) return std::nullopt;
  return *time - std::chrono::seconds(*offset);
}

std::string iso_time(Clock::Time time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", parts);
}

std::optional<Clock::Time> parse_http_date(std::string_view text) {
  constexpr std::array<std::string_view, 12> kMonths = {"Jan ", "Feb ", "Mar ", "Apr ", "May ", "Jun ",
                                                        "Jul ", "Aug ", "Sep ", "Oct ", "Nov ", "Dec "};
  std::tm parts{};
  const auto comma = text.find(", ");
  if (comma == std::string_view::npos) return std::nullopt;
  text.remove_prefix(comma + 2);
  const auto day = read_number(text, 2);
  if (!day || !skip(text, " ")) return std::nullopt;
  parts.tm_mday = *day;
  while (parts.tm_mon < 12 && !skip(text, kMonths.at(static_cast<std::size_t>(parts.tm_mon)))) ++parts.tm_mon;
  const auto year = read_number(text, 4);
  if (parts.tm_mon == 12 || !year || !skip(text, " ")) return std::nullopt;
  parts.tm_year = *year - 1900;
  const auto hour = read_number(text, 2);
  const auto minute = skip(text, ":") ? read_number(text, 2) : std::nullopt;
  const auto second = skip(text, ":") ? read_number(text, 2) : std::nullopt;
  if (!hour || !minute || !second || text != " GMT") return std::nullopt;
  parts.tm_hour = *hour;
  parts.tm_min = *minute;
  parts.tm_sec = *second;
  return time_of(parts);
}

}  // namespace squall::aws
