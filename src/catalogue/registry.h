// The user's own catalogues: a folder with one blob a version, and the name of the one in use.
//
//   <folder>/<version>.catalogue     blobs, named by the digest of their facts
//   <folder>/in_use                  a version and a newline; absent: the embedded catalogue
//
// Every file is written beside its place, synced and renamed, so that a reader (or a crash) sees the old or the new one,
// whole. What is added is checked to the last byte first. A file that is opened to run statements gets the header's
// checks alone (magic, format, bounds): a checksum over 15 MB costs more than a whole start, and every read of the blob is
// bounded anyway. Used from one thread; several processes may share the folder.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/environment.h"
#include "base/result.h"
#include "catalogue/catalogue.h"
#include "catalogue/mapped_file.h"

namespace squall::catalogue {

// The word for the catalogue inside the binary where a version is asked for.
inline constexpr std::string_view kEmbeddedName = "embedded";

// $XDG_DATA_HOME/squall/catalogues, in ~/.local/share where the variable is not set; nothing: neither it nor HOME is.
std::optional<std::string> registry_folder(const Environment& environment);

// A catalogue with the file it lies in.
struct StoredCatalogue {
  MappedFile file;
  Catalogue catalogue;
};

struct RegistryEntry {
  std::string version;
  std::chrono::sys_seconds added;
  std::string problem;  // why it cannot be used; empty: it can
};

class Registry {
 public:
  explicit Registry(std::string folder) : folder_(std::move(folder)) {}

  // Nothing: the embedded one. A file that is gone or damaged is an error, never silently another catalogue.
  Result<std::optional<StoredCatalogue>> open_in_use() const;
  Result<std::optional<std::string>> version_in_use() const;

  // Newest first; each file is checked whole.
  Result<std::vector<RegistryEntry>> list() const;
  Result<StoredCatalogue> open(const std::string& version) const;  // checked whole

  // Checks the blob, stores it and returns its version; does not put it to use.
  Result<std::string> add(std::span<const std::byte> blob);
  // `version`: one of list(), any beginning of it that means one alone, or "embedded". Returns the whole version.
  Result<std::string> use(const std::string& version);
  // Refuses the one in use and the embedded one.
  Result<std::string> remove(const std::string& version);

 private:
  std::string path_of(const std::string& version) const;
  Result<std::string> resolve(const std::string& version) const;
  Status write(const std::string& name, std::span<const std::byte> bytes) const;

  std::string folder_;
};

}  // namespace squall::catalogue
