#include "catalogue/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace squall::catalogue {

namespace {

Error cannot_read(const std::string& path, int code) {
  return data_error("cannot read " + path + ": " + std::generic_category().message(code));
}

}  // namespace

Result<MappedFile> MappedFile::open(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return cannot_read(path, errno);
  struct stat facts {};
  MappedFile mapped;
  int failure = 0;
  if (::fstat(file, &facts) != 0) {
    failure = errno;
  } else if (!S_ISREG(facts.st_mode)) {
    failure = EINVAL;
  } else if (facts.st_size > 0) {
    const auto size = static_cast<std::size_t>(facts.st_size);
    void* const place = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
    if (place == MAP_FAILED)
      failure = errno;
    else
      mapped.bytes_ = {static_cast<const std::byte*>(place), size};
  }
  ::close(file);
  if (failure != 0) return cannot_read(path, failure);
  return mapped;
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

MappedFile::MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  return *this;
}

}  // namespace squall::catalogue
