// Planned changes as rows: what --dryrun and SHOW CHANGES print.
#pragma once

#include <vector>

#include "base/row_sink.h"
#include "engine/changes/change_plan.h"

namespace squall::engine {

// operation, resource, region, identifier, before, after, patch, warnings. Write-only values print as "***".
Status show_changes(const std::vector<const ChangePlan*>& plans, RowSink& sink);

}  // namespace squall::engine
