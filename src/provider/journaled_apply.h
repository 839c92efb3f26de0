// Provider::apply() with the journal around it: the set is on disk before the first change is sent, each step is recorded.
//
// Session thread only; blocks as apply() does. An error means that nothing was sent.
//
// The account of a change is told where that is possible: who may not ask for it may still change things.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string_view>
#include <vector>

#include "provider/journal.h"
#include "provider/provider.h"

namespace squall::provider {

// Opens the journal when the first change needs it; null: changes are kept nowhere. An error forbids the change.
using JournalSource = std::function<Result<Journal*>()>;

struct AppliedChanges {
  std::vector<ChangeOutcome> outcomes;  // of the steps that were begun
  std::size_t steps = 0;                // as many
  // The journal could not be written on the way: it does not know how the changes ended. What had not been sent then, was
  // not.
  std::optional<Error> not_recorded = {};
};

// One outcome an entry, in their order; that of an entry with the status UNCHANGED says just that, for it is not sent.
// Endpoint and account of the entries are found out here. Changes whose provider names no endpoint are not kept.
Result<AppliedChanges> apply_journaled(const JournalSource& source, Provider& provider, std::string_view statement,
                                       std::vector<JournalEntry> entries, ChangeObserver& observer,
                                       ApplySettings settings, std::stop_token stop);

// The statements of a COMMIT: all of them are on disk before the first is sent, and nothing is sent behind one of which a
// change failed.
struct JournaledStep {
  std::vector<JournalEntry> entries;
  bool wait = true;  // false: NOWAIT
};
Result<AppliedChanges> apply_journaled(const JournalSource& source, Provider& provider, std::string_view statement,
                                       std::vector<JournaledStep> steps, ChangeObserver& observer,
                                       const std::shared_ptr<CallMeter>& meter, std::stop_token stop);

// Why a change of a later step was not sent.
constexpr std::string_view kBehindFailure = "not sent: an earlier statement of the transaction failed";

// Applies entries [indices] of a set that the journal holds and this object owns.
Result<AppliedChanges> apply_recorded(Journal& journal, Provider& provider, const JournalSet& set,
                                      const std::vector<std::size_t>& indices, ChangeObserver& observer,
                                      ApplySettings settings, std::stop_token stop);

}  // namespace squall::provider
