// When a call is sent again, and after which wait: pure functions.
// Source: botocore's standard retry mode (lists of codes and the exponential delay with full jitter, cap 20 s).
#pragma once

#include <chrono>

#include "base/error.h"

namespace squall::aws {

struct RetryPolicy {
  int attempts_max = 3;             // the first included
  int throttled_attempts_max = 12;  // waiting helps, so it is tried for longer
  std::chrono::milliseconds delay_base{100};
  std::chrono::milliseconds throttled_delay_base{1000};
  std::chrono::milliseconds delay_max{20'000};
};

// Throttling by name, server faults by status, and answers that did not come.
bool is_throttling(const Error& error);
bool is_transient(const Error& error);
inline bool is_retryable(const Error& error) { return is_throttling(error) || is_transient(error); }

// The wait before attempt number `attempt` + 1, attempts counted from 1; jitter in [0, 1).
std::chrono::milliseconds retry_delay(const RetryPolicy& policy, int attempt, bool throttled, double jitter);

}  // namespace squall::aws
