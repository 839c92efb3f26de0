#include "engine/set_statement.h"

#include <vector>

#include "base/ascii.h"
#include "sql/lexer.h"

namespace squall::engine {

namespace {

constexpr std::string_view kForm = "as SET max_calls = 100; SHOW SETTINGS lists the settings";

Error error_at(std::string_view statement, const std::vector<sql::Token>& tokens, std::size_t token,
               std::string message) {
  Error error = sql_error(std::move(message), std::string(kForm));
  if (token >= tokens.size()) return std::move(error).at(statement.size());
  return std::move(error).at(tokens[token].begin, tokens[token].end - tokens[token].begin);
}

bool is_value(const sql::Token& token, std::string_view statement) {
  using Kind = sql::TokenKind;
  // 5m is no token of SQL, but a time here.
  if (token.kind == Kind::illegal) return is_ascii_digit(token.in(statement).front());
  return token.kind == Kind::string || token.kind == Kind::number || token.kind == Kind::name ||
         token.kind == Kind::quoted_name;
}

// 'it''s' stands for it's.
std::string text_of(const sql::Token& token, std::string_view statement) {
  const std::string_view written = token.in(statement);
  if (token.kind == sql::TokenKind::quoted_name) return sql::name_of(token, statement);
  if (token.kind != sql::TokenKind::string) return std::string(written);
  std::string text;
  for (std::size_t i = 1; i + 1 < written.size(); ++i) {
    text += written[i];
    if (written[i] == '\'') ++i;
  }
  return text;
}

}  // namespace

Result<bool> run_set_statement(std::string_view statement, Settings& settings) {
  std::vector<sql::Token> tokens;
  for (const sql::Token& token : sql::tokenize(statement)) {
    if (token.kind != sql::TokenKind::space && token.kind != sql::TokenKind::comment) tokens.push_back(token);
  }
  if (tokens.empty() || !sql::is_keyword(tokens[0], statement, "set")) return false;
  if (tokens.size() < 2 || (tokens[1].kind != sql::TokenKind::name && tokens[1].kind != sql::TokenKind::quoted_name))
    return error_at(statement, tokens, 1, "SET needs the name of a setting");
  if (tokens.size() < 3 || (tokens[2].in(statement) != "=" && !sql::is_keyword(tokens[2], statement, "to")))
    return error_at(statement, tokens, 2, "SET needs = behind the name");
  if (tokens.size() < 4 || !is_value(tokens[3], statement))
    return error_at(statement, tokens, 3, "SET needs a string, a number or a word behind =");
  const std::string name = sql::name_of(tokens[1], statement);
  if (tokens.size() > 4) return error_at(statement, tokens, 4, "SET takes one value");
  const Setting* setting = find_setting(name);
  if (setting == nullptr) return unknown_setting_error(name).at(tokens[1].begin, tokens[1].end - tokens[1].begin);
  auto changed = change_setting(settings, *setting, text_of(tokens[3], statement));
  if (changed) return true;
  return std::move(changed).error().at(tokens[3].begin, tokens[3].end - tokens[3].begin);
}

}  // namespace squall::engine
