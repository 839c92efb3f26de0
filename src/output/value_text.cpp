#include "output/value_text.h"

#include <array>
#include <charconv>
#include <cmath>

#include "output/utf8.h"

namespace squall::output {
namespace {

void append_integer(std::string& out, std::int64_t value) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

void append_hex(std::string& out, std::string_view bytes) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += "\\x";
  for (const char c : bytes) {
    out += kHex[static_cast<unsigned char>(c) >> 4];
    out += kHex[static_cast<unsigned char>(c) & 0xF];
  }
}

// Bytes from `begin` on that need no second look: printable ASCII.
std::size_t plain_end(std::string_view text, std::size_t begin) {
  while (begin < text.size() && text[begin] >= 0x20 && text[begin] < 0x7F) ++begin;
  return begin;
}

}  // namespace

void append_real(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += std::isnan(value) ? "NaN" : value > 0 ? "Inf" : "-Inf";
    return;
  }
  std::array<char, 64> digits{};
  const double magnitude = std::abs(value);
  const bool fixed = magnitude == 0 || (magnitude >= 1e-5 && magnitude < 1e16);
  const auto format = fixed ? std::chars_format::fixed : std::chars_format::scientific;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, format).ptr;
  const std::string_view text(digits.data(), static_cast<std::size_t>(end - digits.data()));
  out += text;
  if (text.find_first_of(".e") == std::string_view::npos) out += ".0";
}

void append_value(std::string& out, const Value& value) {
  switch (value.kind) {
    case Value::Kind::null: return;
    case Value::Kind::integer: return append_integer(out, value.integer);
    case Value::Kind::real: return append_real(out, value.real);
    case Value::Kind::text: out += value.text; return;
    case Value::Kind::blob: return append_hex(out, value.text);
  }
}

void append_printable(std::string& out, std::string_view text, std::string_view line_break) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t plain = plain_end(text, i);
    out.append(text, i, plain - i);
    i = plain;
    if (i == text.size()) return;
    const CodePoint point = decode_utf8(text, i);
    if (text.compare(i, 2, "\r\n") == 0) ++i;
    if (text[i] == '\n') {
      out += line_break;
    } else if (is_unsafe_for_terminal(point.value)) {
      append_escaped(out, point.value);
    } else {
      append_utf8(out, point.value);
    }
    i += point.length;
  }
}

void append_printable(std::string& out, const Value& value, std::string_view line_break) {
  if (value.kind == Value::Kind::text)
    append_printable(out, value.text, line_break);
  else
    append_value(out, value);
}

}  // namespace squall::output
