#include "aws/credentials/cache.h"

#include <algorithm>
#include <system_error>
#include <utility>

namespace squall::aws {

namespace {

constexpr Clock::Time::duration kAdvisory = std::chrono::minutes(15);
constexpr Clock::Time::duration kMandatory = std::chrono::minutes(10);

Error interrupted_error() { return {.kind = ErrorKind::interrupted, .message = "interrupted"}; }

}  // namespace

void CredentialCache::shut_down() {
  std::jthread thread;
  const std::lock_guard lock(mutex_);
  closed_ = true;
  // Stopped and joined when it leaves this scope, after the lock.
  thread_.swap(thread);
}

CredentialCache::Need CredentialCache::need(Clock::Time now) const {
  if (!kept_) return Need::mandatory;
  if (!kept_->expires_at) return Need::none;
  const auto lifetime = *kept_->expires_at - found_at_;
  const auto left = *kept_->expires_at - now;
  if (left < std::min(kMandatory, lifetime / 3)) return Need::mandatory;
  return left < std::min(kAdvisory, lifetime / 2) ? Need::advisory : Need::none;
}

void CredentialCache::get(Done done) {
  std::unique_lock lock(mutex_);
  const Need how = closed_ ? Need::none : need(clock_.now());
  if (how != Need::none && !wanted_) {
    try {
      if (!thread_.joinable()) thread_ = std::jthread([this](std::stop_token stop) { run(std::move(stop)); });
    } catch (const std::system_error& error) {
      lock.unlock();
      return done(internal_error("cannot start a thread: " + std::string(error.what())));
    }
    wanted_ = true;
    changed_.notify_one();
  }
  if (how == Need::mandatory) {
    waiting_.push_back(std::move(done));
    return;
  }
  const Result<Credentials> answer = closed_ ? Result<Credentials>(interrupted_error()) : Result<Credentials>(*kept_);
  lock.unlock();
  done(answer);
}

bool CredentialCache::reject(const std::string& access_key_id) {
  const std::lock_guard lock(mutex_);
  if (kept_ && kept_->key.access_key_id == access_key_id) kept_.reset();
  return !closed_;
}

void CredentialCache::run(std::stop_token stop) {
  while (true) {
    {
      std::unique_lock lock(mutex_);
      if (!changed_.wait(lock, stop, [this] { return wanted_; })) break;
    }
    const auto found = find_(stop);
    std::unique_lock lock(mutex_);
    wanted_ = false;
    if (found) {
      kept_ = *found;
      found_at_ = clock_.now();
    }
    const auto waiting = std::exchange(waiting_, {});
    lock.unlock();
    for (const Done& done : waiting) done(found);
  }
  std::unique_lock lock(mutex_);
  const auto waiting = std::exchange(waiting_, {});
  lock.unlock();
  for (const Done& done : waiting) done(interrupted_error());
}

}  // namespace squall::aws
