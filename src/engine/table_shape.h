// The columns of one resource table, in the order in which SQLite sees them: the visible ones of the documentation first
// (so that bit masks of used columns cover them), then the hidden ones: CloudFormation spellings, keys that a list handler
// requires and that are no properties, parameters. A pure function of the catalogue.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/catalogue.h"

namespace squall::engine {

enum class ColumnRole : std::uint8_t {
  property,         // a property's value; hidden where it is the CloudFormation spelling of a visible one
  region,           // the request's
  identifier,       // data__Identifier: the identifier asked for, or the resource's own
  identifier_part,  // of _list_only: a part that is no property ("Schedule/ScheduleId")
  tag_key,          // of _tags; property and key are those of the tags
  tag_value,
  list_key,    // a key of ResourceModel that is no property
  profile,     // chooses credentials
  account_id,  // of the answer
  parameter,   // data__PatchDocument and its like: something only a change gives
  detailed,    // whether GetResource told the row's properties (0/1); for changes' own queries
  properties,  // all of them, as JSON; likewise
};

struct TableColumn {
  std::string name;
  DataType type = DataType::string;
  ColumnRole role = ColumnRole::property;
  std::size_t property = 0;  // index into the type's properties, of role property
  std::string key = {};      // of list keys, parts of identifiers and properties: the CloudFormation name
  bool hidden = false;
};

struct TableShape {
  std::string name;  // "aws.sagemaker.image_versions"
  catalogue::Table table;
  std::vector<TableColumn> columns;

  std::optional<std::size_t> find(std::string_view column) const;  // in any case
  // What xConnect declares: CREATE TABLE x("image_name" TEXT, …, "ImageName" TEXT HIDDEN, …).
  std::string declaration() const;
};

TableShape shape_of(const catalogue::Table& table, std::string name);

// Only the columns that SELECT * shows.
std::vector<TableColumn> visible_columns(const catalogue::Table& table);

// The declared type in SQLite for a datatype and back (from sqlite3_column_decltype).
std::string_view declared_type(DataType type);
DataType datatype_of_declared(std::string_view declared);

}  // namespace squall::engine
