// Zips for tests, written by libzip: not by the reader they are to test.
#pragma once

#include <zip.h>

#include <string>
#include <utility>
#include <vector>

namespace squall::test {

struct ZipEntry {
  std::string name;
  std::string text;
};

// The bytes of a zip of these entries; empty where libzip refuses.
inline std::string zip_of(const std::vector<ZipEntry>& entries) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* const target = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip_t* const archive = zip_open_from_source(target, ZIP_TRUNCATE, &error);
  if (archive == nullptr) return {};
  zip_source_keep(target);  // the archive's end would free it
  for (const ZipEntry& entry : entries) {
    zip_file_add(archive, entry.name.c_str(), zip_source_buffer(archive, entry.text.data(), entry.text.size(), 0),
                 ZIP_FL_ENC_UTF_8);
  }
  std::string bytes;
  if (zip_close(archive) == 0 && zip_source_open(target) == 0) {
    char part[4096];
    for (auto read = zip_source_read(target, part, sizeof part); read > 0;
         read = zip_source_read(target, part, sizeof part))
      bytes.append(part, static_cast<std::size_t>(read));
    zip_source_close(target);
  }
  zip_source_free(target);
  return bytes;
}

}  // namespace squall::test
