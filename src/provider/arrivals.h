// Which streams have something to take: rung by the adapter's threads, waited on by one session.
//
// Tags are the session's own numbers, given in ScanRequest. A tag says "look", not "one page": it may come more than once
// for a page, and ResourceStream::ready() tells the rest.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <stop_token>
#include <vector>

namespace squall::provider {

class ArrivalQueue {
 public:
  virtual ~ArrivalQueue() = default;
  // Any thread; never blocks.
  virtual void push(std::uint64_t tag);
  // Session thread: blocks until there is a tag; all since the last call. Empty: a stop was requested.
  std::vector<std::uint64_t> take(std::stop_token stop);

 private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<std::uint64_t> tags_;
};

}  // namespace squall::provider
