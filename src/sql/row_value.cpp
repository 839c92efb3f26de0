#include "sql/row_value.h"

#include "sql/token_list.h"

namespace squall::sql {
namespace {

// Whether the tokens are one group: ( … ).
bool is_group(const TokenList& tokens, std::size_t first, std::size_t end) {
  return end > first + 2 && tokens.is_punctuation(first, "(") && tokens.behind_group(first) == end;
}

}  // namespace

RowValue row_value(std::string_view source, Span expression) {
  const TokenList tokens(source, expression);
  std::size_t first = 0;
  std::size_t end = tokens.size();
  if (!is_group(tokens, first, end)) return {.is_query = false, .parts = {expression}};
  // ((1, 2)) is (1, 2).
  while (is_group(tokens, first, end)) {
    ++first;
    --end;
  }
  if (tokens.is_word(first, "SELECT") || tokens.is_word(first, "WITH") || tokens.is_word(first, "VALUES")) {
    return {.is_query = true, .parts = {tokens.span(first, end)}};
  }
  RowValue list;
  for (std::size_t comma = 0; first < end; first = comma + 1) {
    comma = tokens.comma(first, end);
    list.parts.push_back(tokens.span(first, comma));
  }
  return list;
}

}  // namespace squall::sql
