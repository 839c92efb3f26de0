#include "engine/changes/change_journal.h"

#include <array>
#include <cstdio>
#include <ctime>
#include <map>

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

// Where a change goes and to whom; asked once a profile and region.
class Destinations {
 public:
  Destinations(provider::Provider& provider, std::stop_token stop) : provider_(provider), stop_(std::move(stop)) {}

  struct Destination {
    std::string endpoint;
    std::string account_id;
  };

  Result<Destination> of(const provider::Change& change) {
    const auto key = change.profile + "\n" + change.region;
    if (const auto known = known_.find(key); known != known_.end()) return known->second;
    Destination destination{.endpoint = TRY(provider_.endpoint(change.profile, change.region)), .account_id = {}};
    if (!destination.endpoint.empty()) {
      // Who may not be told its account may still change things.
      const auto account = provider_.account_id(change.profile, stop_);
      if (account) destination.account_id = *account;
    }
    known_[key] = destination;
    return destination;
  }

 private:
  provider::Provider& provider_;
  std::stop_token stop_;
  std::map<std::string, Destination> known_;
};

}  // namespace

Result<JournaledChanges> JournaledChanges::begin(const ChangeOptions& options, provider::Provider& provider,
                                                 std::string_view statement, const ChangePlan& plan,
                                                 std::vector<std::size_t> places, std::stop_token stop) {
  JournaledChanges changes(options);
  changes.places_ = std::move(places);
  if (!options.journal) return changes;
  std::vector<provider::JournalEntry> entries;
  std::vector<std::string> write_only;
  for (std::string_view path : plan.shape->table.type.write_only()) write_only.emplace_back(path);
  Destinations destinations(provider, std::move(stop));
  for (const PlannedChange& planned : plan.changes) {
    auto destination = TRY(destinations.of(planned.change));
    if (destination.endpoint.empty()) return changes;
    entries.push_back({.change = planned.change,
                       .endpoint = std::move(destination.endpoint),
                       .account_id = std::move(destination.account_id),
                       .resource = plan.shape->name,
                       .before = planned.before_is_whole ? planned.before : std::string(),
                       .after = planned.after,
                       .write_only = write_only});
    if (planned.unchanged) entries.back().status = provider::kUnchanged;
  }
  provider::Journal* journal = TRY(options.journal());
  changes.set_ = TRY(journal->begin_set(statement, entries));
  changes.journal_ = journal;
  return changes;
}

Status JournaledChanges::accepted(std::size_t index, const provider::ProgressEvent& event) {
  return journal_ == nullptr ? Status() : journal_->record_accepted(set_, places_[index], event);
}

Status JournaledChanges::finished(std::size_t index, const provider::ChangeOutcome& outcome) {
  return journal_ == nullptr ? Status() : journal_->record_finished(set_, places_[index], outcome);
}

void JournaledChanges::waiting(std::size_t done, std::size_t running, std::size_t failed) {
  if (options_.progress) options_.progress(done, running, failed);
}

void JournaledChanges::not_sent(const Error& reason) {
  if (journal_ == nullptr) return;
  // Where this fails too, the reason that is told matters more.
  for (const std::size_t place : places_) (void)journal_->record_end(set_, place, "FAILED", reason.message);
}

void JournaledChanges::end() {
  if (journal_ != nullptr) journal_->let_go(set_);
  if (options_.progress) options_.progress(places_.size(), 0, 0);
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
