// What must hold before a statement's changes are sent: it says which resources it means, and not too many of them.
#pragma once

#include "engine/changes/planner.h"

namespace squall::engine {

// Of the text alone, before anything is read: read_only; an UPDATE or DELETE without WHERE, or whose WHERE names nothing
// but region and profile.
Status check_guards(const PlanInputs& inputs);
// Of the plan: --max-changes.
Status check_count(const PlanInputs& inputs, const ChangePlan& plan);
// For the question on a terminal.
Result<ChangeSummary> summary_of_plans(const std::vector<const ChangePlan*>& plans, provider::Provider& provider,
                                       std::stop_token stop);

}  // namespace squall::engine
