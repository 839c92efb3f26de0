// The rows of a _tags table: those of its type's list, or of one resource, once for each of its tags. Session thread only.
//
// Tags come in three shapes: a list of {Key, Value}, a list whose items name these otherwise (TagKey, tagValue), and an
// object of keys and values.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/resource_cursor.h"

namespace squall::engine {

// What the members of a list's items are called.
struct TagFields {
  std::string key = "Key";
  std::string value = "Value";
};
TagFields tag_fields(std::string_view schema, std::string_view property);

// As ResourceCursor.
class TagCursor {
 public:
  TagCursor(ScanContext& context, const TableShape& shape);

  int filter(const char* plan_text, std::span<sqlite3_value*> arguments);
  int next();
  bool eof() const { return resources_.eof(); }
  sqlite3_int64 rowid() const;
  int column(sqlite3_context* out, std::size_t index);

 private:
  struct Tag {
    std::string key;  // both as JSON; empty: none
    std::string value;
  };

  int reach_tag();
  Status read_tags();

  ScanContext& context_;
  const TableShape& shape_;
  const std::size_t property_;
  const TagFields fields_;
  ResourceCursor resources_;
  std::vector<Tag> tags_;  // of the current resource
  std::size_t tag_ = 0;
};

}  // namespace squall::engine
