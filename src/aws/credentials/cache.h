// Who gives a call its credentials, and the one that keeps them: found once, and found again before they expire.
//
// A CredentialCache is owned by the provider; any thread. Lookups run on a thread of its own, one at a time; whoever asks
// meanwhile is called back with the same outcome (nobody is blocked). In the last 15 minutes a lookup runs beside calls
// that still use the old ones, and may fail; in the last 10 it must succeed first. Credentials of a short life have
// proportionally shorter limits, so that they too are used more than once.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "aws/credentials/credentials.h"
#include "base/result.h"

namespace squall::aws {

class CredentialProvider {
 public:
  using Done = std::function<void(Result<Credentials>)>;
  virtual ~CredentialProvider() = default;
  // Calls `done` once, at once on this thread or later on another; it must not block.
  virtual void get(Done done) = 0;
  // The service said that these are expired, whatever they say of themselves. Whether asking again may give others.
  virtual bool reject(const std::string& access_key_id) = 0;
  // Nothing is waited for any more; later get()s fail with kind interrupted.
  virtual void shut_down() {}
};

// Keys that never change: of the environment, of the local cloud, of a test.
class FixedCredentials final : public CredentialProvider {
 public:
  explicit FixedCredentials(Credentials credentials) : credentials_(std::move(credentials)) {}
  void get(Done done) override { done(credentials_); }
  bool reject(const std::string&) override { return false; }

 private:
  const Credentials credentials_;
};

class CredentialCache final : public CredentialProvider {
 public:
  using Find = std::function<Result<Credentials>(std::stop_token stop)>;

  CredentialCache(const Clock& clock, Find find) : clock_(clock), find_(std::move(find)) {}
  // Stops a lookup that is under way and answers those who wait.
  ~CredentialCache() override { shut_down(); }
  CredentialCache(const CredentialCache&) = delete;
  CredentialCache& operator=(const CredentialCache&) = delete;

  void get(Done done) override;
  bool reject(const std::string& access_key_id) override;
  void shut_down() override;

 private:
  enum class Need { none, advisory, mandatory };
  Need need(Clock::Time now) const;
  void run(std::stop_token stop);

  const Clock& clock_;
  const Find find_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::optional<Credentials> kept_;
  Clock::Time found_at_;
  std::vector<Done> waiting_;
  bool wanted_ = false;  // a lookup is to be made, or under way
  bool closed_ = false;
  std::jthread thread_;  // started by the first get()
};

}  // namespace squall::aws
