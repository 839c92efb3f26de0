// How many calls a statement, or one scan of it, has made, what they brought and cost, and how many it may make. Shared by
// the session and the adapter's threads.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

namespace squall::provider {

struct CallMeter {
  using Count = std::atomic<std::uint64_t>;

  std::shared_ptr<CallMeter> whole =
      {};                       // of the statement, where this is a scan's: it counts the same, and its bound holds
  std::uint64_t calls_max = 0;  // 0: no bound
  Count calls{0};               // repeats not counted
  Count refused{0};             // those that the bound forbade
  Count pages{0};
  Count resources{0};  // in pages and single reads
  Count throttled{0};  // answers that asked to slow down
  Count retried{0};    // calls sent again
  Count waited_us{0};  // for a turn, or before a repeat: the sum over all calls
  Count bytes{0};      // of answers

  void add(Count CallMeter::*count, std::uint64_t number) {
    this->*count += number;
    if (whole) whole->add(count, number);
  }

  // Whether one call more may be made; counts it.
  bool take() {
    if (whole && !whole->take()) return false;
    if (calls.fetch_add(1) < calls_max || calls_max == 0) return true;
    --calls;
    ++refused;
    return false;
  }
};

}  // namespace squall::provider
