#include "engine/rounds.h"

#include <algorithm>

namespace squall::engine {

namespace {

constexpr int kFruitlessChecksMax = 500;  // about 10 ms of SQLite's work
constexpr int kLeanRunsMax = 4;           // then the statement is taken for a chain
constexpr std::size_t kLeanKeysMax = 2;   // what a lean run waits for
constexpr std::size_t kFirstInlineBudget = 16;
constexpr std::size_t kInlineBudgetMax = 1 << 20;
constexpr int kRunsMax = 200;  // a statement whose keys change from run to run ends inline

}  // namespace

void Rounds::begin_run() {
  missed_ = false;
  started_before_ = started_at_check_ = cache_.started();
  fruitless_checks_ = 0;
  inline_left_ = inline_budget_;
  ++runs_;
}

Result<std::optional<std::vector<const CacheEntry*>>> Rounds::fetch(std::span<const provider::ScanRequest> requests,
                                                                    const std::stop_token& stop) {
  std::vector<CacheEntry*> entries;
  bool missing = false;
  for (const provider::ScanRequest& request : requests) {
    entries.push_back(&cache_.entry(request));
    missing = missing || !entries.back()->visible;
  }
  if (missing) {
    if (!settings_.serial && (inline_left_ == 0 || missed_)) {
      missed_ = true;
      return std::optional<std::vector<const CacheEntry*>>();
    }
    TRY(fetch_inline(entries, stop));
  }
  return std::optional(std::vector<const CacheEntry*>(entries.begin(), entries.end()));
}

Status Rounds::fetch_inline(const std::vector<CacheEntry*>& entries, const std::stop_token& stop) {
  if (inline_left_ > 0) --inline_left_;
  for (CacheEntry* entry : entries) {
    // Nothing of this run has missed it, so it may be seen at once.
    TRY(cache_.wait_for(*entry, stop));
    cache_.reveal(*entry);
  }
  return {};
}

bool Rounds::fruitless() {
  if (!missed_ || cache_.started() != started_at_check_) {
    started_at_check_ = cache_.started();
    fruitless_checks_ = 0;
    return false;
  }
  return ++fruitless_checks_ >= kFruitlessChecksMax;
}

Status Rounds::end_run(const std::stop_token& stop) {
  const std::size_t pending = cache_.pending();
  const bool lean = cache_.unseen() <= kLeanKeysMax;
  lean_runs_ = lean ? lean_runs_ + 1 : 0;
  if (inline_budget_ > 0) {
    // An inline run that still missed something: twice as much, or no chain after all.
    inline_budget_ = lean || runs_ > kRunsMax ? std::min(inline_budget_ * 2, kInlineBudgetMax) : 0;
  } else if (lean_runs_ >= kLeanRunsMax || runs_ > kRunsMax) {
    inline_budget_ = runs_ > kRunsMax ? kInlineBudgetMax : kFirstInlineBudget;
    lean_runs_ = 0;
  }
  batch_ = std::min(batch_ * 2, settings_.batch_max);
  TRY(cache_.wait_until_pending(std::min(settings_.in_flight_low, pending / 2), stop));
  cache_.reveal();
  return {};
}

}  // namespace squall::engine
