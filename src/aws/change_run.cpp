#include "aws/change_run.h"

#include <algorithm>
#include <utility>

#include "aws/answers.h"
#include "aws/change_answers.h"
#include "aws/change_policy.h"
#include "aws/oddities.h"

namespace squall::aws {

namespace {

using provider::ChangeOperation;
using provider::ProgressEvent;

constexpr std::string_view kAskLater = "; ask the cloud before you repeat the statement";

Error at_call(Error error, const char* operation, const std::string& region, const std::string& request_id) {
  if (error.operation.empty()) error.operation = operation;
  if (error.region.empty()) error.region = region;
  if (error.request_id.empty()) error.request_id = request_id;
  return error;
}

// "CREATE" of a resource that may be there, the others of a change that may have been made.
std::string doubt_hint(ChangeOperation operation) {
  const char* what = operation == ChangeOperation::create   ? "the resource may exist"
                     : operation == ChangeOperation::update ? "the change may have been made"
                                                            : "the resource may be gone";
  return std::string(what) + std::string(kAskLater);
}

// What an event lacks is known from the one before it.
void keep_known(ProgressEvent& event, ProgressEvent& before) {
  if (event.type_name.empty()) event.type_name = std::move(before.type_name);
  if (event.identifier.empty()) event.identifier = std::move(before.identifier);
  if (event.request_token.empty()) event.request_token = std::move(before.request_token);
  if (event.operation.empty()) event.operation = std::move(before.operation);
  if (event.hooks.empty()) event.hooks = std::move(before.hooks);
}

}  // namespace

std::string ChangeRun::subject() const { return std::string(name_of(change_.operation)) + " of " + change_.type_name; }

// ---- Sending -------------------------------------------------------------------------------------------------------

ChangeStep ChangeRun::begin(const Moment& moment) {
  if (change_.request_token.empty()) return send();
  request_token_ = change_.request_token;
  outcome_.event.request_token = request_token_;
  deadline_ = moment.now + change_.timeout;
  return ask();
}

ChangeStep ChangeRun::send() {
  phase_ = Phase::sending;
  trace_ = std::make_shared<CallTrace>();
  const std::string& own = change_.client_token;
  return {
      .kind = ChangeStep::Kind::call,
      .call = {.operation = call_name(change_.operation),
               .region = change_.region,
               .body = change_body(change_, failed_request_.empty() ? own : client_token_behind(own, failed_request_)),
               .trace = trace_}};
}

ChangeStep ChangeRun::send_later(std::chrono::milliseconds delay) {
  phase_ = Phase::waiting_to_send;
  return {.kind = ChangeStep::Kind::wait, .delay = delay};
}

ChangeStep ChangeRun::answered(Result<Answer> answer, const Moment& moment) {
  if (answer) request_id_ = answer->request_id;
  if (trace_) {
    outcome_.sent = outcome_.sent || trace_->has_left();
    doubt_ = doubt_ || (phase_ == Phase::sending && trace_->is_doubtful());
  }
  switch (phase_) {
    case Phase::sending: return send_answered(std::move(answer), moment);
    case Phase::asking: return status_answered(std::move(answer), moment);
    case Phase::reading: return read_answered(answer, moment);
    default: return end();
  }
}

ChangeStep ChangeRun::woken() { return phase_ == Phase::waiting_to_send ? send() : ask(); }

ChangeStep ChangeRun::send_answered(Result<Answer> answer, const Moment& moment) {
  if (!answer) return refused(std::move(answer).error(), moment);
  auto event = parse_progress_answer(answer->body);
  if (event && event->request_token.empty() && !is_final(event->operation_status))
    event = data_error("the answer is not what the API promises: a ProgressEvent without RequestToken");
  if (!event)
    return end(at_call(std::move(event).error(), call_name(change_.operation), change_.region, request_id_), true);
  doubt_ = false;
  request_token_ = event->request_token;
  status_calls_ = status_faults_ = 0;
  deadline_ = moment.now + change_.timeout;
  // What an earlier request of this change was told of is not true of this one.
  outcome_.event = {};
  accepted_ = *event;
  return event_came(std::move(event).value(), moment);
}

// The call was answered by an error, after all that CloudControl does about it.
ChangeStep ChangeRun::refused(Error error, const Moment& moment) {
  // Without an earlier request of our own the token is somebody else's.
  if (error.code == "ClientTokenConflictException" && (doubt_ || change_.may_be_sent)) {
    request_token_ = request_token_in(error.message);
    if (!request_token_.empty()) {
      adopted_ = true;
      status_calls_ = status_faults_ = 0;
      deadline_ = moment.now + change_.timeout;
      outcome_.event.request_token = request_token_;
      return ask();
    }
  }
  if (change_.operation == ChangeOperation::delete_ && is_not_found(error)) {
    outcome_.status = "NOT_FOUND";
    return end();
  }
  if (is_busy(error, change_.operation) && busy_waits_ < kBusyWaitsMax) {
    ++busy_waits_;
    return send_later(resend_delay(busy_waits_, moment.jitter));
  }
  if (withdrawn_ && error.kind == ErrorKind::interrupted) error = *withdrawn_;
  if (error.code == "ClientTokenConflictException" && error.hint.empty())
    error.hint = "the ClientToken was used for another change: give each its own, or leave it out";
  if (error.operation.empty()) error.operation = call_name(change_.operation);
  return end(std::move(error), doubt_);
}

// ---- Following -----------------------------------------------------------------------------------------------------

ChangeStep ChangeRun::ask() {
  phase_ = Phase::asking;
  trace_ = std::make_shared<CallTrace>();
  ++status_calls_;
  return {.kind = ChangeStep::Kind::call,
          .call = {.operation = "GetResourceRequestStatus",
                   .region = change_.region,
                   .body = request_token_body(request_token_),
                   .trace = trace_}};
}

ChangeStep ChangeRun::status_answered(Result<Answer> answer, const Moment& moment) {
  if (!answer) return status_failed(std::move(answer).error(), moment);
  auto event = parse_progress_answer(answer->body);
  if (!event)
    return end(at_call(std::move(event).error(), "GetResourceRequestStatus", change_.region, request_id_), true);
  status_faults_ = 0;
  if (std::exchange(adopted_, false)) {
    const bool other_type = !event->type_name.empty() && event->type_name != change_.type_name;
    const bool other_operation = !event->operation.empty() && event->operation != name_of(change_.operation);
    const std::string& own = change_.identifier.empty() ? change_.expected_identifier : change_.identifier;
    const bool other_resource = !own.empty() && !event->identifier.empty() && event->identifier != own;
    if (other_type || other_operation || other_resource) {
      outcome_.event = {};
      return end({.kind = ErrorKind::service,
                  .message = "the client token of this change belongs to another one: " + event->operation + " of " +
                             event->type_name + (event->identifier.empty() ? "" : " " + event->identifier) +
                             ", RequestToken " + request_token_,
                  .hint = "repeat the statement: a new token is made for it",
                  .code = "ClientTokenConflictException",
                  .operation = call_name(change_.operation),
                  .region = change_.region,
                  .request_id = request_id_},
                 false);
    }
    doubt_ = false;
    if (event->request_token.empty()) event->request_token = request_token_;
    accepted_ = *event;
  }
  return event_came(std::move(event).value(), moment);
}

// The change goes on whether or not we hear of it, so faults on the way to its status are waited out.
ChangeStep ChangeRun::status_failed(Error error, const Moment& moment) {
  ++status_faults_;
  if (is_retryable(error) && status_faults_ < kStatusFaultsMax && moment.now < deadline_)
    return wait_to_ask(poll_delay({}, status_calls_, moment.now, moment.jitter), moment);
  error.message = "the status of the " + subject() + " cannot be had: " + error.message;
  return end(at_call(std::move(error), "GetResourceRequestStatus", change_.region, request_id_), true);
}

ChangeStep ChangeRun::event_came(ProgressEvent event, const Moment& moment) {
  keep_known(event, outcome_.event);
  outcome_.event = std::move(event);
  outcome_.status = outcome_.event.operation_status;
  if (outcome_.status == "SUCCESS") return end();
  if (is_final(outcome_.status)) return failed(moment);
  if (!follow_) return end();
  if (status_calls_ == 0) return ask();
  if (moment.now < deadline_)
    return wait_to_ask(poll_delay(outcome_.event, status_calls_, moment.now, moment.jitter), moment);
  return end({.kind = ErrorKind::limit,
              .message = "the " + subject() + " is " + outcome_.status + " after " +
                         std::to_string(change_.timeout.count()) + " minutes, and is not waited for any longer",
              .hint = "it goes on in the cloud as request " + request_token_ + "; squall resume asks for it again",
              .operation = "GetResourceRequestStatus",
              .region = change_.region,
              .request_id = request_id_},
             true);
}

ChangeStep ChangeRun::wait_to_ask(std::chrono::milliseconds delay, const Moment& moment) {
  phase_ = Phase::waiting_to_ask;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - moment.now);
  return {.kind = ChangeStep::Kind::wait, .delay = std::min(delay, std::max(left, std::chrono::milliseconds(0)))};
}

// ---- After a failure -----------------------------------------------------------------------------------------------

ChangeStep ChangeRun::failed(const Moment& moment) {
  const ProgressEvent& event = outcome_.event;
  const bool is_create = change_.operation == ChangeOperation::create;
  if (change_.operation == ChangeOperation::delete_ && event.error_code == "NotFound") {
    outcome_.status = "NOT_FOUND";
    return end();
  }
  const bool again = follow_ && outcome_.status == "FAILED" && may_pass(event.error_code) && sends_ < kSendsMax;
  if (!again || change_.only_follow) return fail_by_event();
  if (!is_create) return resend(moment);
  if (event.error_code == "Throttling" && event.identifier.empty()) return resend(moment);
  if (change_.expected_identifier.empty()) return fail_by_event();
  return read_whether_there();
}

ChangeStep ChangeRun::resend(const Moment& moment) {
  failed_request_ = request_token_;
  return send_later(resend_delay(sends_++, moment.jitter));
}

ChangeStep ChangeRun::read_whether_there() {
  phase_ = Phase::reading;
  trace_ = std::make_shared<CallTrace>();
  return {.kind = ChangeStep::Kind::call,
          .call = {.operation = "GetResource",
                   .region = change_.region,
                   .body = get_body(change_.type_name, change_.expected_identifier),
                   .trace = trace_}};
}

ChangeStep ChangeRun::read_answered(const Result<Answer>& answer, const Moment& moment) {
  if (!answer && is_not_found(answer.error())) return resend(moment);
  if (answer) outcome_.event.identifier = change_.expected_identifier;
  return fail_by_event();
}

ChangeStep ChangeRun::fail_by_event() {
  const ProgressEvent& event = outcome_.event;
  Error error = error_of_event(change_, event);
  error.request_id = request_id_;
  if (sends_ > 1) error.message += " (sent " + std::to_string(sends_) + " times)";
  // Whoever followed it first may have sent it again.
  const bool other_request = change_.only_follow && may_pass(event.error_code);
  const bool left_something = change_.operation == ChangeOperation::create && may_leave_resource(event);
  return end(std::move(error), other_request || left_something);
}

// ---- The end -------------------------------------------------------------------------------------------------------

ChangeStep ChangeRun::end() {
  phase_ = Phase::done;
  return {};
}

ChangeStep ChangeRun::end(Error error, bool uncertain) {
  if (uncertain && error.hint.empty()) error.hint = doubt_hint(change_.operation);
  // What is told of an earlier request is not true of the one that nobody has heard of.
  if (uncertain && doubt_) {
    outcome_.status.clear();
    outcome_.event = {};
  }
  outcome_.uncertain = uncertain;
  outcome_.error = std::move(error);
  return end();
}

std::optional<ProgressEvent> ChangeRun::take_accepted() { return std::exchange(accepted_, std::nullopt); }

void ChangeRun::withdraw(const Error& reason) {
  if (phase_ != Phase::sending) return;
  withdrawn_ = reason;
  trace_->withdraw();
}

void ChangeRun::give_up(Error error) {
  const bool left = trace_ && trace_->withdraw();
  outcome_.sent = outcome_.sent || left;
  // A request that FAILED and was to be sent again has had no effect that is not told.
  const bool earlier = phase_ == Phase::idle && !change_.request_token.empty();
  doubt_ = doubt_ || (phase_ == Phase::sending && left);
  const bool open = earlier || ((phase_ == Phase::sending || phase_ == Phase::waiting_to_send) && doubt_) ||
                    phase_ == Phase::asking || phase_ == Phase::waiting_to_ask || phase_ == Phase::reading;
  // It was to be sent again, which is still to be done: how the request before it failed is not how the change ended.
  if (phase_ == Phase::waiting_to_send && !open && error.kind == ErrorKind::interrupted) {
    outcome_.status.clear();
    outcome_.event = {};
  }
  end(std::move(error), open);
}

}  // namespace squall::aws
