// How a lower layer shows its state as a table of squall.*: a name, columns, and a function that makes the rows.
//
// Made by a Provider and kept by the engine as long as the provider lives. The snapshot is taken once a statement, on the
// session's thread; it may block until the stop request.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/value.h"

namespace squall::provider {

using SystemValue = std::variant<std::monostate, std::int64_t, double, std::string>;
using SystemRow = std::vector<SystemValue>;

struct SystemTable {
  std::string name;  // "squall.limits"
  std::vector<ResultColumn> columns;
  std::function<Result<std::vector<SystemRow>>(std::stop_token stop)> snapshot;  // rows as wide as the columns
};

}  // namespace squall::provider
