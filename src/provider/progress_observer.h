// The observer of changes whose steps nobody wants to know but the progress line.
#pragma once

#include <functional>

#include "provider/change.h"

namespace squall::provider {

class ProgressObserver final : public ChangeObserver {
 public:
  // `progress` may be none.
  explicit ProgressObserver(std::function<void(std::size_t, std::size_t, std::size_t)> progress)
      : progress_(std::move(progress)) {}

  Status accepted(std::size_t, const ProgressEvent&) override { return {}; }
  Status finished(std::size_t, const ChangeOutcome&) override { return {}; }
  void waiting(std::size_t done, std::size_t running, std::size_t failed) override {
    if (progress_) progress_(done, running, failed);
  }

 private:
  std::function<void(std::size_t, std::size_t, std::size_t)> progress_;
};

}  // namespace squall::provider
