// One call of the Cloud Control API: signed, sent, sent again where that helps, its error read.
//
// Source: botocore's model of cloudcontrol (JSON 1.0, target prefix CloudApiService, signing name cloudcontrolapi).
// Any thread; `done` is called exactly once, on a thread of the transport or the timer, and must not block.
#pragma once

#include <functional>
#include <mutex>
#include <random>
#include <string>
#include <string_view>

#include "aws/credentials/credentials.h"
#include "aws/retry.h"
#include "base/clock.h"
#include "net/timer.h"
#include "net/transport.h"

namespace squall::aws {

struct Call {
  std::string operation;  // "GetResource"
  std::string region;
  std::string body;  // JSON
};

// The body of a 200 answer and the request id it came with.
struct Answer {
  std::string body;
  std::string request_id;
};

class CloudControl {
 public:
  struct Options {
    std::string endpoint_url = {};  // empty: AWS's own of the region
    std::function<Result<Credentials>()> credentials;
    RetryPolicy retry = {};
  };
  using Done = std::function<void(Result<Answer>)>;

  CloudControl(net::Transport& transport, net::Timer& timer, const Clock& clock, Options options);

  void call(Call call, Done done);

 private:
  struct Attempt;
  void send(std::shared_ptr<Attempt> attempt);
  void finish(const std::shared_ptr<Attempt>& attempt, Result<net::HttpResponse> response);
  double jitter();

  net::Transport& transport_;
  net::Timer& timer_;
  const Clock& clock_;
  Options options_;
  std::mutex mutex_;
  std::minstd_rand random_;
};

// A status other than 200 as an Error: code cut as botocore does, text of `message` or `Message`.
Error error_of_answer(const net::HttpResponse& response);

}  // namespace squall::aws
