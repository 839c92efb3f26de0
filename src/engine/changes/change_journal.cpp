#include "engine/changes/change_journal.h"

#include <array>
#include <cstdio>
#include <ctime>

namespace squall::engine {

namespace {

// ISO 8601 in UTC, to the millisecond.
std::string time_text(Clock::Time time) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
  const auto seconds = static_cast<std::time_t>(ms / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::array<char, 8> fraction{};
  std::snprintf(fraction.data(), fraction.size(), ".%03dZ", static_cast<int>(ms % 1000));
  return std::string(text.data(), length) + fraction.data();
}

}  // namespace

std::vector<provider::JournalEntry> entries_of(const ChangePlan& plan) {
  std::vector<std::string> write_only;
  for (std::string_view path : plan.shape->table.type.write_only()) write_only.emplace_back(path);
  std::vector<provider::JournalEntry> entries;
  for (const PlannedChange& planned : plan.changes) {
    entries.push_back({.change = planned.change,
                       .endpoint = {},
                       .account_id = {},
                       .resource = plan.shape->name,
                       .before = planned.before_is_whole ? planned.before : std::string(),
                       .after = planned.after,
                       .write_only = write_only});
    if (planned.unchanged) entries.back().status = provider::kUnchanged;
  }
  return entries;
}

SnapshotTable changes_table(const std::function<Result<provider::Journal*>()>& journal) {
  SnapshotTable table{.name = "squall.changes", .columns = {{"id", DataType::integer}}};
  for (const char* name : {"statement", "time", "endpoint", "account_id", "region", "resource", "operation",
                           "identifier", "client_token", "request_token", "status", "error_code", "message"})
    table.columns.push_back({name, DataType::string});
  table.columns.push_back({"patch", DataType::array});
  table.columns.push_back({"before", DataType::object});
  table.columns.push_back({"after", DataType::object});
  table.snapshot = [journal](const SnapshotScan&) -> Result<SnapshotRows> {
    SnapshotRows rows;
    if (!journal) return rows;
    const auto add = [&rows](const std::string& text) {
      if (text.empty())
        rows.add(Value::null());
      else
        rows.add(text);
    };
    provider::Journal* opened = TRY(journal());
    for (const provider::JournalSet& set : TRY(opened->masked_sets())) {
      for (const provider::JournalEntry& entry : set.entries) {
        rows.add(set.id);
        add(set.statement);
        add(time_text(entry.time));
        for (const std::string* text : {&entry.endpoint, &entry.account_id, &entry.change.region, &entry.resource})
          add(*text);
        add(provider::name_of(entry.change.operation));
        for (const std::string* text :
             {&entry.change.identifier, &entry.change.client_token, &entry.change.request_token, &entry.status,
              &entry.error_code, &entry.message, &entry.change.patch_document, &entry.before, &entry.after})
          add(*text);
      }
    }
    return rows;
  };
  return table;
}

}  // namespace squall::engine
