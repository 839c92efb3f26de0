// A statement's changes in the journal: on disk as a whole before the first is sent, each step recorded after it.
//
// Opened with the first change of the session. Changes to a cloud that does not outlive the process are not kept.
// Session thread only.
#pragma once

#include <functional>
#include <stop_token>
#include <string_view>
#include <vector>

#include "engine/changes/change_options.h"
#include "engine/changes/change_plan.h"
#include "engine/snapshot_table.h"
#include "provider/journal.h"
#include "provider/provider.h"

namespace squall::engine {

// Records what apply() tells, and passes progress on.
class JournaledChanges final : public provider::ChangeObserver {
 public:
  // The whole plan is in the journal when this returns. `places`: of the changes that are sent, in the plan.
  static Result<JournaledChanges> begin(const ChangeOptions& options, provider::Provider& provider,
                                        std::string_view statement, const ChangePlan& plan,
                                        std::vector<std::size_t> places, std::stop_token stop);

  Status accepted(std::size_t index, const provider::ProgressEvent& event) override;
  Status finished(std::size_t index, const provider::ChangeOutcome& outcome) override;
  void waiting(std::size_t done, std::size_t running, std::size_t failed) override;
  // Nothing was sent, nor shall be by a later resume.
  void not_sent(const Error& reason);
  // Nothing of the set is under way any more.
  void end();

 private:
  explicit JournaledChanges(const ChangeOptions& options) : options_(options) {}

  const ChangeOptions& options_;
  provider::Journal* journal_ = nullptr;  // null: not kept
  std::int64_t set_ = 0;
  std::vector<std::size_t> places_;
};

// squall.changes: the journal, newest first; write-only values print as ***.
SnapshotTable changes_table(const std::function<Result<provider::Journal*>()>& journal);

}  // namespace squall::engine
