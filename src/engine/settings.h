// The settings of a session: what a command line gives at the start, SET changes and squall.settings shows.
//
// A plain value that the session owns; session thread only. A change is in force from the next statement on. kSettings is
// the table of their names as SET and squall.settings spell them; a value that cannot be read changes nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "engine/snapshot_table.h"

namespace squall::engine {

enum class ErrorPolicy : std::uint8_t { fail, warn };

struct Settings {
  ErrorPolicy on_error = ErrorPolicy::fail;             // --on-error
  std::uint64_t max_calls = 0;                          // --max-calls: of one statement; 0: any number
  std::size_t memory_bytes_max = std::size_t{1} << 30;  // of the resources that one statement holds at a time
  std::chrono::seconds cache_seconds{0};                // --cache: how long what was read may be used again; 0: never
  bool read_only = false;                               // no statement may change anything in the cloud
  std::uint64_t max_changes = 100;                      // --max-changes: of one UPDATE or DELETE; 0: any number
  std::string region = {};                              // of statements that name none; empty: the provider's default
};

struct Setting {
  std::string_view name;  // "max_calls"
  std::string_view description;
  std::string_view expected;  // what the values look like, for messages
  bool (*read)(std::string_view text, Settings& settings);
  std::string (*show)(const Settings& settings);
};

// In the order of squall.settings.
std::span<const Setting> all_settings();

const Setting* find_setting(std::string_view name);  // in any case; null: there is none
Error unknown_setting_error(std::string_view name);  // with "did you mean"

// "default" restores what a new session has. An error where the text is no value of the setting.
Status change_setting(Settings& settings, const Setting& setting, std::string_view text);

// squall.settings(name, value, default_value, description). `settings` must outlive the table.
SnapshotTable settings_table(const Settings& settings);

// "90", "90s", "5m", "1h", "off" (0).
bool read_duration(std::string_view text, std::chrono::seconds& duration);

}  // namespace squall::engine
