#include "sqlite/frozen_clock.h"

#include <sqlite3.h>

namespace squall::sqlite {

// A copy of the default VFS: its functions find what they need in the copied members.
struct FrozenClock::Vfs : sqlite3_vfs {
  sqlite3_vfs* real = nullptr;
  std::string name;
  sqlite3_int64 now = 0;  // Julian day in milliseconds

  static int current_time_ms(sqlite3_vfs* vfs, sqlite3_int64* out) {
    *out = static_cast<Vfs*>(vfs)->now;
    return SQLITE_OK;
  }
  static int current_time(sqlite3_vfs* vfs, double* out) {
    *out = static_cast<double>(static_cast<Vfs*>(vfs)->now) / 86'400'000.0;
    return SQLITE_OK;
  }
};

FrozenClock::FrozenClock() : vfs_(std::make_unique<Vfs>()) {}

Result<std::unique_ptr<FrozenClock>> FrozenClock::make() {
  sqlite3_vfs* real = sqlite3_vfs_find(nullptr);
  if (real == nullptr || real->iVersion < 2) return internal_error("SQLite has no VFS whose time can be frozen");
  std::unique_ptr<FrozenClock> clock(new FrozenClock());
  Vfs& vfs = *clock->vfs_;
  static_cast<sqlite3_vfs&>(vfs) = *real;
  vfs.real = real;
  vfs.name = "squall-" + std::to_string(reinterpret_cast<std::uintptr_t>(&vfs));
  vfs.pNext = nullptr;
  vfs.zName = vfs.name.c_str();
  vfs.xCurrentTime = Vfs::current_time;
  vfs.xCurrentTimeInt64 = Vfs::current_time_ms;
  clock->freeze();
  if (sqlite3_vfs_register(&vfs, 0) != SQLITE_OK) return internal_error("SQLite does not take another VFS");
  return clock;
}

FrozenClock::~FrozenClock() { sqlite3_vfs_unregister(vfs_.get()); }

const char* FrozenClock::vfs_name() const { return vfs_->zName; }

void FrozenClock::freeze() { vfs_->real->xCurrentTimeInt64(vfs_->real, &vfs_->now); }

}  // namespace squall::sqlite
