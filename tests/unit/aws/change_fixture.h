// A change set over a transport that answers from the test, with a clock that goes on only when there is nothing else to do.
#pragma once

#include <fmt/format.h>

#include <map>
#include <string>
#include <vector>

#include "aws/change_set.h"
#include "aws/endpoint.h"
#include "support/fake_transport.h"

namespace squall::aws::testing {

// No answer: the request stays under way.
using MaybeAnswer = std::optional<Result<net::HttpResponse>>;
using Reply = std::function<MaybeAnswer(const std::string& operation, const std::string& body)>;

class ReplyingTransport final : public net::Transport {
 public:
  explicit ReplyingTransport(Reply reply) : reply_(std::move(reply)) {}
  void send(net::HttpRequest request, Done done) override {
    std::string operation(net::header(request.headers, "X-Amz-Target"));
    operation.erase(0, operation.find('.') + 1);
    calls.push_back(operation + " " + request.body);
    if (MaybeAnswer answer = reply_(operation, request.body))
      done(*std::move(answer));
    else
      held.push_back(std::move(done));
  }
  std::vector<std::string> calls;
  std::vector<Done> held;

 private:
  Reply reply_;
};

// Writes down what it is told: "accepted 0 r1 IN_PROGRESS", "finished 0 SUCCESS".
class Notes final : public provider::ChangeObserver {
 public:
  Status accepted(std::size_t index, const provider::ProgressEvent& event) override {
    lines.push_back(fmt::format("accepted {} {} {}", index, event.request_token, event.operation_status));
    return fails_on_accepted ? Status(data_error("the journal is full")) : Status();
  }
  Status finished(std::size_t index, const provider::ChangeOutcome& outcome) override {
    lines.push_back(fmt::format("finished {} {}", index, outcome.status.empty() ? "-" : outcome.status));
    return {};
  }
  void waiting(std::size_t, std::size_t running, std::size_t) override {
    running_max = std::max(running_max, running);
    ++told;
  }
  std::vector<std::string> lines;
  bool fails_on_accepted = false;
  std::size_t running_max = 0;
  int told = 0;
};

struct SetFixture {
  explicit SetFixture(Reply reply, RetryPolicy retry = {.attempts_max = 1, .throttled_attempts_max = 1},
                      LimiterOptions limits = {})
      : transport(std::move(reply)),
        limiters(timer, clock, limits),
        cloud(transport, timer, clock,
              {.endpoint = [](const std::string& region) { return resolve_endpoint({.region = region}); },
               .credentials = credentials,
               .limiters = limiters,
               .retry = retry,
               .jitter_seed = 1}) {}

  void prepare(std::vector<provider::Change> changes, provider::ApplySettings settings = {}) {
    set.emplace(ChangeSet::Parts{.cloud_of = [this](const std::string&) -> CloudControl& { return cloud; },
                                 .timer = timer,
                                 .clock = clock,
                                 .jitter_seed = 1},
                std::move(changes), notes, std::move(settings));
    set->start();
  }

  // Until all is over, or nothing more would ever come.
  std::vector<provider::ChangeOutcome> run(std::vector<provider::Change> changes,
                                           provider::ApplySettings settings = {}) {
    prepare(std::move(changes), std::move(settings));
    while (!set->is_done() && (set->handle_next() || timer.step())) {
    }
    if (!set->is_done()) return {};
    return set->take_outcomes();
  }
  provider::ChangeOutcome run_one(provider::Change change, provider::ApplySettings settings = {}) {
    auto outcomes = run({std::move(change)}, std::move(settings));
    if (outcomes.empty()) return {.status = "never ended"};
    return std::move(outcomes.front());
  }
  double seconds_passed() const { return std::chrono::duration<double>(clock.time - test::FixedClock().time).count(); }
  // The calls of one operation.
  std::size_t count(const std::string& operation) const {
    return static_cast<std::size_t>(std::count_if(transport.calls.begin(), transport.calls.end(),
                                                  [&](const auto& call) { return call.starts_with(operation + " "); }));
  }

  ReplyingTransport transport;
  test::FixedClock clock;
  test::ManualTimer timer{clock};
  FixedCredentials credentials{{.key = {"AKID", Secret("s")}, .source = "test"}};
  Limiters limiters;
  CloudControl cloud;
  Notes notes;
  std::optional<ChangeSet> set;
};

inline net::HttpResponse event(const std::string& status, const std::string& more = {},
                               const std::string& token = "r1") {
  return test::ok(R"({"ProgressEvent":{"TypeName":"AWS::S3::Bucket","RequestToken":")" + token +
                  R"(","OperationStatus":")" + status + "\"" + more + "}}");
}
inline net::HttpResponse failed(const std::string& code, const std::string& more = {}) {
  return event("FAILED", R"(,"ErrorCode":")" + code + R"(","StatusMessage":"told why")" + more);
}
inline Result<net::HttpResponse> lost() {
  return Error{.kind = ErrorKind::network, .message = "closed without an answer"};
}

// The answers in this order; the last one for all that follows.
inline Reply in_turn(std::vector<Result<net::HttpResponse>> answers) {
  return [answers = std::move(answers), next = std::size_t(0)](const std::string&, const std::string&) mutable {
    const std::size_t index = std::min(next++, answers.size() - 1);
    return MaybeAnswer(answers[index]);
  };
}

inline provider::Change create(const std::string& name = "b1") {
  return {.operation = provider::ChangeOperation::create,
          .type_name = "AWS::S3::Bucket",
          .region = "eu-west-1",
          .desired_state = "{\"BucketName\":\"" + name + "\"}",
          .client_token = "token-" + name};
}
inline provider::Change delete_of(const std::string& name = "b1") {
  return {.operation = provider::ChangeOperation::delete_,
          .type_name = "AWS::S3::Bucket",
          .region = "eu-west-1",
          .identifier = name,
          .client_token = "token-" + name};
}
inline provider::Change update_of(const std::string& name = "b1") {
  return {.operation = provider::ChangeOperation::update,
          .type_name = "AWS::S3::Bucket",
          .region = "eu-west-1",
          .identifier = name,
          .patch_document = "[]",
          .client_token = "token-" + name};
}

// "SUCCESS", or "FAILED? AlreadyExists: CREATE of … | hint": the question mark says that the outcome is uncertain.
inline std::string text_of(const provider::ChangeOutcome& outcome) {
  std::string text = (outcome.status.empty() ? "-" : outcome.status) + (outcome.uncertain ? "?" : "") +
                     (outcome.sent ? "" : " unsent");
  if (!outcome.error) return text;
  if (!outcome.error->code.empty()) text += " " + outcome.error->code;
  text += ": " + outcome.error->message;
  if (!outcome.error->hint.empty()) text += " | " + outcome.error->hint;
  return text;
}

}  // namespace squall::aws::testing
