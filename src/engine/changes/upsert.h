// INSERT … ON CONFLICT: rows whose resource is there already are left alone (DO NOTHING) or updated (DO UPDATE SET …).
//
// Only where the statement itself gives the whole primary identifier, or a whole additional one: then a read tells. What
// comes into being between the read and the create is AWS's to refuse. Session thread only.
#pragma once

#include "engine/changes/change_statements.h"
#include "engine/changes/planner.h"

namespace squall::engine {

// `plan`: as plan_insert made it; creates of what is there become updates, or unchanged.
Status resolve_conflicts(const PlanInputs& inputs, const ChangeHost& host, ChangePlan& plan);

}  // namespace squall::engine
