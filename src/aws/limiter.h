// How fast calls go to one account and region: Cloud Control publishes no quota, so it is found out.
//
// Until the first throttling answer a window bounds the calls in flight: 16, doubled each round trip up to a maximum.
// From then on calls are also paced, at a rate that follows botocore's adaptive mode: cut to 0.7 of what got through, then
// a cubic curve back to it and beyond. Unlike there, one burst of throttled answers cuts once, and nothing fails: calls
// wait in order. Any thread; `go` is called outside the lock, on the caller's thread or on one that ends another call.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "net/timer.h"

namespace squall::aws {

struct LimiterOptions {
  int in_flight_start = 16;
  int in_flight_max = 64;
};

// What squall.limits shows of one limiter.
struct LimiterState {
  std::string account;
  std::string region;
  int in_flight = 0;
  int in_flight_max = 0;
  std::size_t waiting = 0;
  double rate_per_second = 0;  // 0: not paced
  std::uint64_t calls = 0;
  std::uint64_t throttled = 0;
};

// The rate alone: a pure state machine over the times it is told.
class AdaptiveRate {
 public:
  void succeeded(Clock::Time now);
  // `sent` is when the throttled call left: one that left before the last cut tells nothing new.
  void throttled(Clock::Time sent, Clock::Time now);
  bool is_active() const { return rate_ > 0; }
  double per_second() const { return rate_; }
  // Calls that got through in the last second.
  double measured(Clock::Time now);

 private:
  double rate_ = 0;
  double rate_max_ = 0;  // before the last cut
  Clock::Time cut_at_;
  std::deque<Clock::Time> successes_;
};

class Limiter {
 public:
  enum class Outcome { success, throttled, failure };
  using Go = std::function<void(Clock::Time sent)>;

  Limiter(net::Timer& timer, const Clock& clock, LimiterOptions options)
      : timer_(timer), clock_(clock), options_(options), window_(options.in_flight_start) {}

  // Calls `go` when a call may leave. A repeated call goes before those that wait.
  void acquire(Go go, bool repeated = false);
  // Once for each `go`, when its call was answered. Sends what may go now.
  void release(Clock::Time sent, Outcome outcome);
  // What waits is dropped.
  void shut_down();
  LimiterState state();

 private:
  void drain(int forced);
  void take_due(int forced, std::vector<Go>& due);

  net::Timer& timer_;
  const Clock& clock_;
  const LimiterOptions options_;
  std::mutex mutex_;
  std::deque<Go> waiting_;
  AdaptiveRate rate_;
  double window_;
  int in_flight_ = 0;
  Clock::Time next_at_;  // when the pace allows the next call
  bool timer_set_ = false;
  bool draining_ = false;  // a nested call leaves the work to the outer one: the stack does not grow
  int forced_ = 0;
  bool again_ = false;
  bool closed_ = false;
  std::uint64_t calls_ = 0;
  std::uint64_t throttled_ = 0;
};

// One limiter an account and region, made when first asked for; shared by all profiles of the account.
class Limiters {
 public:
  Limiters(net::Timer& timer, const Clock& clock, LimiterOptions options = {})
      : timer_(timer), clock_(clock), options_(options) {}
  Limiter& of(const std::string& account, const std::string& region);
  std::vector<LimiterState> states();
  void shut_down();

 private:
  net::Timer& timer_;
  const Clock& clock_;
  const LimiterOptions options_;
  std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, std::unique_ptr<Limiter>> limiters_;
};

}  // namespace squall::aws
