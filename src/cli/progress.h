// The observer of changes that a command applies by itself: it keeps the progress line, and nothing else.
#pragma once

#include <functional>

#include "provider/change.h"

namespace squall::cli {

class ProgressOnly final : public provider::ChangeObserver {
 public:
  // `progress` may be none.
  explicit ProgressOnly(std::function<void(std::size_t, std::size_t, std::size_t)> progress)
      : progress_(std::move(progress)) {}

  Status accepted(std::size_t, const provider::ProgressEvent&) override { return {}; }
  Status finished(std::size_t, const provider::ChangeOutcome&) override { return {}; }
  void waiting(std::size_t done, std::size_t running, std::size_t failed) override {
    if (progress_) progress_(done, running, failed);
  }

 private:
  std::function<void(std::size_t, std::size_t, std::size_t)> progress_;
};

}  // namespace squall::cli
