// Changes: what the engine wants done to resources, and what became of each.
//
// A Change is one CreateResource, UpdateResource or DeleteResource. Provider::apply() sends a set of them in parallel and
// follows each to its final ProgressEvent. Documents (DesiredState, PatchDocument) may hold secrets: they are sent and
// kept in the journal, never logged. Source: botocore's model of cloudcontrol, shape ProgressEvent.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "provider/call_meter.h"

namespace squall::provider {

enum class ChangeOperation : std::uint8_t { create, update, delete_ };

// AWS's words, as in ProgressEvent.Operation: "CREATE".
constexpr const char* name_of(ChangeOperation operation) {
  switch (operation) {
    case ChangeOperation::create: return "CREATE";
    case ChangeOperation::update: return "UPDATE";
    case ChangeOperation::delete_: return "DELETE";
  }
  return "";
}

struct Change {
  ChangeOperation operation = ChangeOperation::create;
  std::string type_name;  // "AWS::SageMaker::ImageVersion"
  std::string region;
  std::string profile = {};         // empty: the session's
  std::string identifier = {};      // update, delete
  std::string desired_state = {};   // create: a JSON object
  std::string patch_document = {};  // update: a JSON array (RFC 6902)
  std::string client_token = {};    // kept over every repeat of the call; never empty when it is sent
  std::string role_arn = {};
  std::string type_version_id = {};
  // A request sent earlier, which is followed first. Where it FAILED the change may be sent again, as if it had just been.
  std::string request_token = {};
  // An earlier process may have sent it: a request under the same ClientToken is its own.
  bool may_be_sent = false;
  bool only_follow = false;  // with request_token: nothing is sent again; the outcome is uncertain where it would be
  // Changes of one key are done one behind the other, in their order in the set; empty: on its own.
  std::string order_key = {};
  std::chrono::minutes timeout{120};  // the handler's timeoutInMinutes
  // A create that failed on the way may be sent again only where the caller names the identifier (then a read tells
  // whether it is there): the identifier it would have; empty: the service invents one.
  std::string expected_identifier = {};
};

struct ProgressEvent {
  std::string type_name;
  std::string identifier;
  std::string request_token;
  std::string operation;         // "CREATE"; some events lack it
  std::string operation_status;  // "SUCCESS"
  double event_time = 0;         // seconds since the epoch; 0: not told
  std::string resource_model;    // JSON; mostly absent
  std::string status_message;
  std::string error_code;               // "AlreadyExists"
  double retry_after = 0;               // an absolute time, seconds since the epoch; 0: not told
  std::vector<std::string> hooks = {};  // one text a hook that said something
};

// What became of one change.
struct ChangeOutcome {
  // "SUCCESS", "FAILED", "CANCEL_COMPLETE": the last event's OperationStatus, "IN_PROGRESS" or "PENDING" where nobody
  // waited; "NOT_FOUND": a delete of what was not there; empty: no event (see error).
  std::string status;
  ProgressEvent event;
  // The call was refused or got no answer, the wait ended too early, or the event tells of a failure. None: it is done
  // (or, without waiting, under way).
  std::optional<Error> error = {};
  // It is not known whether the change took place (no answer, time out, interrupted after sending): the resource may exist.
  bool uncertain = false;
  bool sent = false;  // whether a call was made at all
};

// Told of each step, on the thread that called apply(). A failure stops further changes from being sent.
class ChangeObserver {
 public:
  virtual ~ChangeObserver() = default;
  // The service has taken the request (its RequestToken is in the event). Also told when a change is sent again.
  virtual Status accepted(std::size_t index, const ProgressEvent& event) = 0;
  virtual Status finished(std::size_t index, const ChangeOutcome& outcome) = 0;
  // Nothing more has come for the moment: what was told may be written down now. A failure is as one of finished().
  virtual Status settle() { return {}; }
  // About every 200 ms while changes run: for a progress line.
  virtual void waiting(std::size_t done, std::size_t running, std::size_t failed) = 0;
};

struct ApplySettings {
  bool wait = true;                       // false: the first event is enough (NOWAIT)
  std::shared_ptr<CallMeter> meter = {};  // counts the calls
};

}  // namespace squall::provider
