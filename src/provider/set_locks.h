// Which process is at work on which change set of a journal: a lock of the operating system a set, which ends with its owner.
//
// One byte of the lock file beside the journal stands for a set. The locks belong to the open file (OFD locks), so two
// journals in one process exclude each other too, and nothing is left behind by a killed process. Any thread, one at a time.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace squall::provider {

class SetLocks {
 public:
  SetLocks() = default;
  ~SetLocks();
  SetLocks(SetLocks&& other) noexcept;
  SetLocks& operator=(SetLocks&& other) noexcept;

  // Makes the file, readable by its owner alone, if it is not there.
  static Result<SetLocks> open(const std::string& path);

  // False: another has it. Taking what one has already succeeds.
  Result<bool> take(std::int64_t set);
  void release(std::int64_t set);

 private:
  explicit SetLocks(int file) : file_(file) {}
  int file_ = -1;
};

}  // namespace squall::provider
