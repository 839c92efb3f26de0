#include "net/timer.h"

namespace squall::net {

ThreadTimer::~ThreadTimer() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
}

void ThreadTimer::after(std::chrono::milliseconds delay, std::function<void()> action) {
  const std::lock_guard lock(mutex_);
  due_.emplace(std::chrono::steady_clock::now() + delay, std::move(action));
  if (!thread_.joinable()) thread_ = std::jthread([this](std::stop_token stop) { run(stop); });
  changed_.notify_one();
}

void ThreadTimer::run(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    if (due_.empty()) {
      changed_.wait(lock, stop, [this] { return !due_.empty(); });
      continue;
    }
    const auto first = due_.begin();
    const auto time = first->first;
    if (time > std::chrono::steady_clock::now()) {
      // Woken early by a nearer entry: the loop looks again.
      changed_.wait_until(lock, stop, time, [this, time] { return !due_.empty() && due_.begin()->first < time; });
      continue;
    }
    auto action = std::move(first->second);
    due_.erase(first);
    lock.unlock();
    action();
    lock.lock();
  }
}

}  // namespace squall::net
