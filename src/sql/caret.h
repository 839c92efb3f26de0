// The place of an error within the user's own text, for a terminal:
//
//   line 3:
//     SELECT i.nmae FROM t
//            ^^^^^^
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace squall::sql {

// The line that holds `offset` (bytes), indented by two, and carets under `length` bytes of it (at least one caret, never
// behind the line's end). A text of several lines gets "line N:" above. A long line is cut with … around the place.
// Tabs and control characters show as one space, so that carets stand where they should; widths count code points.
// Lines are joined by \n, with none at the end. Any offset and any bytes are accepted.
std::string caret_lines(std::string_view text, std::size_t offset, std::size_t length);

}  // namespace squall::sql
