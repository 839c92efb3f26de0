// For tests: a whole answer through one format, as text.
#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "output/formats.h"

namespace squall::output {

using Row = std::vector<Value>;

inline Value text(std::string_view value) { return Value::of(value); }
inline Value integer(std::int64_t value) { return Value::of(value); }

inline std::string print(std::string_view format, const std::vector<ResultColumn>& columns,
                         const std::vector<Row>& rows, const FormatOptions& options = {}) {
  std::ostringstream out;
  const auto sink = find_format(format)->make(out, options);
  bool ok = sink->begin(columns).ok();
  for (const Row& row : rows) ok = sink->row(row).ok() && ok;
  ok = sink->end().ok() && ok;
  return ok ? out.str() : "failed: " + out.str();
}

// One text value under the column a.
inline std::string print_one(std::string_view format, std::string_view value) {
  return print(format, {{"a", DataType::string}}, {{text(value)}});
}

}  // namespace squall::output
