// Rounds instead of nested loops: a statement runs again and again over its cache until nothing is missing.
//
// xFilter asks fetch(). What is not there yet is sent at once, and the scan yields nothing; between two runs the answers
// become visible. The run in which nothing was missing is the answer, and the rows of a run before its first miss are
// final. Guards: the new keys of a run are bounded (endless recursion, LIMIT); a run that misses something and finds
// nothing new is given up; chains of one key a run are fetched inline, a few at first and then more.
// Session thread only.
#pragma once

#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "engine/statement_cache.h"

namespace squall::engine {

struct RoundSettings {
  std::size_t first_batch = 64;  // new keys of the first run; doubles with each run
  std::size_t batch_max = 4096;
  std::size_t in_flight_low = 32;  // the statement runs again when so few are in flight
  bool serial = false;             // fetch each key when it is needed, as nested loops do
};

class Rounds {
 public:
  Rounds(StatementCache& cache, RoundSettings settings)
      : cache_(cache), settings_(settings), batch_(settings.first_batch) {}

  void begin_run();
  // The results of all requests in order, or nothing where one is missing.
  Result<std::optional<std::vector<const CacheEntry*>>> fetch(std::span<const provider::ScanRequest> requests,
                                                              const std::stop_token& stop);
  bool missed() const { return missed_; }             // this run is not the answer
  bool full() const { return new_keys() >= batch_; }  // this run has found enough
  // Called now and then while a run goes on; true: it misses something and finds nothing new.
  bool fruitless();
  // After a run that missed something: waits for answers and makes them visible.
  Status end_run(const std::stop_token& stop);

 private:
  std::size_t new_keys() const { return cache_.started() - started_before_; }
  Status fetch_inline(const std::vector<CacheEntry*>& entries, const std::stop_token& stop);

  StatementCache& cache_;
  const RoundSettings settings_;
  std::size_t batch_;
  std::size_t started_before_ = 0;
  std::size_t started_at_check_ = 0;
  int fruitless_checks_ = 0;
  int runs_ = 0;
  int lean_runs_ = 0;              // in a row, with next to no new key and nothing else under way
  std::size_t inline_budget_ = 0;  // inline fetches a run may make
  std::size_t inline_left_ = 0;
  bool missed_ = false;
};

}  // namespace squall::engine
