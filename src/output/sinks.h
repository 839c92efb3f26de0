// The makers behind formats(): one for each file of this folder that is named for its format.
#pragma once

#include <iosfwd>
#include <memory>

#include "output/formats.h"

namespace squall::output {

std::unique_ptr<RowSink> make_table(std::ostream& out, const FormatOptions& options);
std::unique_ptr<RowSink> make_csv(std::ostream& out, const FormatOptions& options);
std::unique_ptr<RowSink> make_json(std::ostream& out, const FormatOptions& options);
std::unique_ptr<RowSink> make_jsonl(std::ostream& out, const FormatOptions& options);
std::unique_ptr<RowSink> make_text(std::ostream& out, const FormatOptions& options);
std::unique_ptr<RowSink> make_markdown(std::ostream& out, const FormatOptions& options);
std::unique_ptr<RowSink> make_line(std::ostream& out, const FormatOptions& options);

}  // namespace squall::output
