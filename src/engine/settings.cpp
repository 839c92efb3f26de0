#include "engine/settings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <vector>

#include "base/ascii.h"
#include "base/did_you_mean.h"

namespace squall::engine {

namespace {

bool read_count(std::string_view text, std::uint64_t& count) {
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), count);
  return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
}

struct Unit {
  std::string_view name;
  std::uint64_t times;
};

// A number and one of the units; none: the number as it is. False as well where the product is too large.
bool read_with_unit(std::string_view text, std::span<const Unit> units, std::uint64_t& product) {
  std::uint64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
  while (text.starts_with(' ')) text.remove_prefix(1);
  const auto unit = std::find_if(units.begin(), units.end(),
                                 [text](const Unit& each) { return equal_ignoring_case(each.name, text); });
  if (unit == units.end() || number > std::numeric_limits<std::int64_t>::max() / unit->times) return false;
  product = number * unit->times;
  return true;
}

bool read_boolean(std::string_view text, bool& flag) {
  for (std::string_view yes : {"on", "true", "yes", "1"}) {
    if (equal_ignoring_case(text, yes)) return flag = true;
  }
  for (std::string_view no : {"off", "false", "no", "0"}) {
    if (equal_ignoring_case(text, no)) return !(flag = false);
  }
  return false;
}

bool read_bytes(std::string_view text, std::size_t& bytes) {
  constexpr std::array<Unit, 8> kUnits = {{{"", 1},
                                           {"B", 1},
                                           {"KB", 1U << 10U},
                                           {"KiB", 1U << 10U},
                                           {"MB", 1U << 20U},
                                           {"MiB", 1U << 20U},
                                           {"GB", 1U << 30U},
                                           {"GiB", 1U << 30U}}};
  std::uint64_t number = 0;
  if (!read_with_unit(text, kUnits, number) || number == 0) return false;
  bytes = number;
  return true;
}

std::string bytes_text(std::size_t bytes) {
  constexpr std::array<Unit, 3> kUnits = {{{" GiB", 1U << 30U}, {" MiB", 1U << 20U}, {" KiB", 1U << 10U}}};
  for (const Unit& unit : kUnits) {
    if (bytes % unit.times == 0) return std::to_string(bytes / unit.times) + std::string(unit.name);
  }
  return std::to_string(bytes);
}

std::string on_or_off(bool flag) { return flag ? "on" : "off"; }

constexpr std::array<Setting, 7> kSettings = {{
    {.name = "on_error",
     .description = "fail: a call that fails ends the statement; warn: the rows that could be had, with a warning",
     .expected = "fail or warn",
     .read =
         [](std::string_view text, Settings& settings) {
           const bool warn = equal_ignoring_case(text, "warn");
           if (!warn && !equal_ignoring_case(text, "fail")) return false;
           settings.on_error = warn ? ErrorPolicy::warn : ErrorPolicy::fail;
           return true;
         },
     .show =
         [](const Settings& settings) {
           return std::string(settings.on_error == ErrorPolicy::warn ? "warn" : "fail");
         }},
    {.name = "region",
     .description = "the region of statements that name none; empty: --region, AWS_REGION or the profile's",
     .expected = "the name of a region, as 'eu-west-1'",
     .read =
         [](std::string_view text, Settings& settings) {
           settings.region = ascii_lower(text);
           return std::all_of(text.begin(), text.end(), [](char c) { return is_ascii_alnum(c) || c == '-'; });
         },
     .show = [](const Settings& settings) { return settings.region; }},
    {.name = "cache",
     .description = "how long what a statement has read may answer the next ones",
     .expected = "a time, as '90s', '5m', '1h', or off",
     .read = [](std::string_view text, Settings& settings) { return read_duration(text, settings.cache_seconds); },
     .show =
         [](const Settings& settings) {
           const auto seconds = settings.cache_seconds.count();
           return seconds == 0 ? std::string("off") : std::to_string(seconds) + "s";
         }},
    {.name = "max_calls",
     .description = "stops a statement that needs more calls; 0: any number",
     .expected = "a number",
     .read = [](std::string_view text, Settings& settings) { return read_count(text, settings.max_calls); },
     .show = [](const Settings& settings) { return std::to_string(settings.max_calls); }},
    {.name = "max_memory",
     .description = "stops a statement that has to hold more bytes of resources at a time",
     .expected = "a size, as '512 MiB'",
     .read = [](std::string_view text, Settings& settings) { return read_bytes(text, settings.memory_bytes_max); },
     .show = [](const Settings& settings) { return bytes_text(settings.memory_bytes_max); }},
    {.name = "read_only",
     .description = "refuses every statement that changes something in the cloud",
     .expected = "on or off",
     .read = [](std::string_view text, Settings& settings) { return read_boolean(text, settings.read_only); },
     .show = [](const Settings& settings) { return on_or_off(settings.read_only); }},
    {.name = "max_changes",
     .description = "refuses an UPDATE or DELETE of more resources; 0: any number",
     .expected = "a number",
     .read = [](std::string_view text, Settings& settings) { return read_count(text, settings.max_changes); },
     .show = [](const Settings& settings) { return std::to_string(settings.max_changes); }},
}};

}  // namespace

bool read_duration(std::string_view text, std::chrono::seconds& duration) {
  constexpr std::array<Unit, 5> kUnits = {{{"", 1}, {"s", 1}, {"m", 60}, {"min", 60}, {"h", 3600}}};
  std::uint64_t seconds = 0;
  if (!equal_ignoring_case(text, "off") && !read_with_unit(text, kUnits, seconds)) return false;
  // A year: more cannot be meant, and sums with the time of day stay in range.
  if (seconds > 31'536'000) return false;
  duration = std::chrono::seconds(seconds);
  return true;
}

std::span<const Setting> all_settings() { return kSettings; }

const Setting* find_setting(std::string_view name) {
  const auto setting = std::find_if(kSettings.begin(), kSettings.end(),
                                    [name](const Setting& each) { return equal_ignoring_case(each.name, name); });
  return setting == kSettings.end() ? nullptr : &*setting;
}

Error unknown_setting_error(std::string_view name) {
  std::vector<std::string_view> names;
  std::string list;
  for (const Setting& setting : kSettings) {
    names.push_back(setting.name);
    list += (list.empty() ? "there are " : ", ") + std::string(setting.name);
  }
  const std::string nearest = nearest_name(name, names);
  return sql_error("no setting " + std::string(name), nearest.empty() ? list : "did you mean " + nearest + "?");
}

Status change_setting(Settings& settings, const Setting& setting, std::string_view text) {
  Settings changed = settings;
  const std::string value = equal_ignoring_case(text, "default") ? setting.show(Settings{}) : std::string(text);
  if (!setting.read(value, changed)) {
    return sql_error("'" + value + "' is no value of " + std::string(setting.name),
                     "give " + std::string(setting.expected));
  }
  settings = std::move(changed);
  return {};
}

SnapshotTable settings_table(const Settings& settings) {
  return {.name = "squall.settings",
          .columns = {{"name", DataType::string},
                      {"value", DataType::string},
                      {"default_value", DataType::string},
                      {"description", DataType::string}},
          .snapshot = [&settings](const SnapshotScan&) -> Result<SnapshotRows> {
            SnapshotRows rows;
            for (const Setting& setting : kSettings) {
              rows.add(setting.name);
              rows.add(setting.show(settings));
              rows.add(setting.show(Settings{}));
              rows.add(setting.description);
            }
            return rows;
          }};
}

}  // namespace squall::engine
