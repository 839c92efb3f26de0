// Records each step of applied changes in the journal before it is passed on: what comes together in one transaction, for
// each costs as much as a call. What a crash loses of it is asked for again. On the thread that called apply().
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "provider/change.h"
#include "provider/journal.h"

namespace squall::provider {

class JournalObserver final : public ChangeObserver {
 public:
  // `entries`: for each change that is applied, the index of its entry in the set. All must outlive the observer.
  JournalObserver(Journal& journal, std::int64_t set, std::vector<std::size_t> entries, ChangeObserver& next)
      : journal_(journal), set_(set), entries_(std::move(entries)), next_(next) {}

  Status accepted(std::size_t index, const ProgressEvent& event) override {
    TRY(noted(journal_.open_batch()));
    TRY(noted(journal_.record_accepted(set_, entries_.at(index), event)));
    return next_.accepted(index, event);
  }
  Status finished(std::size_t index, const ChangeOutcome& outcome) override {
    TRY(noted(journal_.open_batch()));
    TRY(noted(journal_.record_finished(set_, entries_.at(index), outcome)));
    return next_.finished(index, outcome);
  }
  Status settle() override {
    TRY(noted(journal_.close_batch()));
    return next_.settle();
  }
  void waiting(std::size_t done, std::size_t running, std::size_t failed) override {
    next_.waiting(done, running, failed);
  }
  // The first step that could not be recorded.
  const std::optional<Error>& failure() const { return failure_; }

 private:
  Status noted(Status recorded) {
    if (!recorded && !failure_) failure_ = recorded.error();
    return recorded;
  }

  Journal& journal_;
  std::int64_t set_;
  std::vector<std::size_t> entries_;
  ChangeObserver& next_;
  std::optional<Error> failure_;
};

}  // namespace squall::provider
