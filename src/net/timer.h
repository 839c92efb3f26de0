// Something to be done later, without a sleeping caller: the wait before a retry.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

namespace squall::net {

class Timer {
 public:
  virtual ~Timer() = default;
  // Calls `action` once, not before `delay` has passed, on a thread of the timer's; it must not block. Any thread.
  virtual void after(std::chrono::milliseconds delay, std::function<void()> action) = 0;
};

// One thread, started by the first call. The destructor drops what is not yet due.
class ThreadTimer final : public Timer {
 public:
  ThreadTimer() = default;
  ~ThreadTimer() override;
  void after(std::chrono::milliseconds delay, std::function<void()> action) override;

 private:
  void run(std::stop_token stop);

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::multimap<std::chrono::steady_clock::time_point, std::function<void()>> due_;
  std::jthread thread_;
};

}  // namespace squall::net
