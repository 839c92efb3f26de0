// UTF-8 as a terminal sees it: code points, how many columns they take, and which of them must not reach a terminal.
// Any bytes are accepted.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace squall::output {

struct CodePoint {
  char32_t value;      // U+FFFD for bytes that are no UTF-8
  std::size_t length;  // bytes, at least 1
  bool valid;
};

// REQUIRES: at < text.size(). Overlong forms and surrogates are not valid; each bad byte is one U+FFFD.
CodePoint decode_utf8(std::string_view text, std::size_t at);

void append_utf8(std::string& out, char32_t value);

// Columns of a terminal: 2 for East Asian wide characters and emoji, 0 for combining marks, else 1.
int display_width(char32_t value);
std::size_t display_width(std::string_view text);

// Control characters, and those that change the direction of the text after them.
bool is_unsafe_for_terminal(char32_t value);

// \t, \n, \r, or \u001b for others.
void append_escaped(std::string& out, char32_t value);

// The text up to its first `columns` columns; where something is cut, the last column is …
std::string cut_to_width(std::string_view text, std::size_t columns);

}  // namespace squall::output
