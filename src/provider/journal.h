// The journal of changes: what was about to be sent, and what became of it, in one SQLite file that outlives the process.
//
// A change set is on disk as a whole, in one transaction and synced, before its first change is sent; each step is recorded
// after it, so that `resume` can finish and `undo` can reverse what a process did. The process that made or took a set owns it
// by a lock until it lets it go or dies. Several processes may use one file. One object belongs to one thread.
// The file holds write-only values in full and is readable by its owner alone; statements and masked_sets() hide them. A journal that is damaged or of a newer version is an error, and then nothing may be sent.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/environment.h"
#include "base/result.h"
#include "provider/change.h"
#include "provider/set_locks.h"
#include "sqlite/sqlite.h"

namespace squall::provider {

// What a change's status is beside the OperationStatus of events and the "NOT_FOUND" of outcomes.
constexpr std::string_view kPlanned = "PLANNED";      // not sent, as far as anybody knows
constexpr std::string_view kSent = "SENT";            // taken by the service, or sent without an answer
constexpr std::string_view kUnchanged = "UNCHANGED";  // nothing differed; never sent

// Whether a change with this status has come to its end.
bool is_final_status(std::string_view status);

struct JournalEntry {
  Change change;  // as apply() takes it; its request_token is the last one that the service gave
  // The statement of a COMMIT that it belongs to, from 0: nothing of a step is sent before all of the earlier ones is done,
  // or behind one that failed.
  int step = 0;
  std::string endpoint;
  std::string account_id;                    // empty: not known
  std::string resource;                      // the table: "aws.sagemaker.images"
  std::string before = {};                   // properties (JSON) as they were read; empty: not read
  std::string after = {};                    // as they are to be; empty: a delete
  std::vector<std::string> write_only = {};  // the type's write-only paths
  std::string status = std::string(kPlanned);
  std::string error_code = {};
  std::string message = {};
  Clock::Time time = {};  // of the last step; begin_set() sets it
};

struct JournalSet {
  std::int64_t id = 0;
  std::string statement;  // write-only values as ***
  Clock::Time begun = {};
  std::vector<JournalEntry> entries;
};

class Journal {
 public:
  // Makes the file and its folder if they are not there, and forgets sets that ended and are older than 90 days.
  static Result<Journal> open(const std::string& path, const Clock& clock);

  // All or nothing; the set's number, which this object then owns.
  Result<std::int64_t> begin_set(std::string_view statement, const std::vector<JournalEntry>& entries);

  // `index`: of the entry in its set.
  Status record_accepted(std::int64_t set, std::size_t index, const ProgressEvent& event);
  // A change that was not sent because of an interruption stays PLANNED, and one of which nobody knows whether it took place
  // stays SENT: both are what resume takes up.
  Status record_finished(std::int64_t set, std::size_t index, const ChangeOutcome& outcome);
  // Steps between the two are on disk when the batch is closed, all or none; without one, each at once. Others cannot write
  // to the file meanwhile, so a batch is short. To open an open one, or close none, does nothing.
  Status open_batch();
  Status close_batch();
  // How a change ended that was not applied again.
  Status record_end(std::int64_t set, std::size_t index, std::string_view status, std::string_view message);
  // Another may take what is not finished.
  void let_go(std::int64_t set) { locks_.release(set); }

  // Those that have a change to finish which `mine` accepts, and no owner; this object owns them then. Oldest first.
  Result<std::vector<JournalSet>> take_unfinished(const std::function<bool(const JournalEntry&)>& mine);
  Result<std::optional<JournalSet>> set(std::int64_t id);
  // The newest sets first, each with its entries in order; documents and statements hide write-only values.
  Result<std::vector<JournalSet>> masked_sets();

  struct KnownValue {
    std::string json;
    Clock::Time time;
  };
  // What the last change that succeeded gave a resource at a write-only path ("MasterUserPassword", "Code/ZipFile"); nothing
  // where it gave none: the value of an older one was taken out since, or may be lost.
  struct ValueWish {
    std::string type_name;
    std::string endpoint;
    std::string account_id;
    std::string region;
    std::string identifier;
    std::string path;
    std::int64_t before_set = 0;  // as it was before that set; 0: now
  };
  Result<std::optional<KnownValue>> last_write_only_value(const ValueWish& wish);

  // Whether another change has the same ClientToken, which only a user can bring about: a request under it may be that one's.
  Result<bool> shares_token(std::int64_t set, std::size_t index);

  // The last set behind `set` that changed the resource of that entry; nothing where none did.
  Result<std::optional<std::int64_t>> changed_after(std::int64_t set, const JournalEntry& entry);

 private:
  Result<sqlite::Statement*> prepared(const char* sql);
  Result<std::vector<JournalEntry>> entries_of(std::int64_t set);
  Result<std::vector<JournalSet>> read_sets(const char* sql);
  Status insert_set(std::string_view statement, const std::vector<JournalEntry>& entries, std::int64_t& id);
  Status insert_entry(std::int64_t set, std::size_t index, const JournalEntry& entry, std::int64_t now_ms);
  Status set_up();
  Status make_or_update(std::int64_t version);
  Status forget_old();
  std::int64_t now_ms() const;
  // Says that it is the journal that fails.
  Error in_journal(Error error) const;

  std::string path_;
  const Clock* clock_ = nullptr;
  SetLocks locks_;
  sqlite::Connection connection_;
  std::vector<std::pair<const char*, std::unique_ptr<sqlite::Statement>>> statements_;
};

// $XDG_STATE_HOME/squall/journal.db, or ~/.local/state/squall/journal.db.
Result<std::string> journal_path(const Environment& environment);

}  // namespace squall::provider
