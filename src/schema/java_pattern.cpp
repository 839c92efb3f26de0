#include "schema/java_pattern.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "base/ascii.h"

namespace squall::schema {

namespace {

constexpr std::uint32_t kSurrogateFirst = 0xD800;
constexpr std::uint32_t kLowSurrogateFirst = 0xDC00;
constexpr std::uint32_t kSurrogateLast = 0xDFFF;

struct NamedClass {
  std::string_view name;
  std::string_view members;  // as they stand in a bracket
};
constexpr std::array<NamedClass, 9> kNamedClasses = {{
    {"Alnum", "0-9A-Za-z"},
    {"Blank", " \\t"},
    {"Cntrl", "\\x00-\\x1f\\x7f"},
    {"Digit", "0-9"},
    {"Graph", "!-~"},
    {"Print", " -~"},
    {"Punct", "!-\\/:-@\\[-`{-~"},
    {"Space", " \\t-\\r"},
    {"XDigit", "0-9A-Fa-f"},
}};

bool is_surrogate(std::uint32_t code) { return code >= kSurrogateFirst && code <= kSurrogateLast; }

void append_utf8(std::string& text, std::uint32_t code) {
  const auto tail = [&](unsigned shift) { text += static_cast<char>(0x80U | (code >> shift & 0x3FU)); };
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xC0U | code >> 6U);
    tail(0);
  } else if (code < 0x10000) {
    text += static_cast<char>(0xE0U | code >> 12U);
    tail(6);
    tail(0);
  } else {
    text += static_cast<char>(0xF0U | code >> 18U);
    tail(12);
    tail(6);
    tail(0);
  }
}

class Rewriter {
 public:
  explicit Rewriter(std::string_view java) : rest_(java) {}

  std::optional<std::string> rewritten() {
    while (understood_ && !rest_.empty()) outside();
    return understood_ ? std::optional(std::move(out_)) : std::nullopt;
  }

 private:
  // A member of a bracket: one character, or a class of them.
  struct Member {
    bool single = false;
    std::uint32_t code = 0;
    std::string text;  // in PCRE2's words
  };

  bool take(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  std::string_view cut(std::size_t size) {
    const std::string_view piece = rest_.substr(0, size);
    rest_.remove_prefix(piece.size());
    return piece;
  }
  Member give_up() {
    understood_ = false;
    return {};
  }

  void outside() {
    if (take("[")) return bracket();
    if (rest_.starts_with("\\u")) {
      const Member member = escaped();
      // A lone surrogate is left to PCRE2, which refuses it.
      out_ += member.text;
      if (member.text.empty()) understood_ = false;
      return;
    }
    if (rest_.starts_with("\\p{")) {
      const Member member = escaped();
      out_ += member.text.starts_with("\\p") ? member.text : "[" + member.text + "]";
      return;
    }
    if (rest_.starts_with("\\Q")) understood_ = false;
    if (rest_.front() == '\\') {
      out_ += cut(2);
      return;
    }
    if (quantifier()) return;
    const bool ends = rest_.front() == '$';
    out_ += cut(1);
    // The end of the text, once or several times, is the end of the text.
    if (const std::size_t size = count_size(); ends && size > 0 && rest_[1] != '0') cut(size);
  }

  // The length of "{2}", "{2,}" or "{2,5}" that comes next; 0: none does.
  std::size_t count_size() const {
    if (!rest_.starts_with('{') || rest_.size() < 3 || !is_ascii_digit(rest_[1])) return 0;
    const auto close = rest_.find_first_not_of("0123456789,", 1);
    return close != std::string_view::npos && rest_[close] == '}' ? close + 1 : 0;
  }

  // With its lazy or possessive sign; counts that follow have nothing to count.
  bool quantifier() {
    const bool sign = rest_.front() == '*' || rest_.front() == '+' || rest_.front() == '?';
    const std::size_t size = sign ? 1 : count_size();
    if (size == 0) return false;
    out_ += cut(size);
    if (rest_.starts_with('?') || rest_.starts_with('+')) out_ += cut(1);
    for (std::size_t more = count_size(); more > 0; more = count_size()) cut(more);
    return true;
  }

  // Behind "[".
  void bracket() {
    out_ += take("^") ? "[^" : "[";
    const std::size_t start = out_.size();
    for (bool first = true; understood_ && (first || !take("]")); first = false) {
      // Sets within sets, and a bracket that holds a bracket, are read differently.
      if (rest_.empty() || rest_.front() == '[' || rest_.front() == ']' || rest_.starts_with("&&")) {
        understood_ = false;
        return;
      }
      members();
    }
    if (out_.size() == start) understood_ = false;  // nothing but lone surrogates
    out_ += "]";
  }

  // One member, or the range that it begins.
  void members() {
    const Member first = member();
    const bool ranges = first.single && rest_.size() > 1 && rest_[0] == '-' && rest_[1] != ']' && rest_[1] != '[';
    if (!ranges) {
      out_ += first.text;
      return;
    }
    cut(1);
    const Member last = member();
    if (!last.single || last.code < first.code) {
      understood_ = false;
    } else if (last.code < kSurrogateFirst || first.code > kSurrogateLast) {
      out_ += first.text + "-" + last.text;
    } else {
      if (first.code < kSurrogateFirst) range(first.code, kSurrogateFirst - 1);
      if (last.code > kSurrogateLast) range(kSurrogateLast + 1, last.code);
    }
  }

  void range(std::uint32_t first, std::uint32_t last) {
    if (first < 0x80) out_ += '\\';  // no letter or digit begins such a range, so this is the character itself
    if (first < 0x80 && is_ascii_alnum(static_cast<char>(first))) understood_ = false;
    append_utf8(out_, first);
    out_ += '-';
    append_utf8(out_, last);
  }

  Member member() {
    if (rest_.empty()) return give_up();
    if (rest_.front() == '\\') return escaped();
    if (take("-")) return {.single = true, .code = '-', .text = "\\-"};
    const auto lead = static_cast<unsigned char>(rest_.front());
    const std::string_view character = cut(lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4);
    std::uint32_t code = lead < 0xC0 ? lead : lead < 0xE0 ? lead & 0x1FU : lead < 0xF0 ? lead & 0x0FU : lead & 0x07U;
    for (const char c : character.substr(1)) code = code << 6U | (static_cast<unsigned char>(c) & 0x3FU);
    return {.single = true, .code = code, .text = std::string(character)};
  }

  // At a backslash.
  Member escaped() {
    if (rest_.size() < 2) return give_up();
    const char letter = rest_[1];
    if (letter == 'u') return numbered();
    if (letter == 'p' || letter == 'P') return named();
    if (letter == 'x') {
      const auto code = hexadecimal(2, 2);
      if (!code) return give_up();
      return {.single = true, .code = *code, .text = std::string(cut(4))};
    }
    constexpr std::string_view kControls = "tnrf";
    constexpr std::string_view kControlCodes = "\t\n\r\f";
    std::string text(cut(2));
    if (const auto control = kControls.find(letter); control != std::string_view::npos)
      return {.single = true, .code = static_cast<unsigned char>(kControlCodes[control]), .text = std::move(text)};
    if (std::string_view("dDwWsShHvV").find(letter) != std::string_view::npos) return {.text = std::move(text)};
    if (is_ascii_alnum(letter) || static_cast<unsigned char>(letter) >= 0x80) return give_up();
    return {.single = true, .code = static_cast<unsigned char>(letter), .text = std::move(text)};
  }

  std::optional<std::uint32_t> hexadecimal(std::size_t at, std::size_t digits) const {
    if (rest_.size() < at + digits) return std::nullopt;
    std::uint32_t code = 0;
    const char* end = rest_.data() + at + digits;
    if (std::from_chars(rest_.data() + at, end, code, 16).ptr != end) return std::nullopt;
    return code;
  }

  // \uD83D\uDE00 is one character.
  Member numbered() {
    const auto code = hexadecimal(2, 4);
    if (!code) return give_up();
    const std::string text(cut(6));
    if (!is_surrogate(*code)) return {.single = true, .code = *code, .text = text};
    const auto low = rest_.starts_with("\\u") ? hexadecimal(2, 4) : std::nullopt;
    const bool pair = *code < kLowSurrogateFirst && low && *low >= kLowSurrogateFirst && is_surrogate(*low);
    if (!pair) return {.single = true, .code = *code, .text = {}};
    cut(6);
    Member member{
        .single = true, .code = 0x10000 + ((*code - kSurrogateFirst) << 10U) + (*low - kLowSurrogateFirst), .text = {}};
    append_utf8(member.text, member.code);
    return member;
  }

  // \p{Graph} by its members; \pL, \p{Lu} and \P{…} are the same in both.
  Member named() {
    const auto close = rest_.find('}');
    if (rest_.size() < 3) return give_up();
    if (rest_[2] != '{') return {.text = std::string(cut(3))};
    if (close == std::string_view::npos) return give_up();
    std::string text(cut(close + 1));
    const std::string_view name = std::string_view(text).substr(3, text.size() - 4);
    const auto* known = std::find_if(kNamedClasses.begin(), kNamedClasses.end(),
                                     [&](const NamedClass& named_class) { return named_class.name == name; });
    if (known == kNamedClasses.end()) return {.text = std::move(text)};
    if (text[1] == 'P') return give_up();
    return {.text = std::string(known->members)};
  }

  std::string_view rest_;
  std::string out_;
  bool understood_ = true;
};

}  // namespace

std::optional<std::string> pcre2_form(std::string_view java) { return Rewriter(java).rewritten(); }

}  // namespace squall::schema
