// One change from its request to its final event, as a state machine: it is told what came back and says what to do next.
//
// No socket, no clock, no lock: calls, waits and the time are the caller's (ChangeSet). At any time at most one call or one
// wait is under way. A create is sent again only where that cannot make a second resource; where it is not known whether
// a change took place the outcome says so. One thread.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "aws/cloud_control.h"
#include "base/clock.h"
#include "provider/change.h"

namespace squall::aws {

// What to do next.
struct ChangeStep {
  enum class Kind { call, wait, done };
  Kind kind = Kind::done;
  Call call = {};                        // call: then answered()
  std::chrono::milliseconds delay = {};  // wait: then woken()
};

class ChangeRun {
 public:
  // The time, and a number in [0, 1) for jitter.
  struct Moment {
    Clock::Time now;
    double jitter = 0;
  };

  // `follow`: to the final event; else the first one is enough.
  ChangeRun(provider::Change change, bool follow) : change_(std::move(change)), follow_(follow) {}

  ChangeStep begin(const Moment& moment);
  ChangeStep answered(Result<Answer> answer, const Moment& moment);
  ChangeStep woken();

  // The first event of a request that the service has taken, once.
  std::optional<provider::ProgressEvent> take_accepted();

  bool is_sending() const { return phase_ == Phase::sending; }
  bool is_waiting_to_send() const { return phase_ == Phase::waiting_to_send; }
  // A request that is on its way out leaves no more, for this reason; one that has left is still answered.
  void withdraw(const Error& reason);
  // The caller waits no longer. What was sent goes on in the cloud.
  void give_up(Error error);

  bool is_done() const { return phase_ == Phase::done; }
  const provider::Change& change() const { return change_; }
  const provider::ChangeOutcome& outcome() const { return outcome_; }
  provider::ChangeOutcome take_outcome() { return std::move(outcome_); }

 private:
  enum class Phase { idle, sending, waiting_to_send, asking, waiting_to_ask, reading, done };

  ChangeStep send();
  ChangeStep send_later(std::chrono::milliseconds delay);
  ChangeStep ask();
  ChangeStep send_answered(Result<Answer> answer, const Moment& moment);
  ChangeStep refused(Error error, const Moment& moment);
  ChangeStep status_answered(Result<Answer> answer, const Moment& moment);
  ChangeStep status_failed(Error error, const Moment& moment);
  ChangeStep event_came(provider::ProgressEvent event, const Moment& moment);
  ChangeStep wait_to_ask(std::chrono::milliseconds delay, const Moment& moment);
  ChangeStep failed(const Moment& moment);
  ChangeStep resend(const Moment& moment);
  ChangeStep read_whether_there();
  ChangeStep read_answered(const Result<Answer>& answer, const Moment& moment);
  ChangeStep fail_by_event();
  ChangeStep end(Error error, bool uncertain);
  ChangeStep end();
  std::string subject() const;

  provider::Change change_;
  const bool follow_;
  Phase phase_ = Phase::idle;
  provider::ChangeOutcome outcome_;
  std::optional<provider::ProgressEvent> accepted_;
  std::shared_ptr<CallTrace> trace_;  // of the call that is under way
  std::optional<Error> withdrawn_;
  std::string request_token_;
  std::string failed_request_;  // behind which the change is sent again; empty: it has not failed yet
  std::string request_id_;      // of the last answer
  Clock::Time deadline_;
  int sends_ = 1;
  int busy_waits_ = 0;
  int status_calls_ = 0;   // of the present request
  int status_faults_ = 0;  // one behind the other
  bool adopted_ = false;   // the service named the request: its event tells whether it is ours
  bool doubt_ = false;     // an answer to the present request was lost
};

}  // namespace squall::aws
