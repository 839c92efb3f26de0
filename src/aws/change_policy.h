// How a change is followed and when it is sent again: pure functions.
//
// Source: cloudformation-cli's list of failures that may pass, and the manners of the clients that people use: RetryAfter is
// an absolute time, honoured when it lies ahead, else exponential waits with jitter up to 30 s.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "provider/change.h"

namespace squall::aws {

constexpr int kSendsMax = 5;                        // of one change whose requests FAILED with what may pass
constexpr int kBusyWaitsMax = 20;                   // for another request on the same resource
constexpr int kStatusFaultsMax = 8;                 // answers about the status that did not come, one behind the other
constexpr std::chrono::minutes kRetryAfterMax{10};  // clocks that disagree must not make it hours

// SUCCESS, FAILED, CANCEL_COMPLETE: nothing comes after it.
bool is_final(std::string_view operation_status);

// Error codes of a FAILED event behind which another try may succeed.
bool may_pass(std::string_view error_code);
// Error codes of a FAILED create behind which the resource, or part of it, may be there.
bool may_leave_resource(const provider::ProgressEvent& event);
// The call was refused because another request works on the resource.
bool is_busy(const Error& error, provider::ChangeOperation operation);

// The token under which a change is sent again when one of its requests FAILED. It must not be taken for that request,
// and is found again after a crash without having been written down: it follows from the change's own token and the
// RequestToken that failed.
std::string client_token_behind(const std::string& client_token, std::string_view failed_request_token);

// The wait before status call `number` + 1, counted from 1 (the first is made at once); jitter in [0, 1).
std::chrono::milliseconds poll_delay(const provider::ProgressEvent& event, int number, Clock::Time now, double jitter);
// The wait before a change is sent again for the nth time, counted from 1.
std::chrono::milliseconds resend_delay(int number, double jitter);

// The failure that a final event tells of. `hint` of it names the next step where one is known.
Error error_of_event(const provider::Change& change, const provider::ProgressEvent& event);

}  // namespace squall::aws
