// SQLite's tokens, with their place in the text. Accepts every byte sequence: what SQLite would refuse becomes a token
// of kind illegal, and SQLite (or the caller) complains with a position.
// Follows SQLite's tokenizer: identifiers ("x", [x], `x`, bare), 'strings', x'blobs', numbers, :a @a $a ?1, -- and /* */.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace squall::sql {

enum class TokenKind : std::uint8_t {
  space,
  comment,
  name,
  quoted_name,
  string,
  blob,
  number,
  parameter,
  punctuation,
  semicolon,
  illegal
};

struct Token {
  TokenKind kind;
  std::size_t begin;  // bytes into the text
  std::size_t end;
  std::string_view in(std::string_view text) const { return text.substr(begin, end - begin); }
};

// All tokens, space and comments included; together they cover the text.
std::vector<Token> tokenize(std::string_view text);

// The name that a name or quoted_name token stands for: quotes removed, doubled ones made one. Case is kept.
std::string name_of(const Token& token, std::string_view text);

// Whether a name token is that keyword, in any case.
bool is_keyword(const Token& token, std::string_view text, std::string_view keyword);

// "a""b" for a"b.
std::string quote_name(std::string_view name);

}  // namespace squall::sql
