// How many calls a statement has made, and how many it may make. Shared by the session and the adapter's threads.
#pragma once

#include <atomic>
#include <cstdint>

namespace squall::provider {

struct CallMeter {
  std::uint64_t calls_max = 0;  // 0: no bound
  std::atomic<std::uint64_t> calls{0};
  std::atomic<std::uint64_t> refused{0};  // those that the bound forbade
  std::atomic<std::uint64_t> pages{0};
  std::atomic<std::uint64_t> resources{0};  // in pages and details

  // Whether one call more may be made; counts it.
  bool take() {
    if (calls_max != 0 && calls.fetch_add(1) >= calls_max) {
      --calls;
      ++refused;
      return false;
    }
    if (calls_max == 0) ++calls;
    return true;
  }
};

}  // namespace squall::provider
