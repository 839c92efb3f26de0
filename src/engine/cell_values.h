// JSON texts as SQLite's values: what xColumn answers with.
#pragma once

#include <string_view>

#include "base/value.h"
#include "sqlite/sqlite.h"

namespace squall::engine {

// Copied: pages of a stream are recycled while SQLite may still hold the value (min() and max() do).
void set_text(sqlite3_context* out, std::string_view text);
// A JSON value as it stands in a document; arrays and objects are known to SQLite's JSON functions.
void set_json(sqlite3_context* out, std::string_view raw);
// A part of an identifier is text; it is shown as its property's type.
void set_typed(sqlite3_context* out, std::string_view text, DataType type);

}  // namespace squall::engine
