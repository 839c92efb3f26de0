// The table of a type's tags, one row a tag: a view over the type's plural table.
//
// Tags come as a list of {Key, Value} (whatever the schema calls the two: TagKey, key …) or as an object of keys and
// values; the schema tells which. Pure functions of the catalogue.
#pragma once

#include <string>

#include "engine/table_shape.h"

namespace squall::engine {

// "aws.sagemaker.images", of the shape of aws.sagemaker.image_tags.
std::string listed_table_of(const TableShape& tags);

// CREATE TEMP VIEW "aws.sagemaker.image_tags" AS SELECT …
std::string tag_view(const TableShape& tags);

}  // namespace squall::engine
