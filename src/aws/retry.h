// When a call is sent again, and after which wait: pure functions.
// Source: botocore's lists of codes and its exponential delay with full jitter, cap 20 s.
#pragma once

#include <chrono>
#include <optional>

#include "aws/config/client_settings.h"
#include "base/clock.h"
#include "base/error.h"
#include "net/http_message.h"

namespace squall::aws {

struct RetryPolicy {
  int attempts_max = 5;             // the first included
  int throttled_attempts_max = 25;  // waiting helps, so it is tried for longer
  std::chrono::milliseconds delay_base{100};
  std::chrono::milliseconds throttled_delay_base{1000};
  std::chrono::milliseconds delay_max{20'000};
};

// AWS_MAX_ATTEMPTS bounds both; AWS_RETRY_MODE sets what botocore's modes do about faults (legacy 5, else 3). Throttled
// calls wait in every mode, as the limiter paces them all.
RetryPolicy retry_policy(const ClientSettings& settings);

// Throttling by name, server faults by status, and answers that did not come.
bool is_throttling(const Error& error);
bool is_transient(const Error& error);
inline bool is_retryable(const Error& error) { return is_throttling(error) || is_transient(error); }

// Whether a change that was answered so may have been carried out nevertheless: no answer, or a fault on the way.
bool is_doubtful(const Error& error);

// The credentials ran out on the way.
bool is_expired(const Error& error);

// How far the service's clock is from ours, where the error says that the signature's time is wrong and the answer's Date
// shows by how much; nothing when the two agree within minutes (then the key is wrong, not the time).
std::optional<std::chrono::seconds> clock_skew(const Error& error, const net::HttpHeaders& headers,
                                               Clock::Time signed_at, Clock::Time now);

// The wait before attempt number `attempt` + 1, attempts counted from 1; jitter in [0, 1).
std::chrono::milliseconds retry_delay(const RetryPolicy& policy, int attempt, bool throttled, double jitter);
// The same, not shorter than what the service asked for in x-amz-retry-after (ms) or Retry-After (s), within the cap.
std::chrono::milliseconds retry_delay_of_answer(const RetryPolicy& policy, std::chrono::milliseconds own,
                                                const net::HttpHeaders& headers);

}  // namespace squall::aws
