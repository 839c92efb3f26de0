#include "aws/retry.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace squall::aws {

namespace {

constexpr std::array<std::string_view, 14> kThrottlingCodes = {"Throttling",
                                                               "ThrottlingException",
                                                               "ThrottledException",
                                                               "RequestThrottledException",
                                                               "RequestThrottled",
                                                               "TooManyRequestsException",
                                                               "RequestLimitExceeded",
                                                               "BandwidthLimitExceeded",
                                                               "LimitExceededException",
                                                               "SlowDown",
                                                               "ProvisionedThroughputExceededException",
                                                               "TransactionInProgressException",
                                                               "PriorRequestNotComplete",
                                                               "EC2ThrottledException"};

constexpr std::array<std::string_view, 4> kTransientCodes = {
    "RequestTimeout", "RequestTimeoutException", "NetworkFailureException", "ServiceInternalErrorException"};

// A handler that crashed answers 500, but would crash again.
constexpr std::string_view kHandlerCrash = "HandlerInternalFailureException";

}  // namespace

bool is_throttling(const Error& error) {
  if (error.kind != ErrorKind::service) return false;
  if (error.http_status == 429) return true;
  if (std::find(kThrottlingCodes.begin(), kThrottlingCodes.end(), error.code) != kThrottlingCodes.end()) return true;
  // The service behind a handler throttles too, and Cloud Control passes its text on.
  return error.message.find("Handler returned status FAILED: Rate exceeded") != std::string::npos;
}

bool is_transient(const Error& error) {
  if (error.kind == ErrorKind::network) return true;
  if (error.kind != ErrorKind::service || error.code == kHandlerCrash) return false;
  if (std::find(kTransientCodes.begin(), kTransientCodes.end(), error.code) != kTransientCodes.end()) return true;
  return error.http_status == 500 || error.http_status == 502 || error.http_status == 503 || error.http_status == 504;
}

std::chrono::milliseconds retry_delay(const RetryPolicy& policy, int attempt, bool throttled, double jitter) {
  const auto base = throttled ? policy.throttled_delay_base : policy.delay_base;
  const double grown = static_cast<double>(base.count()) * std::pow(2.0, std::min(attempt - 1, 30));
  const double capped = std::min(grown, static_cast<double>(policy.delay_max.count()));
  return std::chrono::milliseconds(static_cast<std::int64_t>(capped * jitter));
}

}  // namespace squall::aws
