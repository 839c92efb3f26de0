#include "support/pattern_sample.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <vector>

namespace squall::testing {

namespace {

constexpr std::uint32_t kCodePointMax = 0x10FFFF;
constexpr std::uint32_t kUnbounded = 0xFFFFFFFF;
constexpr int kDepthMax = 200;

struct Range {
  std::uint32_t first;
  std::uint32_t last;
};
using Set = std::vector<Range>;

struct Node;
using NodePtr = std::unique_ptr<Node>;
struct Node {
  enum class Kind { set, sequence, choice, repeat, reference, nothing } kind = Kind::nothing;
  Set set;
  std::vector<NodePtr> children;
  std::uint32_t least = 0;
  std::uint32_t most = 0;
  std::size_t group = 0;  // of a capturing sequence, or the one referred to; 0: none
};

const Set kDigits = {{'0', '9'}};
const Set kWord = {{'a', 'z'}, {'A', 'Z'}, {'0', '9'}, {'_', '_'}};
const Set kSpace = {{' ', ' '}, {'\t', '\t'}, {'\n', '\n'}, {'\r', '\r'}};
const Set kAny = {{' ', '~'}};

Set inverted(Set set) {
  std::sort(set.begin(), set.end(), [](const Range& a, const Range& b) { return a.first < b.first; });
  Set others;
  std::uint32_t next = 0;
  for (const Range& range : set) {
    if (range.first > next) others.push_back({next, range.first - 1});
    next = std::max(next, range.last + 1);
  }
  if (next <= kCodePointMax) others.push_back({next, kCodePointMax});
  return others;
}

void add(Set& to, const Set& more) { to.insert(to.end(), more.begin(), more.end()); }

// The printable ones of \p{…}: one letter's class, or its long name.
Set property_set(std::string_view name) {
  if (name.starts_with("Is")) name.remove_prefix(2);
  if (name == "Alnum" || name == "IsAlphanumeric") return {{'a', 'z'}, {'A', 'Z'}, {'0', '9'}};
  if (name == "ASCII" || name == "Print" || name == "Graph") return {{'!', '~'}};
  if (name == "Lu" || name == "Upper") return {{'A', 'Z'}};
  if (name == "Ll" || name == "Lower") return {{'a', 'z'}};
  if (name == "Punct" || name.starts_with("P")) return {{'-', '.'}, {'!', '!'}, {'_', '_'}};
  if (name.starts_with("L") || name == "Alpha") return {{'a', 'z'}, {'A', 'Z'}};
  if (name.starts_with("N") || name == "Digit") return kDigits;
  if (name.starts_with("Z")) return {{' ', ' '}};
  if (name.starts_with("S")) return {{'+', '+'}, {'=', '='}};
  if (name.starts_with("M")) return {{0x0301, 0x0301}};
  if (name.starts_with("C")) return {{'\n', '\n'}};
  return {};
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  NodePtr parse() {
    NodePtr all = choice(0);
    return failed_ || at_ != text_.size() ? nullptr : std::move(all);
  }
  std::size_t groups() const { return groups_; }

 private:
  bool more() const { return at_ < text_.size(); }
  bool take(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  NodePtr fail() {
    failed_ = true;
    return std::make_unique<Node>();
  }

  NodePtr choice(int depth) {
    if (depth > kDepthMax) return fail();
    auto node = std::make_unique<Node>();
    node->kind = Node::Kind::choice;
    node->children.push_back(sequence(depth + 1));
    while (!failed_ && take("|")) node->children.push_back(sequence(depth + 1));
    return node;
  }

  NodePtr sequence(int depth) {
    auto node = std::make_unique<Node>();
    node->kind = Node::Kind::sequence;
    while (!failed_ && more() && text_[at_] != '|' && text_[at_] != ')') node->children.push_back(piece(depth));
    return node;
  }

  NodePtr piece(int depth) {
    NodePtr one = atom(depth);
    while (!failed_ && more()) {
      std::uint32_t least = 0;
      std::uint32_t most = kUnbounded;
      if (take("+"))
        least = 1;
      else if (take("?"))
        most = 1;
      else if (!take("*") && !counts(least, most))
        break;
      if (!take("?")) (void)take("+");  // lazy and possessive fit the same texts, nearly
      auto repeat = std::make_unique<Node>();
      repeat->kind = Node::Kind::repeat;
      repeat->least = least;
      repeat->most = most;
      repeat->children.push_back(std::move(one));
      one = std::move(repeat);
    }
    return one;
  }

  // "{2}", "{2,}", "{2,5}"; anything else is no count.
  bool counts(std::uint32_t& least, std::uint32_t& most) {
    const auto close = text_.find('}', at_);
    if (text_[at_] != '{' || close == std::string_view::npos) return false;
    const std::string_view inside = text_.substr(at_ + 1, close - at_ - 1);
    const auto comma = inside.find(',');
    const auto number = [](std::string_view digits, std::uint32_t& into) {
      const auto end = digits.data() + digits.size();
      return std::from_chars(digits.data(), end, into).ptr == end && !digits.empty();
    };
    if (!number(inside.substr(0, comma), least)) return false;
    most = comma == std::string_view::npos ? least : kUnbounded;
    if (comma != std::string_view::npos && comma + 1 < inside.size() && !number(inside.substr(comma + 1), most))
      return false;
    at_ = close + 1;
    return true;
  }

  NodePtr atom(int depth) {
    if (take("^") || take("$")) return std::make_unique<Node>();
    if (take("(")) return group(depth);
    if (take("[")) return of_set(bracket(depth));
    if (take(".")) return of_set(kAny);
    if (take("\\")) return escaped();
    return of_set({one_character()});
  }

  static NodePtr of_set(Set set) {
    auto node = std::make_unique<Node>();
    node->kind = Node::Kind::set;
    node->set = std::move(set);
    return node;
  }

  NodePtr group(int depth) {
    bool looks = false;
    std::size_t number = 0;
    if (take("?")) {
      if (take("=") || take("!") || take("<=") || take("<!")) {
        looks = true;
      } else if (take("<")) {
        at_ = std::min(text_.size(), text_.find('>', at_) + 1);
        number = ++groups_;
      } else if (!take(":") && !take(">")) {
        // (?i) for the rest, (?i:…) for what is inside.
        while (more() && text_[at_] != ':' && text_[at_] != ')') ++at_;
        if (take(")")) return std::make_unique<Node>();
        if (!take(":")) return fail();
      }
    } else {
      number = ++groups_;
    }
    NodePtr inside = choice(depth + 1);
    if (!take(")")) return fail();
    if (looks) return std::make_unique<Node>();
    auto node = std::make_unique<Node>();
    node->kind = Node::Kind::sequence;
    node->group = number;
    node->children.push_back(std::move(inside));
    return node;
  }

  NodePtr escaped() {
    if (!more()) return fail();
    const char c = text_[at_];
    if (c >= '1' && c <= '9') {
      ++at_;
      auto node = std::make_unique<Node>();
      node->kind = Node::Kind::reference;
      node->group = static_cast<std::size_t>(c - '0');
      return node;
    }
    if (take("b") || take("B") || take("A") || take("Z") || take("z") || take("G")) return std::make_unique<Node>();
    return of_set(escape());
  }

  // Behind a backslash.
  Set escape() {
    const char c = text_[at_++];
    switch (c) {
      case 'd': return kDigits;
      case 'D': return inverted(kDigits);
      case 'w': return kWord;
      case 'W': return inverted(kWord);
      case 's': return kSpace;
      case 'S': return {{'!', '~'}};
      case 'n': return {{'\n', '\n'}};
      case 'r': return {{'\r', '\r'}};
      case 't': return {{'\t', '\t'}};
      case 'f': return {{'\f', '\f'}};
      case 'v': return {{0x0B, 0x0B}};
      case 'h': return {{' ', ' '}};
      case 'p': return named_set();
      case 'P': return inverted(named_set());
      case 'u': return hexadecimal(4);
      case 'x': return hexadecimal(2);
      case '0': return {{0, 0}};
      default: return {{static_cast<unsigned char>(c), static_cast<unsigned char>(c)}};
    }
  }

  Set named_set() {
    if (!take("{")) return property_set(text_.substr(at_++, 1));
    const auto close = text_.find('}', at_);
    if (close == std::string_view::npos) {
      failed_ = true;
      return {};
    }
    const std::string_view name = text_.substr(at_, close - at_);
    at_ = close + 1;
    return property_set(name);
  }

  Set hexadecimal(std::size_t digits) {
    std::size_t end = at_ + digits;
    std::size_t skip = 0;
    if (take("{")) {
      end = text_.find('}', at_);
      skip = 1;
    }
    std::uint32_t code = 0;
    if (end > text_.size() ||
        std::from_chars(text_.data() + at_, text_.data() + end, code, 16).ptr != text_.data() + end) {
      failed_ = true;
      return {};
    }
    at_ = end + skip;
    return {{code, code}};
  }

  // One character of the text itself, which is UTF-8.
  Range one_character() {
    const auto lead = static_cast<unsigned char>(text_[at_++]);
    if (lead < 0xC0) return {lead, lead};
    std::uint32_t code = lead < 0xE0 ? lead & 0x1FU : lead < 0xF0 ? lead & 0x0FU : lead & 0x07U;
    while (more() && (static_cast<unsigned char>(text_[at_]) & 0xC0U) == 0x80U)
      code = code << 6U | (static_cast<unsigned char>(text_[at_++]) & 0x3FU);
    return {code, code};
  }

  // Behind "[".
  Set bracket(int depth) {
    const bool inverts = take("^");
    Set set;
    for (bool first = true; !failed_ && depth < kDepthMax; first = false) {
      if (!more()) {
        failed_ = true;
        return {};
      }
      if (!first && take("]")) break;
      if (take("[:")) {
        set = posix(std::move(set));
      } else if (take("[")) {
        add(set, bracket(depth + 1));
      } else if (take("&&")) {
        (void)bracket_rest(depth);  // an intersection only leaves out characters: what is checked afterwards decides
        break;
      } else {
        range_into(set);
      }
    }
    return inverts ? inverted(std::move(set)) : set;
  }

  Set bracket_rest(int depth) {
    Set unused;
    while (!failed_ && more() && !take("]")) {
      if (take("["))
        add(unused, bracket(depth + 1));
      else
        range_into(unused);
    }
    return unused;
  }

  Set posix(Set set) {
    const auto close = text_.find(":]", at_);
    if (close == std::string_view::npos) {
      failed_ = true;
      return set;
    }
    const std::string_view name = text_.substr(at_, close - at_);
    at_ = close + 2;
    add(set, name == "alnum" ? property_set("Alnum") : name == "digit" ? kDigits : property_set("Print"));
    return set;
  }

  void range_into(Set& set) {
    const Set start = take("\\") ? (more() ? escape() : Set{}) : Set{one_character()};
    const bool single = start.size() == 1 && start[0].first == start[0].last;
    const bool ranges = single && at_ + 1 < text_.size() && text_[at_] == '-' && text_[at_ + 1] != ']';
    if (!ranges) {
      add(set, start);
      return;
    }
    ++at_;
    const Set end = take("\\") ? (more() ? escape() : Set{}) : Set{one_character()};
    if (end.size() == 1 && end[0].first == end[0].last && end[0].first >= start[0].first) {
      set.push_back({start[0].first, end[0].first});
    } else {
      add(set, start);
      set.push_back({'-', '-'});
      add(set, end);
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t groups_ = 0;
  bool failed_ = false;
};

bool contains(const Set& set, std::uint32_t code) {
  return std::any_of(set.begin(), set.end(), [code](const Range& r) { return r.first <= code && code <= r.last; });
}

void append_utf8(std::string& text, std::uint32_t code) {
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xC0U | code >> 6U);
    text += static_cast<char>(0x80U | (code & 0x3FU));
  } else if (code < 0x10000) {
    text += static_cast<char>(0xE0U | code >> 12U);
    text += static_cast<char>(0x80U | (code >> 6U & 0x3FU));
    text += static_cast<char>(0x80U | (code & 0x3FU));
  } else {
    text += static_cast<char>(0xF0U | code >> 18U);
    text += static_cast<char>(0x80U | (code >> 12U & 0x3FU));
    text += static_cast<char>(0x80U | (code >> 6U & 0x3FU));
    text += static_cast<char>(0x80U | (code & 0x3FU));
  }
}

class Writer {
 public:
  Writer(const SampleForm& form, Dice& dice, std::size_t groups) : form_(form), dice_(dice), captured_(groups + 1) {}

  void write(const Node& node) {
    if (text_.size() > 20'000) return;
    switch (node.kind) {
      case Node::Kind::set: character(node.set); break;
      case Node::Kind::choice:
        write(*node.children[dice_.below(static_cast<std::uint32_t>(node.children.size()))]);
        break;
      case Node::Kind::repeat: repeat(node); break;
      case Node::Kind::reference:
        if (node.group < captured_.size()) text_ += captured_[node.group];
        break;
      case Node::Kind::sequence: {
        const std::size_t start = text_.size();
        for (const NodePtr& child : node.children) write(*child);
        if (node.group > 0) captured_[node.group] = text_.substr(start);
        break;
      }
      case Node::Kind::nothing: break;
    }
  }
  std::string text() && { return std::move(text_); }

 private:
  void repeat(const Node& node) {
    const std::uint32_t room = std::min(form_.repeats_extra, node.most - node.least);
    const std::uint32_t count = node.least + dice_.below(room + 1);
    for (std::uint32_t i = 0; i < count && text_.size() <= 20'000; ++i) write(*node.children[0]);
  }

  void character(const Set& set) {
    if (set.empty()) return;
    std::vector<std::uint32_t> candidates;
    const auto collect = [&](std::uint32_t first, std::uint32_t last) {
      for (std::uint32_t code = first; code <= last; ++code) {
        if (contains(set, code)) candidates.push_back(code);
      }
    };
    if (form_.any_character) {
      collect(' ', '~');
    } else {
      collect('a', 'z');
      collect('0', '9');
      if (candidates.empty()) collect('A', 'Z');
      if (candidates.empty()) collect(' ', '~');
    }
    append_utf8(text_, candidates.empty() ? set[0].first
                                          : candidates[dice_.below(static_cast<std::uint32_t>(candidates.size()))]);
  }

  const SampleForm& form_;
  Dice& dice_;
  std::string text_;
  std::vector<std::string> captured_;
};

}  // namespace

std::optional<std::string> sample_of(std::string_view expression, const SampleForm& form, Dice& dice) {
  Parser parser(expression);
  const NodePtr parsed = parser.parse();
  if (!parsed) return std::nullopt;
  Writer writer(form, dice, parser.groups());
  writer.write(*parsed);
  return std::move(writer).text();
}

}  // namespace squall::testing
