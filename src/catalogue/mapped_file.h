// A file mapped into memory, read-only. Owned by whoever opened the catalogue in it; any thread may read.
//
// Catalogue files are replaced by renaming, never written in place, so a mapping stays what it was while another process
// imports a newer one.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "base/result.h"

namespace squall::catalogue {

class MappedFile {
 public:
  static Result<MappedFile> open(const std::string& path);
  MappedFile() = default;
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;

  std::span<const std::byte> bytes() const { return bytes_; }  // stays where it is when the MappedFile is moved

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace squall::catalogue
