#include "provider/set_locks.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace squall::provider {
namespace {

struct flock byte_of(std::int64_t set, short type) {
  struct flock range = {};
  range.l_type = type;
  range.l_whence = SEEK_SET;
  range.l_start = set;
  range.l_len = 1;
  return range;
}

}  // namespace

SetLocks::~SetLocks() {
  if (file_ >= 0) ::close(file_);
}

SetLocks::SetLocks(SetLocks&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

SetLocks& SetLocks::operator=(SetLocks&& other) noexcept {
  std::swap(file_, other.file_);
  return *this;
}

Result<SetLocks> SetLocks::open(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return data_error("cannot open " + path + ": " + std::strerror(errno));
  return SetLocks(file);
}

Result<bool> SetLocks::take(std::int64_t set) {
  struct flock range = byte_of(set, F_WRLCK);
  if (::fcntl(file_, F_OFD_SETLK, &range) == 0) return true;
  if (errno == EAGAIN || errno == EACCES) return false;
  return data_error(std::string("cannot lock a change set: ") + std::strerror(errno));
}

void SetLocks::release(std::int64_t set) {
  struct flock range = byte_of(set, F_UNLCK);
  ::fcntl(file_, F_OFD_SETLK, &range);
}

}  // namespace squall::provider
