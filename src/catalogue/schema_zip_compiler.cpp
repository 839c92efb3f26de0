// A reader of zips as far as AWS's needs one: stored and deflated entries, no encryption, no parts, less than 4 GiB. It
// is ours because loading libzip with the libraries it brings takes a millisecond of every start, while zlib's inflate
// is linked in. Every place in the file is checked before it is read.
#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iterator>

#include "catalogue/compiler.h"

namespace squall::catalogue {

namespace {

// AWS's zip unpacks to 13 MB. More than this is no zip of schemas, but one made to fill the memory.
constexpr std::size_t kEntryBytesMax = 16 * 1024 * 1024;
constexpr std::size_t kAllBytesMax = 128 * 1024 * 1024;

// The records' sizes without their names, and the marks they begin with.
constexpr std::size_t kEndSize = 22;
constexpr std::size_t kDirectorySize = 46;
constexpr std::size_t kLocalSize = 30;
constexpr std::size_t kCommentMax = 65535;
constexpr std::uint32_t kEndMark = 0x06054b50;
constexpr std::uint32_t kDirectoryMark = 0x02014b50;
constexpr std::uint32_t kLocalMark = 0x04034b50;
constexpr std::uint16_t kEncrypted = 1;
constexpr std::uint16_t kStored = 0;
constexpr std::uint16_t kDeflated = 8;

// Little-endian numbers. REQUIRES: the place is within the bytes.
std::uint16_t number16(std::string_view bytes, std::size_t place) {
  return static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[place]) |
                                    static_cast<unsigned char>(bytes[place + 1]) << 8);
}
std::uint32_t number32(std::string_view bytes, std::size_t place) {
  return number16(bytes, place) | static_cast<std::uint32_t>(number16(bytes, place + 2)) << 16;
}

struct Entry {
  std::string name;
  std::uint16_t flags = 0;
  std::uint16_t method = 0;
  std::uint32_t checksum = 0;
  std::size_t packed_size = 0;
  std::size_t size = 0;
  std::size_t place = 0;  // of its local record
};

// The end record is the last of the file, but for a comment of its own.
Result<std::size_t> find_end(std::string_view zip, const std::string& zip_name) {
  if (zip.size() >= kEndSize) {
    const std::size_t last = zip.size() - kEndSize;
    const std::size_t first = last > kCommentMax ? last - kCommentMax : 0;
    for (std::size_t place = last + 1; place-- > first;) {
      if (number32(zip, place) == kEndMark && place + kEndSize + number16(zip, place + 20) == zip.size()) return place;
    }
  }
  return data_error(zip_name + " is no whole zip: its end record is missing");
}

Result<std::vector<Entry>> read_directory(std::string_view zip, const std::string& zip_name) {
  const std::size_t end = TRY(find_end(zip, zip_name));
  const std::size_t count = number16(zip, end + 10);
  std::size_t place = number32(zip, end + 16);
  if (number16(zip, end + 4) != 0 || number16(zip, end + 8) != count)
    return data_error(zip_name + " is a part of a zip of several");
  std::vector<Entry> entries;
  for (std::size_t i = 0; i < count; ++i) {
    if (place > end || end - place < kDirectorySize || number32(zip, place) != kDirectoryMark)
      return data_error("the directory of " + zip_name + " is damaged at entry " + std::to_string(i + 1));
    const std::size_t name_size = number16(zip, place + 28);
    const std::size_t size = kDirectorySize + name_size + number16(zip, place + 30) + number16(zip, place + 32);
    if (size > end - place)
      return data_error("the directory of " + zip_name + " is damaged at entry " + std::to_string(i + 1));
    entries.push_back({.name = std::string(zip.substr(place + kDirectorySize, name_size)),
                       .flags = number16(zip, place + 8),
                       .method = number16(zip, place + 10),
                       .checksum = number32(zip, place + 16),
                       .packed_size = number32(zip, place + 20),
                       .size = number32(zip, place + 24),
                       .place = number32(zip, place + 42)});
    place += size;
  }
  if (place != end) return data_error("the directory of " + zip_name + " is damaged at its end");
  return entries;
}

// The entry's bytes as they lie in the file; none where they do not fit into it.
std::string_view packed_bytes(std::string_view zip, const Entry& entry) {
  if (entry.place > zip.size() || zip.size() - entry.place < kLocalSize || number32(zip, entry.place) != kLocalMark)
    return {};
  const std::size_t begin =
      entry.place + kLocalSize + number16(zip, entry.place + 26) + number16(zip, entry.place + 28);
  if (begin > zip.size() || zip.size() - begin < entry.packed_size) return {};
  return zip.substr(begin, entry.packed_size);
}

// Whether all of `packed` inflates to exactly as many bytes as `text` has.
bool inflate_into(std::string& text, std::string_view packed) {
  z_stream stream{};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return false;  // a zip's data has no zlib header
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  const int outcome = inflate(&stream, Z_FINISH);
  const bool whole = outcome == Z_STREAM_END && stream.avail_out == 0 && stream.avail_in == 0;
  inflateEnd(&stream);
  return whole;
}

Result<std::string> read_entry(std::string_view zip, const Entry& entry) {
  const std::string what = "the zip's entry " + entry.name;
  if (entry.size > kEntryBytesMax) return data_error(what + " is larger than 16 MiB");
  if ((entry.flags & kEncrypted) != 0) return data_error(what + " is encrypted");
  if (entry.method != kStored && entry.method != kDeflated)
    return data_error(what + " is packed in a way that squall does not read (" + std::to_string(entry.method) + ")");
  const std::string_view packed = packed_bytes(zip, entry);
  std::string text(entry.size, '\0');
  bool whole = false;
  if (entry.method == kDeflated)
    whole = !packed.empty() && inflate_into(text, packed);
  else if (whole = packed.size() == entry.size; whole)
    text = packed;
  const auto checksum = crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size()));
  if (!whole || checksum != entry.checksum) return data_error(what + " is damaged");
  return text;
}

}  // namespace

Result<std::vector<SchemaText>> unpack_schema_zip(std::string_view bytes, const std::string& name) {
  std::vector<SchemaText> schemas;
  std::size_t unpacked = 0;
  for (const Entry& entry : TRY(read_directory(bytes, name))) {
    if (!entry.name.ends_with(".json")) continue;
    unpacked += entry.size;
    if (unpacked > kAllBytesMax) return data_error(name + " unpacks to more than 128 MiB");
    schemas.push_back({entry.name, TRY(read_entry(bytes, entry))});
  }
  if (schemas.empty()) return data_error(name + " holds no schema (*.json)");
  std::sort(schemas.begin(), schemas.end(), [](const SchemaText& a, const SchemaText& b) { return a.entry < b.entry; });
  return schemas;
}

Result<std::vector<SchemaText>> read_schema_zip(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return data_error("cannot read " + path);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (file.bad()) return data_error("cannot read " + path);
  return unpack_schema_zip(bytes, path);
}

}  // namespace squall::catalogue
