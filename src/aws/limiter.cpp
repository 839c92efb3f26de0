#include "aws/limiter.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace squall::aws {

namespace {

// botocore's constants of the adaptive mode (after the CUBIC congestion control of RFC 8312).
constexpr double kCut = 0.7;
constexpr double kScale = 0.4;
constexpr double kRateMin = 0.5;
constexpr double kOverMeasuredMax = 2.0;
constexpr std::chrono::seconds kMeasuredOver{1};
// A pause does not save up calls: at most this much of the pace may be made up for.
constexpr std::chrono::milliseconds kCatchUpMax{50};

double seconds(Clock::Time::duration duration) { return std::chrono::duration<double>(duration).count(); }

Clock::Time::duration interval(double per_second) {
  return std::chrono::duration_cast<Clock::Time::duration>(std::chrono::duration<double>(1 / per_second));
}

}  // namespace

double AdaptiveRate::measured(Clock::Time now) {
  while (!successes_.empty() && successes_.front() + kMeasuredOver <= now) successes_.pop_front();
  return static_cast<double>(successes_.size()) / seconds(kMeasuredOver);
}

void AdaptiveRate::succeeded(Clock::Time now) {
  successes_.push_back(now);
  const double through = measured(now);
  if (!is_active()) return;
  const double back_after = std::cbrt(rate_max_ * (1 - kCut) / kScale);
  const double grown = kScale * std::pow(seconds(now - cut_at_) - back_after, 3) + rate_max_;
  rate_ = std::max({kRateMin, std::min(grown, kOverMeasuredMax * through), std::min(rate_, grown)});
}

void AdaptiveRate::throttled(Clock::Time sent, Clock::Time now) {
  if (is_active() && sent <= cut_at_) return;
  const double through = measured(now);
  rate_max_ = std::max(kRateMin, is_active() ? std::min(rate_, through) : through);
  rate_ = std::max(kRateMin, kCut * rate_max_);
  cut_at_ = now;
}

void Limiter::acquire(Go go, bool repeated) {
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    if (repeated) {
      waiting_.push_front(std::move(go));
    } else {
      waiting_.push_back(std::move(go));
    }
  }
  drain(0);
}

void Limiter::release(Clock::Time sent, Outcome outcome) {
  {
    const std::lock_guard lock(mutex_);
    const auto now = clock_.now();
    --in_flight_;
    ++calls_;
    if (outcome == Outcome::throttled) {
      ++throttled_;
      rate_.throttled(sent, now);
    } else if (outcome == Outcome::success) {
      rate_.succeeded(now);
      // One more for each answer doubles the window each round trip.
      if (!rate_.is_active()) window_ = std::min(window_ + 1, static_cast<double>(options_.in_flight_max));
    }
  }
  drain(0);
}

// REQUIRES: the lock is held. `forced` calls go whatever the clock says: the timer has waited for them.
void Limiter::take_due(int forced, std::vector<Go>& due) {
  while (!waiting_.empty() && in_flight_ < static_cast<int>(window_)) {
    const auto now = clock_.now();
    if (rate_.is_active()) {
      if (forced <= 0 && now < next_at_) break;
      --forced;
      next_at_ = std::max(next_at_, now - kCatchUpMax) + interval(rate_.per_second());
    }
    ++in_flight_;
    due.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
}

void Limiter::drain(int forced) {
  std::unique_lock lock(mutex_);
  forced_ += forced;
  again_ = true;
  if (draining_) return;
  draining_ = true;
  while (again_) {
    again_ = false;
    std::vector<Go> due;
    take_due(std::exchange(forced_, 0), due);
    const bool wait = !closed_ && !timer_set_ && !waiting_.empty() && in_flight_ < static_cast<int>(window_);
    const auto now = clock_.now();
    const auto delay = std::max(next_at_ - now, Clock::Time::duration::zero());
    timer_set_ = timer_set_ || wait;
    lock.unlock();
    for (const Go& go : due) go(now);
    if (wait) {
      // Rounded up: a timer that fires early would only be set again.
      timer_.after(std::chrono::ceil<std::chrono::milliseconds>(delay), [this] {
        {
          const std::lock_guard inner(mutex_);
          timer_set_ = false;
        }
        drain(1);
      });
    }
    lock.lock();
  }
  draining_ = false;
}

void Limiter::shut_down() {
  std::deque<Go> dropped;
  const std::lock_guard lock(mutex_);
  closed_ = true;
  waiting_.swap(dropped);
}

LimiterState Limiter::state() {
  const std::lock_guard lock(mutex_);
  return {.in_flight = in_flight_,
          .in_flight_max = static_cast<int>(window_),
          .waiting = waiting_.size(),
          .rate_per_second = rate_.per_second(),
          .calls = calls_,
          .throttled = throttled_};
}

Limiter& Limiters::of(const std::string& account, const std::string& region) {
  const std::lock_guard lock(mutex_);
  auto& limiter = limiters_[{account, region}];
  if (!limiter) limiter = std::make_unique<Limiter>(timer_, clock_, options_);
  return *limiter;
}

std::vector<LimiterState> Limiters::states() {
  const std::lock_guard lock(mutex_);
  std::vector<LimiterState> states;
  for (const auto& [place, limiter] : limiters_) {
    states.push_back(limiter->state());
    states.back().account = place.first;
    states.back().region = place.second;
  }
  return states;
}

void Limiters::shut_down() {
  const std::lock_guard lock(mutex_);
  for (const auto& [place, limiter] : limiters_) limiter->shut_down();
}

}  // namespace squall::aws
