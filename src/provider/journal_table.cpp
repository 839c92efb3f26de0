#include "provider/journal_table.h"

#include <fmt/chrono.h>

#include <ctime>
#include <utility>

namespace squall::provider {
namespace {

SystemValue text_or_null(const std::string& text) { return text.empty() ? SystemValue() : SystemValue(text); }

// "2026-11-25T12:00:00.123Z".
std::string time_text(Clock::Time time) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
  const auto seconds = static_cast<std::time_t>(ms / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", parts, ms % 1000);
}

SystemRow row_of(const JournalSet& set, const JournalEntry& entry) {
  const Change& change = entry.change;
  return {set.id,
          text_or_null(set.statement),
          time_text(entry.time),
          text_or_null(entry.endpoint),
          text_or_null(entry.account_id),
          change.region,
          entry.resource,
          std::string(name_of(change.operation)),
          text_or_null(change.identifier),
          change.client_token,
          text_or_null(change.request_token),
          entry.status,
          text_or_null(entry.error_code),
          text_or_null(entry.message),
          text_or_null(change.patch_document),
          text_or_null(entry.before),
          text_or_null(entry.after)};
}

Result<std::vector<SystemRow>> rows_of(const JournalSource& source) {
  std::vector<SystemRow> rows;
  Journal* const journal = source ? TRY(source()) : nullptr;
  if (journal == nullptr) return rows;
  for (const JournalSet& set : TRY(journal->masked_sets())) {
    for (const JournalEntry& entry : set.entries) rows.push_back(row_of(set, entry));
  }
  return rows;
}

}  // namespace

SystemTable changes_table(JournalSource source) {
  std::vector<ResultColumn> columns = {{"id", DataType::integer}};
  for (const char* name : {"statement", "time", "endpoint", "account_id", "region", "resource", "operation",
                           "identifier", "client_token", "request_token", "status", "error_code", "message"}) {
    columns.push_back({name, DataType::string});
  }
  columns.push_back({"patch", DataType::array});
  columns.push_back({"before", DataType::object});
  columns.push_back({"after", DataType::object});
  return {"squall.changes", std::move(columns),
          [source = std::move(source)](std::stop_token) { return rows_of(source); }};
}

}  // namespace squall::provider
