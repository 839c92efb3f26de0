// The layout of the flat catalogue, shared by its writer and its reader. Little-endian, offsets only, no relocation.
//
//   Header | TypeRecord[] by name | TableRecord[] by name | PropertyRecord[] | Range[] | Text[] | characters
//
// A Text is a place in the characters, a Range a run of elements of another section. Readers check every place against
// the blob's size, so a damaged blob gives empty texts, never a wild read. kBlobVersion changes with the layout.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalogue/catalogue.h"

namespace squall::catalogue {

constexpr char kBlobMagic[8] = {'S', 'Q', 'U', 'A', 'L', 'L', 'C', 'T'};
constexpr std::uint32_t kBlobVersion = 2;

struct BlobText {
  std::uint32_t offset = 0;
  std::uint32_t size = 0;
};

struct BlobRange {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

struct BlobHeader {
  char magic[8] = {};
  std::uint32_t version = 0;
  std::uint32_t reserved = 0;
  std::uint64_t size = 0;                                          // of the whole blob
  std::uint64_t checksum = 0;                                      // blob_checksum()
  BlobRange types, tables, properties, ranges, texts, characters;  // first: byte offset; count: elements
  BlobRange services;                                              // of texts
  BlobText catalogue_version;
};

struct BlobType {
  BlobText name, service, singular, plural, tag_property, list_parents, schema;
  BlobText description;                                                          // empty in the embedded catalogue
  BlobRange properties;                                                          // of properties
  BlobRange primary, read_only, create_only, write_only, conditional, required;  // of texts
  BlobRange additional, list_keys;                                               // of ranges of texts
  BlobRange permissions[kHandlerCount];                                          // of texts
  std::uint32_t timeout_minutes[kHandlerCount] = {};
  std::uint32_t handlers = 0;       // bit mask
  std::uint32_t handler_order = 0;  // four bits each, in the schema's order: the handler's number + 1; 0 ends it
};

struct BlobProperty {
  BlobText name, column;
  BlobText description;  // empty in the embedded catalogue
  std::uint16_t flags = 0;
  std::uint8_t type = 0;
  std::uint8_t reserved = 0;
};

struct BlobTable {
  BlobText name;  // "sagemaker.image_versions"
  std::uint32_t type = 0;
  std::uint16_t kind = 0;
  std::uint16_t alias = 0;  // 1: found, but not shown
};

// FNV-1a over the whole blob, its own field taken as zero. REQUIRES: a blob not shorter than its header.
std::uint64_t blob_checksum(std::span<const std::byte> blob);
std::uint64_t fnv1a(std::span<const std::byte> bytes, std::uint64_t hash = 14695981039346656037ULL);

// From files of facts (compiler.h) to a blob; deterministic. Tables are named by table_names.h. Fails where a file is
// no JSON, a type is in two files or a fact is not of its form; the error names the type.
Result<std::vector<std::byte>> write_blob(const std::vector<std::string>& files);

}  // namespace squall::catalogue
