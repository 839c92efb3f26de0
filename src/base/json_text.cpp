#include "base/json_text.h"

#include <cstdint>

namespace squall {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | (code >> 6));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | (code >> 12));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (code >> 18));
    out += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

// Four hexadecimal digits at `at`; -1 where they are not.
int hex4(std::string_view text, std::size_t at) {
  if (at + 4 > text.size()) return -1;
  int code = 0;
  for (std::size_t i = at; i < at + 4; ++i) {
    const char c = text[i];
    int digit = 0;
    if (c >= '0' && c <= '9')
      digit = c - '0';
    else if (c >= 'a' && c <= 'f')
      digit = c - 'a' + 10;
    else if (c >= 'A' && c <= 'F')
      digit = c - 'A' + 10;
    else
      return -1;
    code = code * 16 + digit;
  }
  return code;
}

// Appends what \uXXXX at `at` (behind the u) stands for, a surrogate pair together; returns how many bytes were read.
std::size_t append_unicode_escape(std::string& out, std::string_view text, std::size_t at) {
  const int high = hex4(text, at);
  if (high < 0) {
    out += kReplacement;
    return 0;
  }
  if (high < 0xD800 || high > 0xDFFF) {
    append_utf8(out, static_cast<std::uint32_t>(high));
    return 4;
  }
  const bool pair_follows = high < 0xDC00 && text.substr(at + 4, 2) == "\\u";
  const int low = pair_follows ? hex4(text, at + 6) : -1;
  if (low < 0xDC00 || low > 0xDFFF) {
    out += kReplacement;
    return 4;
  }
  append_utf8(
      out, 0x10000 + ((static_cast<std::uint32_t>(high) - 0xD800) << 10) + (static_cast<std::uint32_t>(low) - 0xDC00));
  return 10;
}

}  // namespace

void append_json_quoted(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  std::size_t copied = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text, copied, i - copied);
    copied = i + 1;
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        out += "\\u00";
        out += kHex[(c >> 4) & 0xF];
        out += kHex[c & 0xF];
    }
  }
  out.append(text, copied, text.size() - copied);
  out += '"';
}

std::string json_quote(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  append_json_quoted(out, text);
  return out;
}

std::string json_unquote(std::string_view quoted) {
  if (quoted.size() < 2) return {};
  const std::string_view text = quoted.substr(1, quoted.size() - 2);
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    switch (const char c = text[++i]) {
      case 'n': out += '\n'; break;
      case 'r': out += '\r'; break;
      case 't': out += '\t'; break;
      case 'b': out += '\b'; break;
      case 'f': out += '\f'; break;
      case '"':
      case '\\':
      case '/': out += c; break;
      case 'u': i += append_unicode_escape(out, text, i + 1); break;
      default: out += kReplacement;
    }
  }
  return out;
}

bool is_empty_json(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  if (text == "null") return true;
  if (text.size() < 2 || (text.front() != '[' && text.front() != '{')) return false;
  for (char c : text.substr(1, text.size() - 2)) {
    if (!is_space(c)) return false;
  }
  return true;
}

}  // namespace squall
