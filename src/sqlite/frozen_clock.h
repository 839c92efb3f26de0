// A VFS that is SQLite's own but for the time, which stands still from one freeze() to the next: a statement that runs
// several times must see one 'now'. One per connection; it must outlive the connection.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"

namespace squall::sqlite {

class FrozenClock {
 public:
  static Result<std::unique_ptr<FrozenClock>> make();
  ~FrozenClock();
  FrozenClock(const FrozenClock&) = delete;
  FrozenClock& operator=(const FrozenClock&) = delete;

  const char* vfs_name() const;
  void freeze();  // at the present time

 private:
  struct Vfs;
  FrozenClock();
  std::unique_ptr<Vfs> vfs_;
};

}  // namespace squall::sqlite
