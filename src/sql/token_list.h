// The tokens of a text without space and comments, for those who read a statement's structure.
//
// Places before the first and behind the last token may be asked for and are nothing. Parentheses need not match.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/lexer.h"
#include "sql/span.h"

namespace squall::sql {

class TokenList {
 public:
  explicit TokenList(std::string_view source);
  TokenList(std::string_view source, Span within);

  std::size_t size() const { return tokens_.size(); }
  bool exists(std::size_t i) const { return i < tokens_.size(); }
  const Token& operator[](std::size_t i) const { return tokens_[i]; }
  std::string_view text(std::size_t i) const { return exists(i) ? tokens_[i].in(source_) : std::string_view(); }

  bool is_word(std::size_t i, std::string_view keyword) const;
  bool is_punctuation(std::size_t i, std::string_view text) const;
  bool is_equals(std::size_t i) const { return is_punctuation(i, "=") || is_punctuation(i, "=="); }
  // A name in any quoting, reserved words included.
  bool is_name(std::size_t i) const;
  // A bare word that SQLite does not take as a name.
  bool is_reserved(std::size_t i) const;
  // A name that SQLite takes as one, or one that fold() quotes because it touches the dot before it.
  bool is_plain_name(std::size_t i) const;

  NamedSpan name(std::size_t i) const;
  // From the first to the last of the tokens [first, end); empty where there are none.
  Span span(std::size_t first, std::size_t end) const;
  // The place behind the parenthesis that closes the one at `open`; nothing where none does.
  std::optional<std::size_t> behind_group(std::size_t open) const;
  // The place of the next token on this level: behind the group where a parenthesis opens.
  std::size_t next(std::size_t i) const;
  // The first comma on this level within [first, end), or `end`.
  std::size_t comma(std::size_t first, std::size_t end) const;

 private:
  std::string_view source_;
  std::vector<Token> tokens_;
};

}  // namespace squall::sql
