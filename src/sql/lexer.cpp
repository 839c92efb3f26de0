#include "sql/lexer.h"

#include "base/ascii.h"

namespace squall::sql {
namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_hex_digit(char c) { return is_ascii_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f'); }

// Bytes of UTF-8 sequences belong to names, as in SQLite.
bool is_name_start(char c) {
  return (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool is_name_char(char c) { return is_name_start(c) || is_ascii_digit(c) || c == '$'; }

// Reads one token after another. Past its end the text reads as NUL, which ends everything in SQLite too.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool at_end() const { return begin_ >= text_.size(); }

  Token next() {
    end_ = begin_;
    const TokenKind kind = scan();
    const Token token{kind, begin_, end_};
    begin_ = end_;
    return token;
  }

 private:
  char at(std::size_t offset) const { return begin_ + offset < text_.size() ? text_[begin_ + offset] : '\0'; }
  char here() const { return end_ < text_.size() ? text_[end_] : '\0'; }

  TokenKind take(std::size_t bytes, TokenKind kind) {
    end_ = begin_ + bytes;
    return kind;
  }

  TokenKind scan() {
    const char c = at(0);
    switch (c) {
      case ' ':
      case '\t':
      case '\n':
      case '\f':
      case '\r': return space();
      case '-':
        if (at(1) == '-') return line_comment();
        return operator_of(at(1) == '>' ? (at(2) == '>' ? 3 : 2) : 1);
      case '/': return at(1) == '*' && at(2) != '\0' ? block_comment() : operator_of(1);
      case '=': return operator_of(at(1) == '=' ? 2 : 1);
      case '<': return operator_of(at(1) == '=' || at(1) == '>' || at(1) == '<' ? 2 : 1);
      case '>': return operator_of(at(1) == '=' || at(1) == '>' ? 2 : 1);
      case '!': return at(1) == '=' ? operator_of(2) : take(1, TokenKind::illegal);
      case '|': return operator_of(at(1) == '|' ? 2 : 1);
      case '(':
      case ')':
      case ',':
      case '+':
      case '*':
      case '%':
      case '&':
      case '~': return operator_of(1);
      case ';': return take(1, TokenKind::semicolon);
      case '\'': return quoted(TokenKind::string);
      case '"':
      case '`': return quoted(TokenKind::quoted_name);
      case '[': return bracketed();
      case '.': return is_ascii_digit(at(1)) ? number() : operator_of(1);
      case '?': return numbered_parameter();
      case ':':
      case '@':
      case '$':
      case '#': return named_parameter();
      default: break;
    }
    if (is_ascii_digit(c)) return number();
    if ((c == 'x' || c == 'X') && at(1) == '\'') return blob();
    if (text_.substr(begin_, 3) == "\xEF\xBB\xBF") return take(3, TokenKind::space);
    if (is_name_start(c)) return name();
    return take(1, TokenKind::illegal);
  }

  TokenKind operator_of(std::size_t bytes) { return take(bytes, TokenKind::punctuation); }

  TokenKind space() {
    for (++end_; is_space(here());) ++end_;
    return TokenKind::space;
  }

  TokenKind line_comment() {
    while (here() != '\0' && here() != '\n') ++end_;
    return TokenKind::comment;
  }

  // An unterminated one reaches to the end of the text.
  TokenKind block_comment() {
    for (end_ += 2; here() != '\0'; ++end_) {
      if (here() != '*' || end_ + 1 >= text_.size() || text_[end_ + 1] != '/') continue;
      end_ += 2;
      break;
    }
    return TokenKind::comment;
  }

  TokenKind quoted(TokenKind kind) {
    const char quote = at(0);
    for (++end_; here() != '\0'; ++end_) {
      if (here() != quote) continue;
      ++end_;
      if (here() != quote) return kind;  // A doubled quote stands for one and goes on.
    }
    return TokenKind::illegal;
  }

  TokenKind bracketed() {
    while (here() != '\0') {
      if (text_[end_++] == ']') return TokenKind::quoted_name;
    }
    return TokenKind::illegal;
  }

  TokenKind number() {
    if (at(0) == '0' && (at(1) == 'x' || at(1) == 'X') && is_hex_digit(at(2))) {
      for (end_ += 3; is_hex_digit(here());) ++end_;
      return TokenKind::number;  // 0x1g is 0x1 with the alias g, as in SQLite.
    }
    digits();
    if (here() == '.') {
      ++end_;
      digits();
    }
    exponent();
    if (!is_name_char(here())) return TokenKind::number;
    while (is_name_char(here())) ++end_;  // 12abc is neither a number nor a name.
    return TokenKind::illegal;
  }

  void digits() {
    while (is_ascii_digit(here())) ++end_;
  }

  void exponent() {
    const std::size_t e = end_ - begin_;
    if (ascii_lower(at(e)) != 'e') return;
    const bool sign = at(e + 1) == '+' || at(e + 1) == '-';
    if (!is_ascii_digit(at(e + (sign ? 2 : 1)))) return;
    end_ += sign ? 2 : 1;
    digits();
  }

  TokenKind numbered_parameter() {
    ++end_;
    digits();
    return TokenKind::parameter;
  }

  // :name, @name, #name and Tcl's $name::part(suffix).
  TokenKind named_parameter() {
    std::size_t characters = 0;
    for (++end_;; ++end_) {
      const char c = here();
      if (is_name_char(c)) {
        ++characters;
      } else if (c == '(' && characters > 0) {
        for (++end_; here() != '\0' && !is_space(here()) && here() != ')';) ++end_;
        if (here() != ')') return TokenKind::illegal;
        ++end_;
        return TokenKind::parameter;
      } else if (c == ':' && end_ + 1 < text_.size() && text_[end_ + 1] == ':') {
        ++end_;
      } else {
        return characters > 0 ? TokenKind::parameter : TokenKind::illegal;
      }
    }
  }

  TokenKind blob() {
    for (end_ += 2; is_hex_digit(here());) ++end_;
    const bool whole_bytes = (end_ - begin_) % 2 == 0;
    if (here() == '\'' && whole_bytes) {
      ++end_;
      return TokenKind::blob;
    }
    while (here() != '\0' && here() != '\'') ++end_;
    if (here() == '\'') ++end_;
    return TokenKind::illegal;
  }

  TokenKind name() {
    while (is_name_char(here())) ++end_;
    return TokenKind::name;
  }

  std::string_view text_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace

std::vector<Token> tokenize(std::string_view text) {
  std::vector<Token> tokens;
  tokens.reserve(text.size() / 4 + 4);
  for (Scanner scanner(text); !scanner.at_end();) tokens.push_back(scanner.next());
  return tokens;
}

std::string name_of(const Token& token, std::string_view text) {
  const std::string_view spelled = token.in(text);
  if (token.kind != TokenKind::quoted_name || spelled.size() < 2) return std::string(spelled);
  const char quote = spelled.back();
  std::string name;
  name.reserve(spelled.size());
  for (std::size_t i = 1; i + 1 < spelled.size(); ++i) {
    name += spelled[i];
    if (spelled[i] == quote && spelled[i + 1] == quote) ++i;
  }
  return name;
}

bool is_keyword(const Token& token, std::string_view text, std::string_view keyword) {
  return token.kind == TokenKind::name && equal_ignoring_case(token.in(text), keyword);
}

std::string quote_name(std::string_view name) {
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  quoted += '"';
  return quoted;
}

}  // namespace squall::sql
