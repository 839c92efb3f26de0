// Whether a text is JSON: a strict check (RFC 8259, UTF-8 too) that builds nothing, so that a text from a cloud can be
// put into a document as it is without breaking it.
#pragma once

#include <string>
#include <string_view>

namespace squall::output {

// One value with white space around it. Nesting deeper than 1,000 is refused.
bool is_json(std::string_view text);

// A number with nothing around it.
bool is_json_number(std::string_view text);

// Appends a text that is_json() accepts, on one line: white space outside strings goes if there is a line break.
void append_json_on_one_line(std::string& out, std::string_view json);

// Appends the text as a JSON string with its quotes. Bytes that are no UTF-8 become U+FFFD, control characters \u….
void append_json_string(std::string& out, std::string_view text);

}  // namespace squall::output
