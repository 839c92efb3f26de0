// The door of `squall cloud serve`: what stands between a port and the cloud, and may turn a request away or spoil its
// answer: signatures, a rate limit, faults on purpose, latency.
//
// In this order: a request whose signature is wrong counts for nothing else; a throttled one meets no other fault. The
// answers to wrong signatures are those of AWS's JSON services, all with HTTP status 400. Any thread.
// The rate limit forgets accounts that have been idle for long enough to be unlimited again.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/secret.h"
#include "local_cloud/fault_plan.h"
#include "local_cloud/local_cloud.h"
#include "net/timer.h"
#include "net/transport.h"

namespace squall::local_cloud {

struct DoorOptions {
  std::chrono::milliseconds latency{0};
  double requests_per_second = 0;  // an account and region; 0: no limit
  std::optional<std::map<std::string, Secret>> keys =
      {};  // secrets by access key id; nothing: signatures are not checked
  FaultPlan faults = {};
};

class Door final : public net::Transport {
 public:
  // All must outlive the door.
  Door(LocalCloud& cloud, net::Timer& timer, const Clock& clock, DoorOptions options);

  void send(net::HttpRequest request, Done done) override;

  // How many accounts and regions the rate limit keeps in mind.
  std::size_t bucket_count() const {
    const std::lock_guard lock(mutex_);
    return buckets_.size();
  }

 private:
  std::optional<net::HttpResponse> turned_away(const net::HttpRequest& request);
  std::optional<net::HttpResponse> signature_fault(const net::HttpRequest& request) const;
  const Fault* chosen_fault(const net::HttpRequest& request);
  bool takes_turn(const net::HttpRequest& request);
  void answer(net::HttpResponse response, const Fault* fault, const Done& done);

  LocalCloud& cloud_;
  net::Timer& timer_;
  const Clock& clock_;
  DoorOptions options_;
  struct Bucket {
    double tokens = 0;
    Clock::Time filled;
  };
  double capacity() const;
  void fill(Bucket& bucket, Clock::Time now) const;
  void forget_full(Clock::Time now);

  mutable std::mutex mutex_;
  std::map<std::string, Bucket> buckets_;  // by account and region
  std::size_t buckets_kept_ = 0;           // when full ones were forgotten last
};

}  // namespace squall::local_cloud
