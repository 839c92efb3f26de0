#include "engine/write_only_names.h"

#include <algorithm>

#include "base/ascii.h"
#include "sql/lexer.h"

namespace squall::engine {

namespace {

bool is_name(const sql::Token& token) {
  return token.kind == sql::TokenKind::name || token.kind == sql::TokenKind::quoted_name;
}

std::vector<sql::Token> tokens_of(std::string_view text) {
  std::vector<sql::Token> tokens;
  for (const sql::Token& token : sql::tokenize(text)) {
    if (token.kind != sql::TokenKind::space && token.kind != sql::TokenKind::comment) tokens.push_back(token);
  }
  return tokens;
}

bool begins_query(const sql::Token& token, std::string_view text) {
  return sql::is_keyword(token, text, "SELECT") || sql::is_keyword(token, text, "WITH") ||
         sql::is_keyword(token, text, "VALUES");
}

}  // namespace

std::vector<NamedColumn> columns_named_in(std::string_view source, const sql::Span& part, const TableShape& shape,
                                          std::string_view alias) {
  const std::string_view text = part.in(source);
  const std::string_view target =
      alias.empty() ? std::string_view(shape.name).substr(shape.name.rfind('.') + 1) : alias;
  const auto tokens = tokens_of(text);
  std::vector<NamedColumn> named;
  std::vector<bool> in_query;  // one a parenthesis that is open
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const std::string_view token = tokens[i].in(text);
    const bool inside = !in_query.empty() && in_query.back();
    if (token == "(") in_query.push_back(inside || (i + 1 < tokens.size() && begins_query(tokens[i + 1], text)));
    if (token == ")" && !in_query.empty()) in_query.pop_back();
    if (!is_name(tokens[i])) continue;
    const bool qualified = i >= 2 && tokens[i - 1].in(text) == "." && is_name(tokens[i - 2]);
    const bool of_target = qualified && equal_ignoring_case(sql::name_of(tokens[i - 2], text), target);
    if (qualified ? !of_target : inside) continue;
    if (const auto column = shape.find(sql::name_of(tokens[i], text)))
      named.push_back({&shape.columns[*column], {part.begin + tokens[i].begin, part.begin + tokens[i].end}});
  }
  return named;
}

bool is_write_only(const TableShape& shape, const TableColumn& column) {
  return column.role == ColumnRole::property && shape.table.type.property(column.property).has(catalogue::kWriteOnly);
}

std::string write_only_notice(const TableShape& shape, std::string_view text, const std::set<std::string>& read) {
  std::vector<std::string> names;
  for (const sql::Token& token : sql::tokenize(text)) {
    if (!is_name(token)) continue;
    const auto column = shape.find(sql::name_of(token, text));
    if (!column || !is_write_only(shape, shape.columns[*column])) continue;
    const std::string& name = shape.columns[*column].name;
    if (!read.contains(ascii_lower(name))) continue;
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  if (names.empty()) return {};
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return shape.name + ": " + list +
         (names.size() == 1 ? " is write-only: AWS does not tell its value, so it reads as NULL"
                            : " are write-only: AWS does not tell their values, so they read as NULL");
}

}  // namespace squall::engine
