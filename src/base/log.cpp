#include "base/log.h"

#include <array>

#include "base/ascii.h"
#include "base/json_text.h"

namespace squall {

namespace {

constexpr std::array<std::string_view, 4> kNames = {"error", "warn", "info", "debug"};

// What could end the line or be taken for another field stands in quotes.
void append_value(std::string& line, const std::string& value) {
  constexpr std::string_view kPlain = "-._:/+@,%";
  for (char c : value) {
    if (!is_ascii_alnum(c) && kPlain.find(c) == std::string_view::npos) return append_json_quoted(line, value);
  }
  line += value;
}

}  // namespace

std::optional<LogLevel> parse_log_level(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames.at(i) == name) return static_cast<LogLevel>(i);
  }
  return std::nullopt;
}

void Log::line(LogLevel level, std::string_view event, std::initializer_list<Field> fields) {
  if (!is_on(level)) return;
  std::string line =
      "level=" + std::string(kNames.at(static_cast<std::size_t>(level))) + " event=" + std::string(event);
  for (const auto& [name, value] : fields) {
    if (value.empty()) continue;
    line += " " + std::string(name) + "=";
    append_value(line, value);
  }
  line += "\n";
  const std::lock_guard lock(mutex_);
  write_(line);
}

}  // namespace squall
