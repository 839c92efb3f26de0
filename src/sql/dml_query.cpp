// The query inside a change, and the WHERE that needs none.
#include <algorithm>

#include "base/ascii.h"
#include "sql/dml.h"
#include "sql/row_value.h"
#include "sql/token_list.h"

namespace squall::sql {
namespace {

// No table of a user's is called so.
constexpr std::string_view kRowTable = "\"squall row\"";

// The columns of one assignment, each as an expression with ", " before it.
void add_assignment(ComposedText& query, std::string_view source, const Assignment& assignment) {
  const std::size_t count = assignment.columns.size();
  const RowValue row = row_value(source, assignment.expression);
  const bool one = count == 1 && !row.is_query && row.parts.size() == 1;
  for (std::size_t i = 0; i < count; ++i) {
    if (count == 1 || !row.is_query) {
      query.add(", (");
      query.add_source(source,
                       one || row.is_query ? assignment.expression : row.parts[std::min(i, row.parts.size() - 1)]);
      query.add(")");
      continue;
    }
    std::string names;
    for (std::size_t name = 0; name < count; ++name) names += (name == 0 ? "c" : ", c") + std::to_string(name);
    query.add(", (WITH " + std::string(kRowTable) + "(" + names + ") AS (");
    query.add_source(source, row.parts[0]);
    query.add(") SELECT c" + std::to_string(i) + " FROM " + std::string(kRowTable) + ")");
  }
}

// The FROM of an UPDATE is a table of its own to these, as it is to SQLite; beside the target on one level they would
// mean other columns and other rows. All else means the same without parentheses, and reads fewer columns.
bool is_closed(std::string_view source, Span from) {
  const TokenList tokens(source, from);
  for (std::size_t i = 0; i < tokens.size(); i = tokens.next(i)) {
    for (const std::string_view word : {"USING", "NATURAL", "RIGHT", "FULL"}) {
      if (tokens.is_word(i, word)) return true;
    }
  }
  return false;
}

void add_from(ComposedText& query, std::string_view source, const DmlStatement& statement) {
  query.add(" FROM ");
  query.add_source(source, statement.reference);
  if (statement.from.empty()) return;
  const bool closed = is_closed(source, statement.from);
  query.add(closed ? ", (" : ", ");
  query.add_source(source, statement.from);
  if (closed) query.add(")");
}

bool begins_with(std::string_view source, Span span, std::string_view keyword) {
  return TokenList(source, span).is_word(0, keyword);
}

ComposedText insert_query(std::string_view source, const DmlStatement& statement) {
  ComposedText query;
  // WITH … may not follow upon WITH …, and two lists made one would hide names of the first from the second.
  const bool two_lists = !statement.with.empty() && begins_with(source, statement.source, "WITH");
  query.add_source(source, statement.with);
  if (!statement.with.empty()) query.add(two_lists ? " SELECT * FROM (" : " ");
  query.add_source(source, statement.source);
  if (two_lists) query.add(")");
  return query;
}

// A literal or a parameter at a place, with its sign; the place behind it.
std::optional<std::size_t> behind_value(const TokenList& tokens, std::size_t i, std::size_t end) {
  if (i >= end) return {};
  if (tokens.is_punctuation(i, "-") && i + 1 < end && tokens[i + 1].kind == TokenKind::number) return i + 2;
  switch (tokens[i].kind) {
    case TokenKind::string:
    case TokenKind::number:
    case TokenKind::parameter: return i + 1;
    default: return {};
  }
}

bool is_column(const TokenList& tokens, std::size_t i) { return tokens.is_name(i) && !tokens.is_reserved(i); }

std::optional<std::vector<Span>> plain_values(const TokenList& tokens, std::size_t first, std::size_t end) {
  std::vector<Span> values;
  while (true) {
    const std::optional<std::size_t> behind = behind_value(tokens, first, end);
    if (!behind) return {};
    values.push_back(tokens.span(first, *behind));
    if (*behind == end) return values;
    if (!tokens.is_punctuation(*behind, ",")) return {};
    first = *behind + 1;
  }
}

std::optional<std::pair<NamedSpan, std::vector<Span>>> plain_term(const TokenList& tokens, std::size_t first,
                                                                  std::size_t end) {
  std::size_t column = first;
  std::optional<std::vector<Span>> values;
  if (end < first + 3) return {};
  if (is_column(tokens, first) && tokens.is_equals(first + 1)) {
    values = plain_values(tokens, first + 2, end);
  } else if (tokens.is_word(first + 1, "IN") && tokens.is_punctuation(first + 2, "(") &&
             tokens.is_punctuation(end - 1, ")")) {
    values = plain_values(tokens, first + 3, end - 1);
  } else if (tokens.is_equals(end - 2)) {
    values = plain_values(tokens, first, end - 2);
    column = end - 1;
  }
  const bool list = tokens.is_word(first + 1, "IN");
  if (!is_column(tokens, column) || !values || (!list && values->size() != 1)) return {};
  return std::pair(tokens.name(column), *std::move(values));
}

}  // namespace

ComposedText inner_query(std::string_view source, const DmlStatement& statement, std::string_view select_list) {
  if (statement.kind == DmlStatement::Kind::insert) return insert_query(source, statement);
  ComposedText query;
  query.add_source(source, statement.with);
  query.add(statement.with.empty() ? "SELECT " : " SELECT ");
  query.add(select_list);
  for (const Assignment& assignment : statement.assignments) add_assignment(query, source, assignment);
  add_from(query, source, statement);
  if (!statement.where.empty()) query.add(" WHERE ");
  query.add_source(source, statement.where);
  if (!statement.order_limit.empty()) query.add(" ");
  query.add_source(source, statement.order_limit);
  return query;
}

std::optional<PlainEqualities> plain_equalities(std::string_view source, Span where) {
  const TokenList tokens(source, where);
  PlainEqualities result;
  for (std::size_t first = 0; first < tokens.size();) {
    std::size_t end = first;
    while (end < tokens.size() && !tokens.is_word(end, "AND")) end = tokens.next(end);
    auto term = plain_term(tokens, first, end);
    if (!term) return {};
    const auto same = [&](const auto& other) { return equal_ignoring_case(other.first.name, term->first.name); };
    if (std::any_of(result.begin(), result.end(), same)) return {};
    result.push_back(*std::move(term));
    first = end + 1;
    if (end + 1 == tokens.size()) return {};
  }
  if (result.empty()) return {};
  return result;
}

}  // namespace squall::sql
