#include "catalogue/catalogue.h"

#include <cstring>

#include "base/ascii.h"
#include "catalogue/blob.h"

namespace squall::catalogue {

namespace {

using Blob = std::span<const std::byte>;

BlobHeader header_of(Blob blob) {
  BlobHeader header;
  std::memcpy(&header, blob.data(), sizeof header);
  return header;
}

// Element `index` of a section; a default one where the blob is too short for it.
template <typename Record>
Record element(Blob blob, const BlobRange& section, std::uint64_t index) {
  Record record{};
  const std::uint64_t offset = section.first + index * sizeof(Record);
  if (index < section.count && offset + sizeof(Record) <= blob.size())
    std::memcpy(&record, blob.data() + offset, sizeof record);
  return record;
}

std::string_view characters(Blob blob, const BlobHeader& header, const BlobText& text) {
  if (std::uint64_t(text.offset) + text.size > header.characters.count) return {};
  const std::uint64_t offset = std::uint64_t(header.characters.first) + text.offset;
  if (offset + text.size > blob.size()) return {};
  return {reinterpret_cast<const char*>(blob.data() + offset), text.size};
}

std::string_view text_at(Blob blob, const BlobHeader& header, std::uint64_t index) {
  return characters(blob, header, element<BlobText>(blob, header.texts, index));
}

// How much of a range lies inside its section.
std::uint32_t count_within(const BlobRange& range, const BlobRange& section) {
  if (range.first >= section.count) return 0;
  return std::min(range.count, section.count - range.first);
}

std::vector<std::string_view> texts_of(Blob blob, const BlobHeader& header, const BlobRange& range) {
  std::vector<std::string_view> texts;
  const std::uint32_t count = count_within(range, header.texts);
  texts.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) texts.push_back(text_at(blob, header, std::uint64_t(range.first) + i));
  return texts;
}

std::vector<std::vector<std::string_view>> lists_of(Blob blob, const BlobHeader& header, const BlobRange& range) {
  std::vector<std::vector<std::string_view>> lists;
  const std::uint32_t count = count_within(range, header.ranges);
  // Lists share no text, so that more texts than there are come from a damaged blob: they could fill the memory.
  std::uint64_t texts = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto list = element<BlobRange>(blob, header.ranges, std::uint64_t(range.first) + i);
    texts += count_within(list, header.texts);
    if (texts > header.texts.count) break;
    lists.push_back(texts_of(blob, header, list));
  }
  return lists;
}

bool section_fits(Blob blob, const BlobRange& section, std::size_t element_size) {
  return section.first <= blob.size() && std::uint64_t(section.count) * element_size <= blob.size() - section.first;
}

// The first index whose name is not less than the wanted one.
template <typename NameAt>
std::uint32_t lower_bound(std::uint32_t count, std::string_view wanted, NameAt name_at) {
  std::uint32_t low = 0;
  while (count > 0) {
    const std::uint32_t half = count / 2;
    if (name_at(low + half) < wanted) {
      low += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  return low;
}

}  // namespace

std::uint64_t fnv1a(std::span<const std::byte> bytes, std::uint64_t hash) {
  for (std::byte byte : bytes) hash = (hash ^ static_cast<std::uint64_t>(byte)) * 1099511628211ULL;
  return hash;
}

std::uint64_t blob_checksum(std::span<const std::byte> blob) {
  BlobHeader header = header_of(blob);
  header.checksum = 0;
  return fnv1a(blob.subspan(sizeof header), fnv1a(std::as_bytes(std::span(&header, 1))));
}

Result<Catalogue> Catalogue::open(std::span<const std::byte> blob) {
  if (blob.size() < sizeof(BlobHeader)) return data_error("the catalogue is too short");
  const BlobHeader header = header_of(blob);
  if (std::memcmp(header.magic, kBlobMagic, sizeof kBlobMagic) != 0) return data_error("this is no catalogue");
  if (header.version != kBlobVersion)
    return data_error("the catalogue is of format " + std::to_string(header.version) + ", this program reads " +
                      std::to_string(kBlobVersion));
  const bool whole = header.size == blob.size() && section_fits(blob, header.types, sizeof(BlobType)) &&
                     section_fits(blob, header.tables, sizeof(BlobTable)) &&
                     section_fits(blob, header.properties, sizeof(BlobProperty)) &&
                     section_fits(blob, header.ranges, sizeof(BlobRange)) &&
                     section_fits(blob, header.texts, sizeof(BlobText)) && section_fits(blob, header.characters, 1);
  if (!whole) return data_error("the catalogue is damaged: its size does not fit its contents");
  Catalogue catalogue;
  catalogue.blob_ = blob;
  return catalogue;
}

Status Catalogue::verify() const {
  if (blob_checksum(blob_) != header_of(blob_).checksum)
    return data_error("the catalogue is damaged: its checksum does not fit");
  return {};
}

std::size_t Catalogue::type_count() const { return header_of(blob_).types.count; }

ResourceType Catalogue::type(std::size_t index) const { return {this, static_cast<std::uint32_t>(index)}; }

std::optional<ResourceType> Catalogue::find_type(std::string_view name) const {
  const BlobHeader header = header_of(blob_);
  const auto name_at = [&](std::uint32_t i) {
    return characters(blob_, header, element<BlobType>(blob_, header.types, i).name);
  };
  const std::uint32_t index = lower_bound(header.types.count, name, name_at);
  if (index == header.types.count || name_at(index) != name) return std::nullopt;
  return ResourceType(this, index);
}

std::optional<Table> Catalogue::find_table(std::string_view service, std::string_view resource) const {
  const std::string wanted = ascii_lower(service) + "." + ascii_lower(resource);
  const BlobHeader header = header_of(blob_);
  const auto name_at = [&](std::uint32_t i) {
    return characters(blob_, header, element<BlobTable>(blob_, header.tables, i).name);
  };
  const std::uint32_t index = lower_bound(header.tables.count, wanted, name_at);
  if (index == header.tables.count || name_at(index) != wanted) return std::nullopt;
  const auto record = element<BlobTable>(blob_, header.tables, index);
  if (record.type >= header.types.count || record.kind > static_cast<std::uint32_t>(TableKind::tags))
    return std::nullopt;
  return Table{static_cast<TableKind>(record.kind), ResourceType(this, record.type)};
}

std::vector<std::string_view> Catalogue::services() const {
  const BlobHeader header = header_of(blob_);
  return texts_of(blob_, header, header.services);
}

std::vector<std::string> Catalogue::tables_of(std::string_view service) const {
  const std::string prefix = ascii_lower(service) + ".";
  const BlobHeader header = header_of(blob_);
  const auto name_at = [&](std::uint32_t i) {
    return characters(blob_, header, element<BlobTable>(blob_, header.tables, i).name);
  };
  std::vector<std::string> tables;
  for (std::uint32_t i = lower_bound(header.tables.count, prefix, name_at);
       i < header.tables.count && name_at(i).starts_with(prefix); ++i) {
    if (element<BlobTable>(blob_, header.tables, i).alias == 0) tables.emplace_back(name_at(i).substr(prefix.size()));
  }
  return tables;
}

std::string_view Catalogue::version() const {
  const BlobHeader header = header_of(blob_);
  return characters(blob_, header, header.catalogue_version);
}

// --- one type ---

// The record is copied out at each question: a few hundred bytes, and no view into unaligned memory.
struct ResourceType::Record {
  explicit Record(const ResourceType& type)
      : blob(type.catalogue_->blob_), header(header_of(blob)), of(element<BlobType>(blob, header.types, type.index_)) {}
  std::string_view text(const BlobText& place) const { return characters(blob, header, place); }
  std::vector<std::string_view> texts(const BlobRange& range) const { return texts_of(blob, header, range); }

  Blob blob;
  BlobHeader header;
  BlobType of;
};

std::string_view ResourceType::name() const {
  const Record r(*this);
  return r.text(r.of.name);
}
std::string_view ResourceType::service() const {
  const Record r(*this);
  return r.text(r.of.service);
}
std::string_view ResourceType::singular() const {
  const Record r(*this);
  return r.text(r.of.singular);
}
std::string_view ResourceType::plural() const {
  const Record r(*this);
  return r.text(r.of.plural);
}
std::string_view ResourceType::tag_property() const {
  const Record r(*this);
  return r.text(r.of.tag_property);
}
std::string_view ResourceType::description() const {
  const Record r(*this);
  return r.text(r.of.description);
}
std::string_view ResourceType::list_parents() const {
  const Record r(*this);
  return r.text(r.of.list_parents);
}
std::string_view ResourceType::schema() const {
  const Record r(*this);
  return r.text(r.of.schema);
}

std::vector<std::string_view> ResourceType::primary_identifier() const {
  const Record r(*this);
  return r.texts(r.of.primary);
}
std::vector<std::string_view> ResourceType::read_only() const {
  const Record r(*this);
  return r.texts(r.of.read_only);
}
std::vector<std::string_view> ResourceType::create_only() const {
  const Record r(*this);
  return r.texts(r.of.create_only);
}
std::vector<std::string_view> ResourceType::write_only() const {
  const Record r(*this);
  return r.texts(r.of.write_only);
}
std::vector<std::string_view> ResourceType::conditional_create_only() const {
  const Record r(*this);
  return r.texts(r.of.conditional);
}
std::vector<std::string_view> ResourceType::required() const {
  const Record r(*this);
  return r.texts(r.of.required);
}
std::vector<std::vector<std::string_view>> ResourceType::additional_identifiers() const {
  const Record r(*this);
  return lists_of(r.blob, r.header, r.of.additional);
}
std::vector<std::vector<std::string_view>> ResourceType::list_keys() const {
  const Record r(*this);
  return lists_of(r.blob, r.header, r.of.list_keys);
}

bool ResourceType::has_handler(Handler handler) const {
  return (Record(*this).of.handlers >> static_cast<unsigned>(handler) & 1U) != 0;
}
bool ResourceType::has_handlers() const { return Record(*this).of.handlers != 0; }

std::vector<Handler> ResourceType::handlers() const {
  std::vector<Handler> handlers;
  std::uint32_t order = Record(*this).of.handler_order;
  for (; (order & 15U) != 0 && handlers.size() < kHandlerCount; order >>= 4U) {
    const std::uint32_t number = (order & 15U) - 1;
    if (number < kHandlerCount && has_handler(static_cast<Handler>(number)))
      handlers.push_back(static_cast<Handler>(number));
  }
  return handlers;
}

std::vector<std::string_view> ResourceType::permissions(Handler handler) const {
  const Record r(*this);
  return r.texts(r.of.permissions[static_cast<std::size_t>(handler)]);
}

std::uint32_t ResourceType::timeout_minutes(Handler handler) const {
  return Record(*this).of.timeout_minutes[static_cast<std::size_t>(handler)];
}

std::size_t ResourceType::property_count() const {
  const Record r(*this);
  return count_within(r.of.properties, r.header.properties);
}

Property ResourceType::property(std::size_t index) const {
  const Record r(*this);
  const auto record = element<BlobProperty>(r.blob, r.header.properties, std::uint64_t(r.of.properties.first) + index);
  const bool known = record.type <= static_cast<std::uint8_t>(DataType::object);
  return {.name = r.text(record.name),
          .column = r.text(record.column),
          .type = known ? static_cast<DataType>(record.type) : DataType::object,
          .flags = record.flags,
          .description = r.text(record.description)};
}

std::optional<std::size_t> ResourceType::find_property(std::string_view cloudformation_name) const {
  const Record r(*this);
  const std::uint32_t count = count_within(r.of.properties, r.header.properties);
  for (std::uint32_t i = 0; i < count; ++i) {
    if (r.text(element<BlobProperty>(r.blob, r.header.properties, std::uint64_t(r.of.properties.first) + i).name) ==
        cloudformation_name)
      return i;
  }
  return std::nullopt;
}

}  // namespace squall::catalogue
