// The output formats of `-o`: each a RowSink that writes to a std::ostream in blocks. A failing stream is an error;
// the stream outlives its sinks.
// An explicit table, read in order by --help and by the error that lists the formats.
#pragma once

#include <iosfwd>
#include <memory>
#include <span>
#include <string_view>

#include "base/row_sink.h"

namespace squall::output {

struct FormatOptions {
  bool header = true;     // -H turns it off (csv, table)
  char delimiter = ',';   // csv
  bool color = false;     // table, on a terminal
  std::size_t width = 0;  // table: columns of the terminal; 0: no limit
};

struct Format {
  std::string_view name;
  std::string_view about;  // one line of help
  std::unique_ptr<RowSink> (*make)(std::ostream& out, const FormatOptions& options);
};

std::span<const Format> formats();
const Format* find_format(std::string_view name);

}  // namespace squall::output
