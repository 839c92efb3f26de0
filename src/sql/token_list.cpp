#include "sql/token_list.h"

#include "sql/keywords.h"

namespace squall::sql {

TokenList::TokenList(std::string_view source) : TokenList(source, {0, source.size()}) {}

TokenList::TokenList(std::string_view source, Span within) : source_(source) {
  for (Token token : tokenize(within.in(source))) {
    if (token.kind == TokenKind::space || token.kind == TokenKind::comment) continue;
    token.begin += within.begin;
    token.end += within.begin;
    tokens_.push_back(token);
  }
}

bool TokenList::is_word(std::size_t i, std::string_view keyword) const {
  return exists(i) && is_keyword(tokens_[i], source_, keyword);
}

bool TokenList::is_punctuation(std::size_t i, std::string_view text) const {
  return exists(i) && tokens_[i].kind == TokenKind::punctuation && tokens_[i].in(source_) == text;
}

bool TokenList::is_name(std::size_t i) const {
  return exists(i) && (tokens_[i].kind == TokenKind::name || tokens_[i].kind == TokenKind::quoted_name);
}

bool TokenList::is_reserved(std::size_t i) const {
  return exists(i) && tokens_[i].kind == TokenKind::name && is_reserved_word(tokens_[i].in(source_));
}

bool TokenList::is_plain_name(std::size_t i) const {
  if (!is_name(i)) return false;
  return !is_reserved(i) || (is_punctuation(i - 1, ".") && tokens_[i - 1].end == tokens_[i].begin);
}

NamedSpan TokenList::name(std::size_t i) const {
  return {name_of(tokens_[i], source_), {tokens_[i].begin, tokens_[i].end}};
}

Span TokenList::span(std::size_t first, std::size_t end) const {
  if (first >= end || !exists(first)) return {};
  return {tokens_[first].begin, tokens_[end - 1].end};
}

std::optional<std::size_t> TokenList::behind_group(std::size_t open) const {
  std::size_t depth = 0;
  for (std::size_t i = open; i < tokens_.size(); ++i) {
    if (is_punctuation(i, "(")) ++depth;
    if (is_punctuation(i, ")") && --depth == 0) return i + 1;
  }
  return {};
}

std::size_t TokenList::next(std::size_t i) const {
  return is_punctuation(i, "(") ? behind_group(i).value_or(tokens_.size()) : i + 1;
}

std::size_t TokenList::comma(std::size_t first, std::size_t end) const {
  for (std::size_t i = first; i < end; i = next(i)) {
    if (is_punctuation(i, ",")) return i;
  }
  return end;
}

}  // namespace squall::sql
