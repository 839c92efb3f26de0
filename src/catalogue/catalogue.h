// The catalogue: every resource type's facts, read in place from one flat blob. Read-only; any thread.
//
// The blob (see blob.h for its layout) is inside the binary or mapped from the user's directory; opening checks magic,
// version and bounds and parses nothing. All views and texts handed out point into the blob and live as long as it does.
// Source of the facts: AWS's CloudFormation resource provider schemas.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/value.h"

namespace squall::catalogue {

enum class Handler : std::uint8_t { create, read, update, delete_, list };
constexpr std::size_t kHandlerCount = 5;

enum PropertyFlag : std::uint16_t {
  kReadOnly = 1,
  kCreateOnly = 2,
  kWriteOnly = 4,
  kRequired = 8,  // in the schema's top-level `required`
  kConditionalCreateOnly = 16,
  kDeprecated = 32,
  kIdentifier = 64,  // (the first step of) a part of the primary identifier
};

// A top-level property. Flags tell of the whole property; nested paths are in ResourceType's path lists.
struct Property {
  std::string_view name;    // "VendorGuidance"
  std::string_view column;  // "vendor_guidance"
  DataType type = DataType::object;
  std::uint16_t flags = 0;
  std::string_view description = {};  // AWS's sentence, of imported catalogues only
  bool has(PropertyFlag flag) const { return (flags & flag) != 0; }
};

class Catalogue;

// A view of one type; cheap to copy.
class ResourceType {
 public:
  std::string_view name() const;      // "AWS::SageMaker::ImageVersion"
  std::string_view service() const;   // "sagemaker"
  std::string_view singular() const;  // "image_version"
  std::string_view plural() const;    // "image_versions"

  std::size_t property_count() const;
  Property property(std::size_t index) const;  // schema order
  std::optional<std::size_t> find_property(std::string_view cloudformation_name) const;

  // Paths without "/properties/": "ImageVersionArn", "Schedule/ScheduleId". Several: a compound identifier, in order.
  std::vector<std::string_view> primary_identifier() const;
  std::vector<std::vector<std::string_view>> additional_identifiers() const;
  // Nested paths too ("Code/ZipFile", "Rules/*/Arn").
  std::vector<std::string_view> read_only() const;
  std::vector<std::string_view> create_only() const;
  std::vector<std::string_view> write_only() const;
  std::vector<std::string_view> conditional_create_only() const;
  std::vector<std::string_view> required() const;

  bool has_handler(Handler handler) const;
  bool has_handlers() const;              // any: only these types are tables
  std::vector<Handler> handlers() const;  // in the schema's order
  std::vector<std::string_view> permissions(Handler handler) const;
  std::uint32_t timeout_minutes(Handler handler) const;  // 120 where the schema says nothing
  // Alternatives of keys that ListResources requires in ResourceModel; empty: none.
  std::vector<std::vector<std::string_view>> list_keys() const;
  // The parents' facts (see facts of list parents in docs) as JSON text; empty: none.
  std::string_view list_parents() const;

  std::string_view tag_property() const;  // "Tags"; empty: not taggable
  std::string_view description() const;   // AWS's sentence, of imported catalogues only
  // The type's schema without prose, as JSON text: properties, definitions and the constraints of both.
  std::string_view schema() const;

  friend bool operator==(const ResourceType&, const ResourceType&) = default;

 private:
  friend class Catalogue;
  ResourceType(const Catalogue* catalogue, std::uint32_t index) : catalogue_(catalogue), index_(index) {}
  struct Record;
  const Catalogue* catalogue_;
  std::uint32_t index_;
};

enum class TableKind : std::uint8_t { singular, plural, list_only, tags };

// A name a statement can say after FROM, without "aws.": "sagemaker.image_versions".
struct Table {
  TableKind kind;
  ResourceType type;
};

class Catalogue {
 public:
  // The blob must outlive the catalogue and everything got from it.
  static Result<Catalogue> open(std::span<const std::byte> blob);

  std::size_t type_count() const;
  ResourceType type(std::size_t index) const;                          // ordered by name
  std::optional<ResourceType> find_type(std::string_view name) const;  // exact, "AWS::SageMaker::Image"
  // service and resource in any case; where singular and plural are one word, the plural.
  std::optional<Table> find_table(std::string_view service, std::string_view resource) const;
  std::vector<std::string_view> services() const;                      // ordered
  std::vector<std::string> tables_of(std::string_view service) const;  // ordered; empty: no such service
  std::string_view version() const;                                    // a digest of the schemas' facts
  // The checksum over the whole blob: for files; what is inside the binary is trusted.
  Status verify() const;

 private:
  friend class ResourceType;
  std::span<const std::byte> blob_;
};

}  // namespace squall::catalogue
