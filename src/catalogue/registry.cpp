#include "catalogue/registry.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "base/ascii.h"
#include "base/did_you_mean.h"

namespace squall::catalogue {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kEnding = ".catalogue";
constexpr const char* kInUse = "in_use";
constexpr std::string_view kUnfinished = ".new-";
constexpr std::chrono::hours kUnfinishedAgeMax(24);
constexpr std::size_t kVersionCharactersMax = 64;
constexpr const char* kListHint = "squall registry list shows the catalogues there are";

// A version becomes a file's name: no path may hide in it.
bool is_version(std::string_view text) {
  return !text.empty() && text.size() <= kVersionCharactersMax && std::all_of(text.begin(), text.end(), is_ascii_alnum);
}

Error failed(const std::string& what, const std::string& path, int code) {
  return data_error("cannot " + what + " " + path + ": " + std::generic_category().message(code));
}

// Closed on every way out.
class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

bool write_all(int file, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return ::fsync(file) == 0;
}

// The folder's own entry of a renamed file is on the disk only when the folder is synced too.
Status sync_folder(const std::string& folder) {
  const File opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.descriptor() < 0 || ::fsync(opened.descriptor()) != 0) return failed("sync", folder, errno);
  return {};
}

// A process that was killed leaves its unfinished file: 10 MB that nobody would find. One of today may be at work.
void remove_abandoned(const std::string& folder) {
  std::error_code failure;
  for (fs::directory_iterator files(folder, failure); !failure && files != fs::directory_iterator();
       files.increment(failure)) {
    std::error_code ignored;
    const bool unfinished = files->path().filename().string().starts_with(kUnfinished);
    if (unfinished &&
        fs::last_write_time(files->path(), ignored) < fs::file_time_type::clock::now() - kUnfinishedAgeMax)
      fs::remove(files->path(), ignored);
  }
}

Status make_folder(const std::string& folder) {
  std::error_code failure;
  const fs::path parent = fs::path(folder).parent_path();
  if (!parent.empty()) fs::create_directories(parent, failure);
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return failed("make the folder", folder, errno);
  return {};
}

Error is_unusable(const std::string& version, const Error& why) {
  return data_error(
      "the catalogue " + version + " cannot be used: " + why.message,
      "squall registry pull aws brings a new one; squall registry use embedded goes back to the program's");
}

std::chrono::sys_seconds added_at(const std::string& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0) return {};
  return std::chrono::sys_seconds(std::chrono::seconds(facts.st_mtime));
}

}  // namespace

std::optional<std::string> registry_folder(const Environment& environment) {
  if (auto data = environment("XDG_DATA_HOME")) return *data + "/squall/catalogues";
  if (auto home = environment("HOME")) return *home + "/.local/share/squall/catalogues";
  return std::nullopt;
}

std::string Registry::path_of(const std::string& version) const {
  return folder_ + "/" + version + std::string(kEnding);
}

Result<std::optional<std::string>> Registry::version_in_use() const {
  const std::string path = folder_ + "/" + kInUse;
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.descriptor() < 0) {
    if (errno == ENOENT || errno == ENOTDIR) return std::optional<std::string>();
    return failed("read", path, errno);
  }
  char text[kVersionCharactersMax + 1];
  const ssize_t size = ::read(file.descriptor(), text, sizeof text);
  if (size < 0) return failed("read", path, errno);
  std::string version(text, static_cast<std::size_t>(size));
  if (version.ends_with('\n')) version.pop_back();
  if (!is_version(version))
    return data_error(path + " names no catalogue", "squall registry use embedded goes back to the program's own");
  return std::optional<std::string>(std::move(version));
}

Result<std::optional<StoredCatalogue>> Registry::open_in_use() const {
  const auto version = TRY(version_in_use());
  if (!version) return std::optional<StoredCatalogue>();
  auto file = MappedFile::open(path_of(*version));
  if (!file) return is_unusable(*version, file.error());
  const auto catalogue = Catalogue::open(file->bytes());
  if (!catalogue) return is_unusable(*version, catalogue.error());
  return std::optional(StoredCatalogue{std::move(*file), *catalogue});
}

Result<StoredCatalogue> Registry::open(const std::string& version) const {
  auto file = MappedFile::open(path_of(version));
  if (!file) return is_unusable(version, file.error());
  const auto catalogue = Catalogue::open(file->bytes());
  if (!catalogue) return is_unusable(version, catalogue.error());
  if (const Status whole = catalogue->verify(); !whole) return is_unusable(version, whole.error());
  if (catalogue->version() != version)
    return is_unusable(version, data_error("the file holds " + std::string(catalogue->version())));
  return StoredCatalogue{std::move(*file), *catalogue};
}

Result<std::vector<RegistryEntry>> Registry::list() const {
  std::vector<RegistryEntry> entries;
  std::error_code failure;
  fs::directory_iterator files(folder_, failure);
  if (failure == std::errc::no_such_file_or_directory) return entries;
  for (; !failure && files != fs::directory_iterator(); files.increment(failure)) {
    const std::string name = files->path().filename().string();
    if (!name.ends_with(kEnding)) continue;
    const std::string version = name.substr(0, name.size() - kEnding.size());
    if (!is_version(version)) continue;
    const auto opened = open(version);
    entries.push_back({.version = version,
                       .added = added_at(files->path().string()),
                       .problem = opened ? std::string() : opened.error().message});
  }
  if (failure) return failed("read", folder_, failure.value());
  std::sort(entries.begin(), entries.end(), [](const RegistryEntry& a, const RegistryEntry& b) {
    return a.added != b.added ? a.added > b.added : a.version < b.version;
  });
  return entries;
}

Result<std::string> Registry::resolve(const std::string& version) const {
  std::vector<std::string> versions;
  for (const RegistryEntry& entry : TRY(list())) {
    if (entry.version == version) return version;
    versions.push_back(entry.version);
  }
  std::vector<std::string_view> meant;
  for (const std::string& each : versions) {
    if (!version.empty() && each.starts_with(version)) meant.push_back(each);
  }
  if (meant.size() == 1) return std::string(meant.front());
  if (meant.size() > 1) return usage_error("several catalogues begin with " + version, kListHint);
  std::vector<std::string_view> names(versions.begin(), versions.end());
  names.push_back(kEmbeddedName);
  const std::string nearest = nearest_name(version, names);
  return usage_error("no catalogue " + version, nearest.empty() ? kListHint : "did you mean " + nearest + "?");
}

Status Registry::write(const std::string& name, std::span<const std::byte> bytes) const {
  TRY(make_folder(folder_));
  const std::string path = folder_ + "/" + name;
  remove_abandoned(folder_);
  std::string temporary = folder_ + "/" + std::string(kUnfinished) + "XXXXXX";
  const File file(::mkostemp(temporary.data(), O_CLOEXEC));  // with mode 0600
  if (file.descriptor() < 0) return failed("write to", folder_, errno);
  if (!write_all(file.descriptor(), bytes) || ::rename(temporary.c_str(), path.c_str()) != 0) {
    const int code = errno;
    ::unlink(temporary.c_str());
    return failed("write", path, code);
  }
  return sync_folder(folder_);
}

Result<std::string> Registry::add(std::span<const std::byte> blob) {
  const Catalogue catalogue = TRY(Catalogue::open(blob));
  TRY(catalogue.verify());
  const std::string version(catalogue.version());
  if (!is_version(version)) return internal_error("the catalogue's version '" + version + "' cannot name a file");
  TRY(write(version + std::string(kEnding), blob));
  return version;
}

Result<std::string> Registry::use(const std::string& version) {
  if (version == kEmbeddedName) {
    const std::string path = folder_ + "/" + kInUse;
    if (::unlink(path.c_str()) != 0 && errno != ENOENT && errno != ENOTDIR) return failed("remove", path, errno);
    return version;
  }
  const std::string whole = TRY(resolve(version));
  TRY(open(whole));
  const std::string line = whole + "\n";
  TRY(write(kInUse, std::as_bytes(std::span(line))));
  return whole;
}

Result<std::string> Registry::remove(const std::string& version) {
  if (version == kEmbeddedName) return usage_error("the embedded catalogue is part of the program: it stays");
  const std::string whole = TRY(resolve(version));
  const auto in_use = version_in_use();
  if (in_use && *in_use && **in_use == whole)
    return usage_error("the catalogue " + whole + " is in use",
                       "put another one to use first: squall registry use embedded");
  if (::unlink(path_of(whole).c_str()) != 0) return failed("remove", path_of(whole), errno);
  return whole;
}

}  // namespace squall::catalogue
