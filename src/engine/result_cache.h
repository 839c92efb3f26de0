// What statements have read, for the next ones: the pages of lists and single resources, as long as a statement accepts
// their age (SET cache).
//
// Shared by the sessions of a process; any thread. One request under way serves all who ask for the same meanwhile: whoever
// needs its next page first waits for it, so that no statement waits for another one's reader. Only whole answers are kept, the oldest leaving first beyond the bound. Keyed by profile (which chooses the account), region,
// type, identifier and list keys. A change of a type must forget() it.
#pragma once

#include <chrono>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "provider/provider.h"

namespace squall::engine {

class ResultCache : public std::enable_shared_from_this<ResultCache> {
 public:
  // The clock must outlive the cache.
  explicit ResultCache(const Clock& clock, std::size_t bytes_max = std::size_t{256} << 20)
      : clock_(clock), bytes_max_(bytes_max) {}

  // From what is held and not older than `age_max`, from a request under way, or from the provider. `self` must be held by
  // a shared_ptr, and outlives its streams through it.
  Result<std::unique_ptr<provider::ResourceStream>> scan(provider::Provider& provider, provider::ScanRequest request,
                                                         std::chrono::seconds age_max);
  // What is held of the type goes, and what is under way will not be held.
  void forget(const std::string& type_name);

 private:
  struct Answer;
  class SharedStream;
  using AnswerPtr = std::shared_ptr<Answer>;

  AnswerPtr find(const std::string& key, const provider::ScanRequest& request, std::chrono::seconds age_max);
  void settle(const AnswerPtr& answer, bool whole);
  void drop(const AnswerPtr& answer);

  const Clock& clock_;
  const std::size_t bytes_max_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::vector<AnswerPtr>> by_key_;  // held or under way
  std::list<AnswerPtr> held_;                                       // the oldest first
  std::size_t bytes_ = 0;
};

}  // namespace squall::engine
