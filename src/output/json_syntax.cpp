#include "output/json_syntax.h"

#include <algorithm>

#include "base/ascii.h"
#include "output/utf8.h"

namespace squall::output {
namespace {

constexpr std::size_t kDepthMax = 1000;

bool is_hex_digit(char c) { return is_ascii_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f'); }
bool is_json_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Reads a text from left to right; each reader leaves the position behind what it accepted. The open arrays and objects
// are a stack of our own, so that deep nesting cannot exhaust the thread's.
class Checker {
 public:
  explicit Checker(std::string_view text) : text_(text) {}

  bool document() {
    do {
      if (!value_start()) return false;
      // Behind a whole value: close what ends here, or go on to the next member.
      while (value_ended_ && !open_.empty()) {
        skip_space();
        if (accept(',')) {
          if (open_.back() == '{' && !key()) return false;
          value_ended_ = false;
        } else if (accept(open_.back() == '{' ? '}' : ']')) {
          open_.pop_back();
        } else {
          return false;
        }
      }
    } while (!value_ended_);
    skip_space();
    return at_end();
  }

  bool number() {
    accept('-');
    if (!accept('0') && !digits()) return false;
    if (accept('.') && !digits()) return false;
    if (accept('e') || accept('E')) {
      if (!accept('+')) accept('-');
      return digits();
    }
    return true;
  }

  bool at_end() const { return at_ == text_.size(); }

 private:
  char here() const { return at_end() ? '\0' : text_[at_]; }
  bool accept(char c) {
    if (at_end() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool accept(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  void skip_space() {
    while (is_json_space(here())) ++at_;
  }
  bool digits() {
    const std::size_t begin = at_;
    while (is_ascii_digit(here())) ++at_;
    return at_ > begin;
  }

  // A scalar, an empty array or object, or the beginning of one with members; says in value_ended_ which.
  bool value_start() {
    skip_space();
    value_ended_ = true;
    switch (here()) {
      case '"': return string();
      case '[': return open('[', ']');
      case '{': return open('{', '}') && (value_ended_ || key());
      case 't': return accept("true");
      case 'f': return accept("false");
      case 'n': return accept("null");
      default: return number();
    }
  }

  bool open(char opening, char closing) {
    ++at_;
    skip_space();
    if (accept(closing)) return true;
    if (open_.size() == kDepthMax) return false;
    open_ += opening;
    value_ended_ = false;
    return true;
  }

  bool key() {
    skip_space();
    if (here() != '"' || !string()) return false;
    skip_space();
    return accept(':');
  }

  bool string() {
    for (++at_; !at_end();) {
      const char c = text_[at_];
      if (c == '"') {
        ++at_;
        return true;
      }
      if (static_cast<unsigned char>(c) < 0x20) return false;
      if (c == '\\') {
        if (!escape()) return false;
      } else {
        const CodePoint point = decode_utf8(text_, at_);
        if (!point.valid) return false;
        at_ += point.length;
      }
    }
    return false;
  }

  bool escape() {
    ++at_;
    if (!accept('u')) {
      if (at_end() || std::string_view("\"\\/bfnrt").find(here()) == std::string_view::npos) return false;
      ++at_;
      return true;
    }
    for (int i = 0; i < 4; ++i, ++at_) {
      if (!is_hex_digit(here())) return false;
    }
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string open_;  // '[' and '{' of the values around the position
  bool value_ended_ = false;
};

// What must be looked at within a string: everything but printable ASCII without " and \.
bool is_plain(char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; }

void append_special(std::string& out, const CodePoint& point) {
  switch (point.value) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    default: break;
  }
  // U+0080 to U+009F are allowed, but terminals obey them.
  if (point.value < 0x20 || (point.value >= 0x7F && point.value < 0xA0))
    append_escaped(out, point.value);
  else
    append_utf8(out, point.value);
}

}  // namespace

bool is_json(std::string_view text) { return Checker(text).document(); }

bool is_json_number(std::string_view text) {
  Checker checker(text);
  return checker.number() && checker.at_end();
}

void append_json_on_one_line(std::string& out, std::string_view json) {
  if (json.find_first_of("\n\r") == std::string_view::npos) {
    out += json;
    return;
  }
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (json[i] == '"') in_string = !in_string;
    if (in_string && json[i] == '\\') out += json[i++];
    if (in_string || !is_json_space(json[i])) out += json[i];
  }
}

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  for (std::size_t i = 0; i < text.size();) {
    const auto special = std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(i), text.end(), is_plain);
    const auto plain_end = static_cast<std::size_t>(special - text.begin());
    out.append(text, i, plain_end - i);
    if (plain_end == text.size()) break;
    const CodePoint point = decode_utf8(text, plain_end);
    append_special(out, point);
    i = plain_end + point.length;
  }
  out += '"';
}

}  // namespace squall::output
