// From a plan and the values that xFilter got to the requests of the scan: one for each combination of region, keys and
// identifiers.
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/scan_plan.h"
#include "provider/provider.h"
#include "sqlite/sqlite.h"

namespace squall::engine {

struct PlannedRequest {
  provider::ScanRequest scan;
  std::vector<std::pair<std::size_t, std::string>> parameters;  // column, value asked for
  std::vector<std::pair<std::string, std::string>> model;       // ResourceModel's keys

  const std::string* given(std::size_t column) const;
  const std::string* model_value(std::string_view key) const;
};

// No requests where a value is NULL or can name nothing. An ARN of another region than the one asked for is an error.
Result<std::vector<PlannedRequest>> build_requests(const TableShape& shape, const ScanPlan& plan,
                                                   std::span<sqlite3_value*> arguments, provider::Provider& provider);

// The value of one part of the primary identifier, out of "A|B"; nothing where the parts cannot be told apart.
std::optional<std::string_view> identifier_part(const catalogue::ResourceType& type, std::string_view identifier,
                                                std::string_view part);

}  // namespace squall::engine
