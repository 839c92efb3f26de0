#include <zip.h>

#include <algorithm>
#include <memory>

#include "catalogue/compiler.h"

namespace squall::catalogue {

namespace {

// AWS's zip unpacks to 13 MB. More than this is no zip of schemas, but one made to fill the memory.
constexpr zip_uint64_t kEntryBytesMax = 16 * 1024 * 1024;
constexpr std::size_t kAllBytesMax = 512 * 1024 * 1024;

struct CloseZip {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct CloseFile {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};

Result<std::string> read_entry(zip_t* archive, zip_uint64_t index, const std::string& name) {
  zip_stat_t facts;
  if (zip_stat_index(archive, index, 0, &facts) != 0 || (facts.valid & ZIP_STAT_SIZE) == 0)
    return data_error("the zip's entry " + name + " has no size");
  if (facts.size > kEntryBytesMax) return data_error("the zip's entry " + name + " is larger than 16 MiB");
  const std::unique_ptr<zip_file_t, CloseFile> file(zip_fopen_index(archive, index, 0));
  if (file == nullptr) return data_error("the zip's entry " + name + " cannot be read: " + zip_strerror(archive));
  std::string text(facts.size, '\0');
  // A wrong checksum shows when the end is read.
  const auto read = zip_fread(file.get(), text.data(), facts.size);
  char beyond = 0;
  if (read < 0 || static_cast<zip_uint64_t>(read) != facts.size || zip_fread(file.get(), &beyond, 1) != 0) {
    return data_error("the zip's entry " + name + " is damaged");
  }
  return text;
}

}  // namespace

Result<std::vector<SchemaText>> read_schema_zip(const std::string& path) {
  int code = 0;
  const std::unique_ptr<zip_t, CloseZip> archive(zip_open(path.c_str(), ZIP_RDONLY, &code));
  if (archive == nullptr) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    const std::string text = zip_error_strerror(&error);
    zip_error_fini(&error);
    return data_error(path + " is no zip of schemas: " + text);
  }
  std::vector<SchemaText> schemas;
  std::size_t bytes = 0;
  const auto count = zip_get_num_entries(archive.get(), 0);
  for (zip_int64_t i = 0; i < count; ++i) {
    const char* name = zip_get_name(archive.get(), static_cast<zip_uint64_t>(i), 0);
    if (name == nullptr || !std::string_view(name).ends_with(".json")) continue;
    schemas.push_back({name, TRY(read_entry(archive.get(), static_cast<zip_uint64_t>(i), name))});
    bytes += schemas.back().json.size();
    if (bytes > kAllBytesMax) return data_error(path + " unpacks to more than 512 MiB");
  }
  if (schemas.empty()) return data_error(path + " holds no schema (*.json)");
  std::sort(schemas.begin(), schemas.end(), [](const SchemaText& a, const SchemaText& b) { return a.entry < b.entry; });
  return schemas;
}

}  // namespace squall::catalogue
