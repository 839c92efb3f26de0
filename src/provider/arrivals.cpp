#include "provider/arrivals.h"

#include <utility>

namespace squall::provider {

void ArrivalQueue::push(std::uint64_t tag) {
  const std::lock_guard lock(mutex_);
  tags_.push_back(tag);
  changed_.notify_one();
}

std::vector<std::uint64_t> ArrivalQueue::take(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, stop, [this] { return !tags_.empty(); });
  return std::exchange(tags_, {});
}

}  // namespace squall::provider
