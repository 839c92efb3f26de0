#include "local_cloud/pattern_text.h"

#include <algorithm>
#include <bitset>
#include <charconv>
#include <utility>

#include "base/ascii.h"

namespace squall::local_cloud {

namespace {

constexpr std::size_t kUnbounded = 0xFFFF;
constexpr std::size_t kTextMax = 2'048;
constexpr int kDepthMax = 40;

// Of the printable characters of ASCII.
class Set {
 public:
  void add(unsigned char first, unsigned char last) {
    for (unsigned c = std::max<unsigned>(first, ' '); c <= std::min<unsigned>(last, '~'); ++c) bits_.set(c);
  }
  void add(char c) { add(static_cast<unsigned char>(c), static_cast<unsigned char>(c)); }
  void invert() {
    for (unsigned c = ' '; c <= '~'; ++c) bits_.flip(c);
  }
  bool has(char c) const { return bits_.test(static_cast<unsigned char>(c) & 0x7FU); }
  bool empty() const { return bits_.none(); }
  bool single() const { return bits_.count() == 1; }

  // The member that stands for a hexadecimal digit: itself, a number, a letter, or any.
  char member(char digit) const {
    const int value = is_ascii_digit(digit) ? digit - '0' : digit - 'a' + 10;
    for (const char c :
         {digit, static_cast<char>('0' + value % 10), static_cast<char>('a' + value), static_cast<char>('A' + value)}) {
      if (has(c)) return c;
    }
    for (char c = 'z'; c > ' '; --c) {
      if (has(c)) return c;
    }
    return ' ';
  }

 private:
  std::bitset<128> bits_;
};

// Reads the pattern and writes the text at once: what is repeated is read again.
class Walker {
 public:
  Walker(std::string_view pattern, std::string_view letters, std::size_t length)
      : pattern_(pattern), letters_(letters), length_(length) {}

  std::optional<PatternText> walk() {
    choice(0);
    if (!simple_ || at_ != pattern_.size() || text_.size() > kTextMax) return std::nullopt;
    return PatternText{std::move(text_), drawn_};
  }

 private:
  struct Count {
    std::size_t least = 1;
    std::size_t most = 1;
  };

  bool more() const { return simple_ && at_ < pattern_.size(); }
  bool take(std::string_view word) {
    if (!pattern_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  // The alternative that leaves most open, which is no word of the service's own; the first of several.
  void choice(int depth) {
    if (depth > kDepthMax) simple_ = false;
    const std::string before = text_;
    const std::size_t drawn_before = drawn_;
    sequence(depth);
    while (more() && take("|")) {
      const std::string chosen = std::exchange(text_, before);
      const std::size_t drawn = std::exchange(drawn_, drawn_before);
      sequence(depth);
      if (drawn_ > drawn || chosen == before) continue;
      text_ = chosen;
      drawn_ = drawn;
    }
  }

  void sequence(int depth) {
    while (more() && pattern_[at_] != '|' && pattern_[at_] != ')') piece(depth);
  }

  void piece(int depth) {
    if (take("^") || take("$") || take("\\A") || take("\\Z") || take("\\z")) return;
    if (take("(")) return group(depth);
    const Set set = atom();
    if (!simple_ || set.empty()) {
      simple_ = false;
      return;
    }
    const Count count = read_count();
    // What may be left out is, but for a whole text of one's choice.
    const std::size_t length = count.most == 1 ? count.least : std::clamp(length_, count.least, count.most);
    for (std::size_t i = 0; i < length && text_.size() <= kTextMax; ++i) write(set);
  }

  // Behind "(".
  void group(int depth) {
    if (take("?") && !take(":")) {
      simple_ = false;
      return;
    }
    const std::size_t inside = at_;
    const std::size_t before = text_.size();
    const std::size_t drawn = drawn_;
    choice(depth + 1);
    if (!take(")")) simple_ = false;
    if (!more()) return;
    const Count count = read_count();
    const std::size_t end = at_;
    if (count.least == 0) {
      text_.resize(before);
      drawn_ = drawn;
    }
    for (std::size_t i = 1; simple_ && i < count.least && text_.size() <= kTextMax; ++i) {
      at_ = inside;
      choice(depth + 1);
    }
    at_ = end;
  }

  void write(const Set& set) {
    if (set.single()) {
      text_ += set.member('0');
      return;
    }
    text_ += set.member(letters_[drawn_++ % letters_.size()]);
  }

  Count read_count() {
    Count count;
    if (take("*")) {
      count = {0, kUnbounded};
    } else if (take("+")) {
      count = {1, kUnbounded};
    } else if (take("?")) {
      count = {0, 1};
    } else if (more() && pattern_[at_] == '{') {
      count = braces();
    } else {
      return count;
    }
    if (!take("?")) (void)take("+");  // lazy and possessive
    return count;
  }

  // "{2}", "{2,}", "{2,5}".
  Count braces() {
    const auto close = pattern_.find('}', at_);
    const std::string_view inside = pattern_.substr(at_ + 1, close == std::string_view::npos ? 0 : close - at_ - 1);
    const auto comma = inside.find(',');
    const auto number = [this](std::string_view digits) {
      std::size_t value = 0;
      const char* end = digits.data() + digits.size();
      if (digits.empty() || std::from_chars(digits.data(), end, value).ptr != end) simple_ = false;
      return std::min(value, kUnbounded);
    };
    Count count;
    count.least = number(inside.substr(0, comma));
    count.most = comma == std::string_view::npos ? count.least
                 : comma + 1 == inside.size()    ? kUnbounded
                                                 : number(inside.substr(comma + 1));
    if (count.most < count.least) simple_ = false;
    at_ = close + 1;
    return count;
  }

  Set atom() {
    if (take("[")) return bracket();
    Set set;
    if (take(".")) {
      set.add(' ', '~');
    } else if (take("\\")) {
      escape(set);
    } else {
      plain(set);
    }
    return set;
  }

  // A character that stands for itself; one beyond ASCII is not simple.
  char plain(Set& set) {
    const char c = pattern_[at_++];
    if (static_cast<unsigned char>(c) >= 0x80) simple_ = false;
    set.add(c);
    return c;
  }

  // Behind a backslash. A character where one is meant, else 0.
  char escape(Set& set) {
    if (!more()) {
      simple_ = false;
      return 0;
    }
    const char c = pattern_[at_++];
    if (c == 'd' || c == 'w') set.add('0', '9');
    if (c == 'w') {
      set.add('a', 'z');
      set.add('A', 'Z');
      set.add('_');
    } else if (c == 'S') {
      set.add('!', '~');
    } else if (c == 's') {
      set.add(' ');
    } else if (c != 'd') {
      if (is_ascii_alnum(c)) simple_ = false;
      set.add(c);
      return c;
    }
    return 0;
  }

  // Behind "[".
  Set bracket() {
    Set set;
    const bool inverts = take("^");
    for (bool first = true; more() && (first || !take("]")); first = false) {
      if (pattern_[at_] == '[' || pattern_.substr(at_).starts_with("&&")) simple_ = false;
      const char start = take("\\") ? escape(set) : plain(set);
      const bool ranges = start != 0 && at_ + 1 < pattern_.size() && pattern_[at_] == '-' && pattern_[at_ + 1] != ']';
      if (!simple_ || !ranges) continue;
      ++at_;
      const char end = take("\\") ? escape(set) : plain(set);
      if (end == 0) simple_ = false;
      set.add(static_cast<unsigned char>(start), static_cast<unsigned char>(end));
    }
    if (pattern_[at_ - 1] != ']') simple_ = false;
    if (inverts) set.invert();
    return set;
  }

  const std::string_view pattern_;
  const std::string_view letters_;
  const std::size_t length_;
  std::size_t at_ = 0;
  std::size_t drawn_ = 0;
  std::string text_;
  bool simple_ = true;
};

}  // namespace

std::optional<PatternText> text_of_pattern(std::string_view pattern, std::string_view letters, std::size_t length) {
  return Walker(pattern, letters, length).walk();
}

}  // namespace squall::local_cloud
