// How many calls a statement, or one scan of it, has made, what they brought and cost, how many it may make, and what the
// cloud said that it cannot do. Shared by the session and the adapter's threads.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/error.h"

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

  // A call that was counted and then not made.
  void give_back() {
    --calls;
    if (whole) whole->give_back();
  }

  // What is not supported stays so while the statement runs: the answer is kept, and no call is made for it again. The key
  // names the operation, type, region and profile.
  void remember_unsupported(std::string key, Error error) {
    if (whole) return whole->remember_unsupported(std::move(key), std::move(error));
    const std::lock_guard lock(mutex_);
    unsupported_.emplace(std::move(key), std::move(error));
  }
  std::optional<Error> unsupported(const std::string& key) const {
    if (whole) return whole->unsupported(key);
    const std::lock_guard lock(mutex_);
    const auto found = unsupported_.find(key);
    return found == unsupported_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Error> unsupported_;
};

}  // namespace squall::provider
