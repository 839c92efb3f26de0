// What one statement has asked the cloud for: each request once, all of them in parallel, and what came of it.
//
// Session thread only. An entry becomes visible between two runs of the statement (reveal()), never during one, so that a
// run sees one world. Pages live until the cache goes, which must be after the statement that reads them. Failures are
// results too: they are kept, and raised where a run needs them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "provider/provider.h"

namespace squall::engine {

struct CacheEntry {
  provider::ScanRequest request;
  std::vector<provider::ResourcePagePtr> pages = {};
  std::optional<Error> error = {};  // the list ended early; the pages before are there
  bool done = false;
  bool visible = false;
  std::unique_ptr<provider::ResourceStream> stream = {};
};

class StatementCache {
 public:
  using Scan = std::function<Result<std::unique_ptr<provider::ResourceStream>>(provider::ScanRequest)>;

  // Beyond `bytes_max` of resources the statement fails with an error of kind limit.
  StatementCache(Scan scan, std::size_t bytes_max, std::shared_ptr<provider::CallMeter> meter);

  // Of this request, or of one for the same rows with more details. Started if nobody has asked for it yet; a get of a
  // resource that a visible list shows with all that is wanted needs no call.
  CacheEntry& entry(const provider::ScanRequest& request);
  // The same, where it is visible; null: it is not.
  const CacheEntry* find(const provider::ScanRequest& request) const;

  std::size_t pending() const { return pending_; }  // started, not done
  std::size_t unseen() const { return pending_ + hidden_.size(); }
  std::size_t started() const { return entries_.size(); }  // ever

  // Takes what arrives until at most so many are pending, or until the one is done.
  Status wait_until_pending(std::size_t count, const std::stop_token& stop);
  Status wait_for(const CacheEntry& entry, const std::stop_token& stop);
  void reveal();
  void reveal(CacheEntry& entry);

 private:
  CacheEntry& start(const provider::ScanRequest& request);
  CacheEntry* from_list(const provider::ScanRequest& get);
  void index_lists();
  Status take_arrivals(const std::stop_token& stop);
  Status drain(CacheEntry& entry, const std::stop_token& stop);
  Status count_bytes(const provider::ResourcePage& page);

  const Scan scan_;
  const std::size_t bytes_max_;
  const std::shared_ptr<provider::CallMeter> meter_;
  std::size_t bytes_ = 0;
  std::shared_ptr<provider::ArrivalQueue> arrivals_;
  std::vector<std::unique_ptr<CacheEntry>> entries_;  // by tag
  std::unordered_map<std::string, std::vector<std::size_t>> by_rows_;
  std::vector<CacheEntry*> hidden_;  // done, not visible

  // What the visible lists show, by profile, region, type and identifier; and the gets that were answered from it.
  struct Listed {
    const provider::ResourcePagePtr* page;
    std::size_t entry;
  };
  std::vector<const CacheEntry*> lists_to_index_;
  std::unordered_map<std::string, Listed> listed_;
  std::unordered_map<std::string, std::unique_ptr<CacheEntry>> from_lists_;
  std::size_t pending_ = 0;
};

}  // namespace squall::engine
