// From a plan and the values that xFilter got to the requests of the scan: one for each combination of region, keys and
// identifiers.
#pragma once

#include <functional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/parent_walk.h"
#include "engine/scan_plan.h"
#include "provider/provider.h"
#include "sqlite/sqlite.h"

namespace squall::engine {

struct PlannedRequest {
  provider::ScanRequest scan;
  std::vector<std::pair<std::size_t, std::string>> parameters;  // column, value asked for
  ListKeys model;                                               // ResourceModel's keys
  // Lacks keys that parents give (ScanPlan::walks_parents): parent_walk.h tells them, with_keys() puts them in.

  const std::string* given(std::size_t column) const;
  const std::string* model_value(std::string_view key) const;
};

using DefaultRegion = std::function<Result<std::string>()>;  // of statements that name none

// `columns_read`: what the statement reads of the table, in lower case; the plan's mask tells it for the first 63 alone.
// No requests where a value is NULL or can name nothing. An ARN of another region than the one asked for is an error.
Result<std::vector<PlannedRequest>> build_requests(const TableShape& shape, const ScanPlan& plan,
                                                   std::span<sqlite3_value*> arguments,
                                                   const DefaultRegion& default_region,
                                                   const std::set<std::string>& columns_read);

// What a list of this plan needs of each resource beside its identifier and keys: where a list lacks one of these
// properties, the resource is read with GetResource. Empty for a get.
std::vector<std::string> wanted_details(const TableShape& shape, const ScanPlan& plan,
                                        const std::set<std::string>& columns_read);

// Global services are asked once, at home.
Result<std::string> region_by_default(const catalogue::ResourceType& type, const DefaultRegion& default_region);

// The same request under keys that a walk has found.
PlannedRequest with_keys(const TableShape& shape, const PlannedRequest& request, ListKeys keys);

// The value of one part of the primary identifier, out of "A|B"; nothing where the parts cannot be told apart.
std::optional<std::string_view> identifier_part(const catalogue::ResourceType& type, std::string_view identifier,
                                                std::string_view part);

}  // namespace squall::engine
