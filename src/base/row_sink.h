// Where the rows of one statement go: a formatter of output/, a server's connection, a test's vector.
//
// Called from the session's thread: begin once, row for each row, then end exactly once on success. When the statement
// fails, end is not called (so JSON that fails in mid-stream stays unclosed, and cannot pass for a whole answer).
// A sink that cannot take more (a closed pipe) returns an error, which stops the statement.
#pragma once

#include <span>

#include "base/result.h"
#include "base/value.h"

namespace squall {

class RowSink {
 public:
  virtual ~RowSink() = default;
  virtual Status begin(std::span<const ResultColumn> columns) = 0;
  virtual Status row(std::span<const Value> values) = 0;
  virtual Status end() = 0;
};

}  // namespace squall
