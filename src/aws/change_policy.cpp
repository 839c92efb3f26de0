#include "aws/change_policy.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "aws/change_answers.h"

namespace squall::aws {

namespace {

using provider::Change;
using provider::ChangeOperation;
using provider::ProgressEvent;
using std::chrono::milliseconds;

constexpr std::array<std::string_view, 4> kPassing = {"Throttling", "NetworkFailure", "ResourceConflict",
                                                      "ServiceInternalError"};
// The handler broke off on the way; the others tell that nothing was made.
constexpr std::array<std::string_view, 6> kBrokenOff = {"NotStabilized",        "ServiceTimeout",  "NetworkFailure",
                                                        "ServiceInternalError", "InternalFailure", "Throttling"};

constexpr milliseconds kPollBase{200};
constexpr milliseconds kResendBase{1000};
constexpr milliseconds kDelayMax{30'000};
constexpr std::size_t kTokenLengthMax = 128;

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& codes, std::string_view code) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

// Between half of the grown delay and all of it: requests that began together do not stay together.
milliseconds grown(milliseconds base, int number, double jitter) {
  const double whole = static_cast<double>(base.count()) * std::pow(2.0, std::clamp(number - 1, 0, 30));
  const double capped = std::min(whole, static_cast<double>(kDelayMax.count()));
  return milliseconds(static_cast<std::int64_t>(capped * (0.5 + 0.5 * jitter)));
}

std::string hint_of(const Change& change, const ProgressEvent& event) {
  const std::string& code = event.error_code;
  if (code == "AlreadyExists" && change.operation == ChangeOperation::create)
    return "choose another name, or UPDATE the one that exists";
  if (code == "NotUpdatable") return "the resource must be replaced: INSERT it anew and DELETE the old one";
  if (code == "ServiceLimitExceeded") return "ask AWS for a higher quota, or delete what is not needed";
  if (code == "InvalidCredentials") return "see squall auth for the credentials in use";
  return {};
}

}  // namespace

bool is_final(std::string_view status) {
  return status == "SUCCESS" || status == "FAILED" || status == "CANCEL_COMPLETE";
}

bool may_pass(std::string_view error_code) { return contains(kPassing, error_code); }

bool may_leave_resource(const ProgressEvent& event) {
  if (event.operation_status == "CANCEL_COMPLETE") return true;  // A cancelled request is not rolled back.
  if (event.error_code == "Throttling" && event.identifier.empty()) return false;
  return contains(kBrokenOff, event.error_code);
}

bool is_busy(const Error& error, ChangeOperation operation) {
  if (error.kind != ErrorKind::service) return false;
  if (error.code == "ConcurrentOperationException" || error.code == "ConcurrentModificationException") return true;
  return error.code == "ResourceConflictException" && operation != ChangeOperation::create;
}

std::string client_token_behind(const std::string& client_token, std::string_view failed_request_token) {
  // Each has room for an UUID; of what is longer the ends tell requests apart best.
  constexpr std::size_t kPartMax = (kTokenLengthMax - 1) / 2;
  const std::string_view request =
      failed_request_token.substr(failed_request_token.size() - std::min(failed_request_token.size(), kPartMax));
  const std::size_t left = kTokenLengthMax - 1 - request.size();
  return client_token.substr(0, left) + "-" + std::string(request);
}

milliseconds poll_delay(const ProgressEvent& event, int number, Clock::Time now, double jitter) {
  if (event.retry_after > 0) {
    const double seconds = event.retry_after - std::chrono::duration<double>(now.time_since_epoch()).count();
    const double most = std::chrono::duration<double>(kRetryAfterMax).count();
    // Rounded up: a status asked for a moment too early is a call wasted.
    if (seconds > 0) return milliseconds(static_cast<std::int64_t>(std::ceil(std::min(seconds, most) * 1000)));
  }
  return grown(kPollBase, number, jitter);
}

milliseconds resend_delay(int number, double jitter) { return grown(kResendBase, number, jitter); }

Error error_of_event(const Change& change, const ProgressEvent& event) {
  const std::string what = std::string(name_of(change.operation)) + " of " + change.type_name;
  Error error{.kind = ErrorKind::service};
  error.operation = call_name(change.operation);
  error.region = change.region;
  error.code = event.error_code;
  if (event.operation_status == "CANCEL_COMPLETE") {
    error.message = what + " was cancelled";
    if (!event.status_message.empty()) error.message += ": " + event.status_message;
  } else {
    error.message =
        what + " failed: " + (event.status_message.empty() ? "no reason came with it" : event.status_message);
  }
  for (const std::string& hook : event.hooks) error.message += "; hook " + hook;
  error.hint = hint_of(change, event);
  return error;
}

}  // namespace squall::aws
