// The table that RETURNING reads: a row a change, with the properties after it, what the cloud answered, and the request's
// parameters. A visible column a property and region, as SELECT * of the changed table; all others are hidden.
#pragma once

#include <stop_token>
#include <vector>

#include "engine/changes/change_plan.h"
#include "engine/snapshot_table.h"
#include "provider/provider.h"

namespace squall::engine {

struct ReturnedChange {
  const PlannedChange* planned = nullptr;
  provider::ChangeOutcome outcome = {};
};

// Hidden: the number of a row's change, from 0.
constexpr std::string_view kReturnedRow = "squall__row";

// Properties are read (GetResource, in parallel) when a row's property is asked for that its identifier does not tell.
// `changes` and `provider` must outlive the table.
SnapshotTable returned_table(std::string name, const TableShape& shape, const std::vector<ReturnedChange>& changes,
                             provider::Provider& provider, std::shared_ptr<provider::CallMeter> meter,
                             std::stop_token stop);

// The status of a change for people: the outcome's, or UNCHANGED.
std::string status_of(const ReturnedChange& change);

}  // namespace squall::engine
