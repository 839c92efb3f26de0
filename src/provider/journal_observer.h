// Records each step of applied changes in the journal before it is passed on. On the thread that called apply().
#pragma once

#include <cstdint>
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
    TRY(journal_.record_accepted(set_, entries_.at(index), event));
    return next_.accepted(index, event);
  }
  Status finished(std::size_t index, const ChangeOutcome& outcome) override {
    TRY(journal_.record_finished(set_, entries_.at(index), outcome));
    return next_.finished(index, outcome);
  }
  void waiting(std::size_t done, std::size_t running, std::size_t failed) override {
    next_.waiting(done, running, failed);
  }

 private:
  Journal& journal_;
  std::int64_t set_;
  std::vector<std::size_t> entries_;
  ChangeObserver& next_;
};

}  // namespace squall::provider
