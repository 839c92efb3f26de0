// The changes of one Provider::apply(): each its ChangeRun, in parallel, in order where their keys say so.
//
// Made and used on the session's thread, which alone steps the runs and tells the observer. Answers and timers come on
// other threads: they only fill the inbox, which they share, so that a set may end while calls are still under way. How
// many calls leave at once is the limiter's business.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <random>
#include <stop_token>
#include <string>
#include <vector>

#include "aws/change_run.h"
#include "aws/cloud_control.h"
#include "base/clock.h"
#include "net/timer.h"
#include "provider/change.h"

namespace squall::aws {

class ChangeSet {
 public:
  struct Parts {
    std::function<CloudControl&(const std::string& profile)> cloud_of;
    net::Timer& timer;
    const Clock& clock;
    unsigned jitter_seed = std::random_device{}();
  };

  ChangeSet(Parts parts, std::vector<provider::Change> changes, provider::ChangeObserver& observer,
            provider::ApplySettings settings);

  // Blocks until every change has an outcome, in the order of the changes.
  std::vector<provider::ChangeOutcome> run_to_end(std::stop_token stop);

  // The same in pieces, for who has no thread to wait with.
  void start();
  // Deals with one answer or timer that has come. False: there is none.
  bool handle_next();
  bool is_done() const { return done_ == runs_.size(); }
  // Ends all runs: what has left goes on in the cloud.
  void interrupt();
  std::vector<provider::ChangeOutcome> take_outcomes();

 private:
  struct Inbox;
  struct Arrival;

  void handle(Arrival arrival);
  void advance(std::size_t index, ChangeStep step);
  void make_call(std::size_t index, Call call);
  void finish(std::size_t index);
  void stop_sending(const Error& error);
  void settle();
  void tell_waiting();
  ChangeRun::Moment moment();

  const Parts parts_;
  provider::ChangeObserver& observer_;
  const provider::ApplySettings settings_;
  std::vector<ChangeRun> runs_;
  std::map<std::size_t, std::size_t> next_of_;  // index -> the change of the same key behind it
  std::vector<bool> is_behind_;                 // a change stands before it in its key
  std::shared_ptr<Inbox> inbox_;
  std::minstd_rand random_;
  std::optional<Error> stopped_;  // why nothing is sent any more
  bool interrupted_ = false;
  std::size_t begun_ = 0;
  std::size_t done_ = 0;
  std::size_t failed_ = 0;
  Clock::Time told_at_;
};

}  // namespace squall::aws
