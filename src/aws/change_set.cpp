#include "aws/change_set.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace squall::aws {

namespace {

using provider::Change;
using provider::ChangeOutcome;

constexpr std::chrono::milliseconds kTellEvery{200};

Error interrupted_error() { return {.kind = ErrorKind::interrupted, .message = "interrupted"}; }

Error too_many_calls(std::uint64_t calls_max) {
  return {.kind = ErrorKind::limit, .message = "the statement needs more than " + std::to_string(calls_max) + " calls"};
}

Error not_sent_behind(const Change& before) {
  return {.kind = ErrorKind::service,
          .message = std::string("not sent: it is not known what became of the ") + name_of(before.operation) + " of " +
                     before.type_name + " before it",
          .hint = "repeat the statement when that one is over",
          .region = before.region};
}

// Of each change that has one, the next change of its key.
std::map<std::size_t, std::size_t> successors(const std::vector<Change>& changes) {
  std::map<std::string, std::size_t> last_of_key;
  std::map<std::size_t, std::size_t> next_of;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (changes[i].order_key.empty()) continue;
    const auto [last, is_first] = last_of_key.emplace(changes[i].order_key, i);
    if (!is_first) next_of[std::exchange(last->second, i)] = i;
  }
  return next_of;
}

}  // namespace

struct ChangeSet::Arrival {
  std::size_t index = 0;
  std::optional<Result<Answer>> answer;  // none: the wait is over
};

struct ChangeSet::Inbox {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::deque<Arrival> arrivals;

  void push(Arrival arrival) {
    const std::lock_guard lock(mutex);
    arrivals.push_back(std::move(arrival));
    changed.notify_one();
  }
  std::optional<Arrival> take() {
    const std::lock_guard lock(mutex);
    if (arrivals.empty()) return std::nullopt;
    Arrival first = std::move(arrivals.front());
    arrivals.pop_front();
    return first;
  }
  // Until something is there, a stop is asked for, or it is time for a word about the progress.
  void wait(const std::stop_token& stop) {
    std::unique_lock lock(mutex);
    changed.wait_for(lock, stop, kTellEvery, [this] { return !arrivals.empty(); });
  }
};

ChangeSet::ChangeSet(Parts parts, std::vector<Change> changes, provider::ChangeObserver& observer,
                     provider::ApplySettings settings)
    : parts_(std::move(parts)),
      observer_(observer),
      settings_(std::move(settings)),
      next_of_(successors(changes)),
      is_behind_(changes.size()),
      inbox_(std::make_shared<Inbox>()),
      random_(parts_.jitter_seed) {
  for (const auto& [index, next] : next_of_) is_behind_[next] = true;
  runs_.reserve(changes.size());
  for (std::size_t i = 0; i < changes.size(); ++i) {
    // Without waiting, too, a change must be over before the next one of its key is sent.
    const bool follow = settings_.wait || next_of_.contains(i);
    runs_.emplace_back(std::move(changes[i]), follow);
  }
}

std::vector<ChangeOutcome> ChangeSet::run_to_end(std::stop_token stop) {
  start();
  while (!is_done()) {
    if (stop.stop_requested()) {
      interrupt();
      break;
    }
    if (!handle_next()) {
      settle();
      inbox_->wait(stop);
    }
    tell_waiting();
  }
  return take_outcomes();
}

void ChangeSet::start() {
  told_at_ = parts_.clock.now();
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    if (is_behind_[i] || runs_[i].is_done()) continue;
    ++begun_;
    advance(i, runs_[i].begin(moment()));
  }
}

bool ChangeSet::handle_next() {
  auto arrival = inbox_->take();
  if (!arrival) return false;
  handle(*std::move(arrival));
  return true;
}

void ChangeSet::handle(Arrival arrival) {
  ChangeRun& run = runs_[arrival.index];
  if (run.is_done()) return;  // It was given up meanwhile.
  ChangeStep step = arrival.answer ? run.answered(*std::move(arrival.answer), moment()) : run.woken();
  if (const auto event = run.take_accepted()) {
    if (auto told = observer_.accepted(arrival.index, *event); !told) stop_sending(told.error());
  }
  advance(arrival.index, std::move(step));
}

void ChangeSet::advance(std::size_t index, ChangeStep step) {
  ChangeRun& run = runs_[index];
  if (run.is_done()) return finish(index);
  if (interrupted_) return;
  if (stopped_ && (run.is_sending() || run.is_waiting_to_send())) {
    run.give_up(*stopped_);
    return finish(index);
  }
  if (step.kind == ChangeStep::Kind::call) return make_call(index, std::move(step.call));
  parts_.timer.after(step.delay, [inbox = inbox_, index] { inbox->push({.index = index}); });
}

void ChangeSet::make_call(std::size_t index, Call call) {
  if (settings_.meter && !settings_.meter->take())
    return inbox_->push({.index = index, .answer = too_many_calls(settings_.meter->calls_max)});
  parts_.cloud_of(runs_[index].change().profile).call(std::move(call), [inbox = inbox_, index](Result<Answer> answer) {
    inbox->push({.index = index, .answer = std::move(answer)});
  });
}

// Ends a run's place in the set and begins what stands behind it in its key; all of that is refused where it is not known
// whether this one is over.
void ChangeSet::finish(std::size_t index) {
  std::optional<Error> refusal;
  while (true) {
    ++done_;
    const ChangeOutcome& outcome = runs_[index].outcome();
    if (outcome.error) ++failed_;
    if (auto told = observer_.finished(index, outcome); !told) stop_sending(told.error());
    const auto next = next_of_.find(index);
    if (next == next_of_.end()) return;
    if (!refusal && stopped_) refusal = *stopped_;
    if (!refusal && outcome.uncertain) refusal = not_sent_behind(runs_[index].change());
    ++begun_;
    index = next->second;
    if (!refusal) return advance(index, runs_[index].begin(moment()));
    runs_[index].give_up(*refusal);
  }
}

void ChangeSet::stop_sending(const Error& error) {
  if (stopped_) return;
  stopped_ = error;
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    runs_[i].withdraw(error);
    // Nothing is sent when its wait is over, so it need not wait.
    if (runs_[i].is_waiting_to_send()) inbox_->push({.index = i});
  }
}

void ChangeSet::interrupt() {
  interrupted_ = true;
  stop_sending(interrupted_error());
  // What has come is still taken: a RequestToken that is known can be followed later.
  while (handle_next()) {
  }
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    if (runs_[i].is_done()) continue;
    runs_[i].give_up(interrupted_error());
    finish(i);
  }
}

void ChangeSet::settle() {
  if (auto settled = observer_.settle(); !settled) stop_sending(settled.error());
}

void ChangeSet::tell_waiting() {
  const auto now = parts_.clock.now();
  // A clock that was set back counts as well: silence would last until it has caught up.
  if (now >= told_at_ && now - told_at_ < kTellEvery) return;
  told_at_ = now;
  observer_.waiting(done_, begun_ - done_, failed_);
}

ChangeRun::Moment ChangeSet::moment() {
  return {.now = parts_.clock.now(), .jitter = std::uniform_real_distribution<double>(0.0, 1.0)(random_)};
}

std::vector<ChangeOutcome> ChangeSet::take_outcomes() {
  std::vector<ChangeOutcome> outcomes;
  outcomes.reserve(runs_.size());
  for (ChangeRun& run : runs_) outcomes.push_back(run.take_outcome());
  return outcomes;
}

}  // namespace squall::aws
