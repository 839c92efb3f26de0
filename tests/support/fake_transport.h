// A Transport that answers from a function, on the caller's thread, and keeps what was sent: a test can assert "this did
// one call". FakeTimer runs what is due at once and keeps the delays; FixedClock stands still.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "net/timer.h"
#include "net/transport.h"

namespace squall::test {

class FakeTransport final : public net::Transport {
 public:
  using Answer = std::function<Result<net::HttpResponse>(const net::HttpRequest&)>;
  explicit FakeTransport(Answer answer) : answer_(std::move(answer)) {}

  void send(net::HttpRequest request, Done done) override {
    {
      const std::lock_guard lock(mutex_);
      sent.push_back(request);
    }
    done(answer_(request));
  }

  // "GetResource {body}" for each request, in order.
  std::vector<std::string> calls() const {
    std::vector<std::string> lines;
    for (const auto& request : sent) {
      std::string_view target = net::header(request.headers, "X-Amz-Target");
      target.remove_prefix(target.find('.') + 1);
      lines.push_back(std::string(target) + " " + request.body);
    }
    return lines;
  }

  std::vector<net::HttpRequest> sent;

 private:
  Answer answer_;
  std::mutex mutex_;
};

class FixedClock final : public Clock {
 public:
  Time now() const override { return time; }
  Time time = Time(std::chrono::seconds(1'440'938'160));  // 2015-08-30T12:36:00Z
};

class FakeTimer final : public net::Timer {
 public:
  void after(std::chrono::milliseconds delay, std::function<void()> action) override {
    delays.push_back(delay);
    action();
  }
  std::vector<std::chrono::milliseconds> delays;
};

// What is to be done later is done when the test says so, in order, with the clock set to its time.
class ManualTimer final : public net::Timer {
 public:
  explicit ManualTimer(FixedClock& clock) : clock_(clock) {}
  void after(std::chrono::milliseconds delay, std::function<void()> action) override {
    due_.emplace(clock_.now() + delay, std::move(action));
  }
  // Whether there was anything to do.
  bool step() {
    if (due_.empty()) return false;
    auto first = due_.extract(due_.begin());
    clock_.time = std::max(clock_.time, first.key());
    first.mapped()();
    return true;
  }

 private:
  FixedClock& clock_;
  std::multimap<Clock::Time, std::function<void()>> due_;
};

inline net::HttpResponse ok(std::string body) {
  return {.status = 200, .headers = {{"x-amzn-RequestId", "rid-1"}}, .body = std::move(body)};
}

inline net::HttpResponse refused(int status, const std::string& code, const std::string& text) {
  return {.status = status,
          .headers = {{"x-amzn-RequestId", "rid-2"}},
          .body = "{\"__type\":\"com.amazon.cloudapiservice#" + code + "\",\"Message\":\"" + text + "\"}"};
}

}  // namespace squall::test
