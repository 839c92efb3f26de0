#include "aws/retry.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

#include "aws/time_text.h"
#include "net/transport.h"

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

constexpr std::array<std::string_view, 3> kExpiredCodes = {"ExpiredToken", "ExpiredTokenException",
                                                           "TokenRefreshRequired"};

// What services say of a signature whose time is not theirs; the last three also of a wrong key.
constexpr std::array<std::string_view, 6> kSkewCodes = {"RequestTimeTooSkewed",  "RequestExpired",
                                                        "RequestInTheFuture",    "InvalidSignatureException",
                                                        "SignatureDoesNotMatch", "AuthFailure"};
constexpr std::chrono::minutes kSkewMin{4};

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& codes, const std::string& code) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

}  // namespace

RetryPolicy retry_policy(const ClientSettings& settings) {
  RetryPolicy policy;
  if (settings.retry_mode) policy.attempts_max = *settings.retry_mode == RetryMode::legacy ? 5 : 3;
  if (settings.attempts_max) policy.attempts_max = policy.throttled_attempts_max = *settings.attempts_max;
  return policy;
}

bool is_throttling(const Error& error) {
  if (error.kind != ErrorKind::service) return false;
  if (error.http_status == 429) return true;
  if (contains(kThrottlingCodes, error.code)) return true;
  // The service behind a handler throttles too, and Cloud Control passes its text on.
  return error.message.find("Handler returned status FAILED: Rate exceeded") != std::string::npos;
}

bool is_transient(const Error& error) {
  if (error.kind == ErrorKind::network)
    return error.code != net::kCertificateNotAccepted && error.code != net::kProxyRefused;
  if (error.kind != ErrorKind::service || error.code == kHandlerCrash) return false;
  if (contains(kTransientCodes, error.code)) return true;
  return error.http_status == 500 || error.http_status == 502 || error.http_status == 503 || error.http_status == 504;
}

bool is_doubtful(const Error& error) {
  if (error.kind == ErrorKind::network) return !error.not_sent;
  // The transport ended while the request was under way.
  if (error.kind == ErrorKind::interrupted) return true;
  return error.kind == ErrorKind::service && error.http_status >= 500 && error.code != kHandlerCrash;
}

bool is_expired(const Error& error) { return error.kind == ErrorKind::service && contains(kExpiredCodes, error.code); }

std::optional<std::chrono::seconds> clock_skew(const Error& error, const net::HttpHeaders& headers,
                                               Clock::Time signed_at, Clock::Time now) {
  if (error.kind != ErrorKind::service || !contains(kSkewCodes, error.code)) return std::nullopt;
  const auto theirs = parse_http_date(net::header(headers, "Date"));
  if (!theirs || std::chrono::abs(*theirs - signed_at) < kSkewMin) return std::nullopt;
  return std::chrono::duration_cast<std::chrono::seconds>(*theirs - now);
}

std::chrono::milliseconds retry_delay(const RetryPolicy& policy, int attempt, bool throttled, double jitter) {
  const auto base = throttled ? policy.throttled_delay_base : policy.delay_base;
  const double grown = static_cast<double>(base.count()) * std::pow(2.0, std::min(attempt - 1, 30));
  const double capped = std::min(grown, static_cast<double>(policy.delay_max.count()));
  return std::chrono::milliseconds(static_cast<std::int64_t>(capped * jitter));
}

std::chrono::milliseconds retry_delay_of_answer(const RetryPolicy& policy, std::chrono::milliseconds own,
                                                const net::HttpHeaders& headers) {
  auto asked = number_of(net::header(headers, "x-amz-retry-after"));
  if (!asked) {
    asked = number_of(net::header(headers, "Retry-After"));
    if (asked) asked = *asked > 3600 ? 3'600'000 : *asked * 1000;
  }
  if (!asked) return own;
  return std::max(own, std::min(std::chrono::milliseconds(*asked), policy.delay_max));
}

}  // namespace squall::aws
