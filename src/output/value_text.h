// SQLite's values as plain text, the same in every format.
#pragma once

#include <string>

#include "base/value.h"

namespace squall::output {

// The shortest digits that read back as the same number, with a point or an exponent in them: 1.0, 0.1, 1e+300.
// Infinity is Inf or -Inf.
void append_real(std::string& out, double value);

// Nothing for NULL; text as it is; blobs as \x and hexadecimal digits.
void append_value(std::string& out, const Value& value);

// The same for people: control characters and bytes that are no UTF-8 cannot move the cursor. A line break within text
// becomes `line_break`.
void append_printable(std::string& out, const Value& value, std::string_view line_break);
void append_printable(std::string& out, std::string_view text, std::string_view line_break);

}  // namespace squall::output
