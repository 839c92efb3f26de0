// Between a statement's plan and the journal: a plan as the journal's entries, and the journal as a table.
#pragma once

#include <functional>
#include <vector>

#include "engine/changes/change_plan.h"
#include "engine/snapshot_table.h"
#include "provider/journal.h"

namespace squall::engine {

// One entry a change, in their order; where they go and to whom is found out when they are applied.
std::vector<provider::JournalEntry> entries_of(const ChangePlan& plan);

// squall.changes: the journal, newest first; write-only values print as ***.
SnapshotTable changes_table(const std::function<Result<provider::Journal*>()>& journal);

}  // namespace squall::engine
