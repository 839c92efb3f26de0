// A value of SQL as the JSON value of a property, by the property's datatype: text "5" for an integer is 5, the integer 5
// for a string is "5", text for an array or an object is JSON. A pure function.
#pragma once

#include "catalogue/catalogue.h"
#include "engine/changes/json_document.h"
#include "engine/changes/row_buffer.h"

namespace squall::engine {

// REQUIRES: the value is not NULL. The error names the column and what was expected.
Result<Json> json_of_value(const OwnedValue& value, const catalogue::Property& property, bool takes_text);

// Whether the property's schema admits a string where its datatype is object (a policy document may be either).
bool takes_text(const Json& schema, std::string_view property);

}  // namespace squall::engine
