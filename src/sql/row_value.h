// The right side of SET (a, b) = …: a list of expressions, or a query of which the first row is meant.
#pragma once

#include <string_view>
#include <vector>

#include "sql/span.h"

namespace squall::sql {

struct RowValue {
  bool is_query = false;    // ( SELECT … ), ( WITH … ) or ( VALUES … )
  std::vector<Span> parts;  // the expressions of a list, or the query without its parentheses
};

// An expression that is neither is a list of one.
RowValue row_value(std::string_view source, Span expression);

}  // namespace squall::sql
