// Runs one prepared statement to its sink: once where its only scan streams, else in rounds (rounds.h).
//
// Session thread only. The statement sees one world: the time stands still (sqlite/frozen_clock.h). A statement that
// changes local tables runs inside a savepoint, so that a run that is not the answer leaves nothing behind; one that uses
// random() or its like hands out rows of its last run alone.
#pragma once

#include "base/row_sink.h"
#include "engine/scan_context.h"
#include "sqlite/sqlite.h"

namespace squall::engine {

class StatementRunner {
 public:
  StatementRunner(sqlite::Connection& connection, ScanContext& context, RoundSettings settings)
      : connection_(connection), context_(context), settings_(settings) {}

  // Rows go to the sink; begin() and end() are the caller's. SQLite's own errors come as they are; what a table failed
  // with is in the context.
  Status run_once(sqlite::Statement& statement, RowSink& sink);
  Status run_in_rounds(sqlite::Statement& statement, RowSink& sink);

 private:
  class HeldRows;
  Status one_run(sqlite::Statement& statement, RowSink& sink, HeldRows* held);
  Status undo(bool savepoint);

  sqlite::Connection& connection_;
  ScanContext& context_;
  const RoundSettings settings_;
  std::size_t handed_out_ = 0;  // rows that the sink has
};

}  // namespace squall::engine
