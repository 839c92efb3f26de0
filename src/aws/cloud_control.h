// One call of the Cloud Control API: its turn awaited, signed, sent, sent again where that helps, its error read.
//
// Source: botocore's model of cloudcontrol (JSON 1.0, target prefix CloudApiService, signing name cloudcontrolapi). One
// object a profile. Any thread; `done` is called exactly once, on a thread of the transport, the timer or the credentials,
// and must not block; after shut_down() it may not be called at all.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <string_view>

#include "aws/credentials/cache.h"
#include "aws/limiter.h"
#include "aws/retry.h"
#include "base/clock.h"
#include "base/log.h"
#include "net/http_client.h"
#include "net/timer.h"
#include "net/transport.h"
#include "provider/call_meter.h"

namespace squall::aws {

// How far a call has got, for a caller that may give it up: a change that has left may have been carried out. Any thread.
class CallTrace {
 public:
  // Before an attempt is sent: whether it may be.
  bool leave() {
    unsigned state = state_.load();
    while ((state & kWithdrawn) == 0) {
      if (state_.compare_exchange_weak(state, state | kLeft)) return true;
    }
    return false;
  }
  // No attempt is sent from now on. Whether one had been.
  bool withdraw() { return (state_.fetch_or(kWithdrawn) & kLeft) != 0; }
  bool has_left() const { return (state_.load() & kLeft) != 0; }
  // An attempt got no answer, or one that does not tell whether it was carried out.
  void lose() { state_.fetch_or(kLost); }
  bool is_doubtful() const { return (state_.load() & kLost) != 0; }

 private:
  static constexpr unsigned kLeft = 1;
  static constexpr unsigned kWithdrawn = 2;
  static constexpr unsigned kLost = 4;
  std::atomic<unsigned> state_ = 0;
};

struct Call {
  std::string operation;  // "GetResource"
  std::string region;
  std::string body;                                 // JSON
  std::shared_ptr<CallTrace> trace = {};            // none: nobody needs to know
  std::shared_ptr<provider::CallMeter> meter = {};  // none: nobody counts
  // Asked when the call's turn has come, before anything is sent: an error ends it there.
  std::function<Status()> may_start = {};
};

// The body of a 200 answer and the request id it came with.
struct Answer {
  std::string body;
  std::string request_id;
};

class CloudControl {
 public:
  struct Options {
    std::function<Result<net::Url>(const std::string& region)> endpoint;
    CredentialProvider& credentials;
    Limiters& limiters;
    std::string profile = {};  // names the limiter where the account is not known
    RetryPolicy retry = {};
    Log* log = nullptr;
    unsigned jitter_seed = std::random_device{}();
  };
  using Done = std::function<void(Result<Answer>)>;

  CloudControl(net::Transport& transport, net::Timer& timer, const Clock& clock, Options options);

  void call(Call call, Done done);
  // Nothing is sent any more: the transport is about to end.
  void shut_down() { closed_ = true; }

 private:
  struct Attempt;
  using AttemptPtr = std::shared_ptr<Attempt>;
  void begin(const AttemptPtr& attempt);
  void send(const AttemptPtr& attempt, const Credentials& credentials);
  void finish(const AttemptPtr& attempt, Result<net::HttpResponse> response);
  void fail(const AttemptPtr& attempt, Error error);
  // Whether it was taken in hand.
  bool repeat(const AttemptPtr& attempt, const Error& error, const net::HttpHeaders& headers);
  void log_call(const Attempt& attempt, const Result<net::HttpResponse>& response, const Error* error) const;
  double jitter();

  net::Transport& transport_;
  net::Timer& timer_;
  const Clock& clock_;
  const Options options_;
  std::atomic<bool> closed_ = false;
  std::atomic<std::int64_t> skew_seconds_ = 0;  // the service's clock minus ours
  std::mutex mutex_;
  std::minstd_rand random_;
};

// A status other than 200 as an Error: code cut as botocore does, text of `message` or `Message`.
Error error_of_answer(const net::HttpResponse& response);

}  // namespace squall::aws
