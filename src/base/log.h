// Lines about what the program does, for whoever looks for a fault: key=value, one line an event, to standard error.
//
// Owned by cli/, handed down by reference (a null pointer: nobody listens). Any thread; a line is written whole. Who writes
// an event never puts in secrets, tokens, Properties or DesiredState: names, sizes, durations and codes only.
#pragma once

#include <functional>
#include <initializer_list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace squall {

enum class LogLevel { error, warn, info, debug };

// "error", "warn", "info", "debug".
std::optional<LogLevel> parse_log_level(std::string_view name);

class Log {
 public:
  using Write = std::function<void(const std::string& line)>;
  using Field = std::pair<std::string_view, std::string>;

  Log(LogLevel level, Write write) : level_(level), write_(std::move(write)) {}

  bool is_on(LogLevel level) const { return level <= level_; }
  // level=debug event=http status=200 text="two words". Empty values are left out.
  void line(LogLevel level, std::string_view event, std::initializer_list<Field> fields);

 private:
  const LogLevel level_;
  std::mutex mutex_;
  const Write write_;
};

}  // namespace squall
