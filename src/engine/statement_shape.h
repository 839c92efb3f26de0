// What a prepared statement is to the run loop, found from what SQLite compiled it to (EXPLAIN): how many scans of resource
// tables there are, and whether the only one runs once.
#pragma once

#include <string_view>

#include "sqlite/sqlite.h"

namespace squall::engine {

struct StatementShape {
  std::size_t scans = 0;      // of resource tables, in the statement's text
  bool runs_in_loop = false;  // some scan may be entered more than once
  // One scan that is entered once needs no cache: it streams.
  bool streams() const { return scans == 1 && !runs_in_loop; }
};

Result<StatementShape> shape_of_statement(sqlite::Connection& connection, std::string_view sql);

}  // namespace squall::engine
