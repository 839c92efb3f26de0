#include "provider/statement_mask.h"

#include <algorithm>
#include <set>

#include "base/json_text.h"
#include "schema/mask.h"

namespace squall::provider {
namespace {

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size()) {
    text.replace(at, what.size(), with);
  }
  return text;
}

// How a text may stand in a statement: as it is, in an SQL string, in JSON, in JSON in an SQL string.
std::set<std::string> spellings(const std::string& text) {
  const std::string quoted = json_quote(text);
  const std::string json = quoted.substr(1, quoted.size() - 2);
  return {text, replaced(text, "'", "''"), json, replaced(json, "'", "''")};
}

bool is_seen(std::string_view statement, const std::set<std::string>& spelled) {
  return std::any_of(spelled.begin(), spelled.end(),
                     [&](const std::string& text) { return statement.find(text) != std::string_view::npos; });
}

// Where what begins at a place ends: a literal, a quoted name, a comment, or one character.
std::size_t end_of_token(std::string_view statement, std::size_t begin) {
  const auto behind = [&](std::string_view mark, std::size_t from) {
    const std::size_t found = statement.find(mark, from);
    return found == std::string_view::npos ? statement.size() : found + mark.size();
  };
  const char c = statement[begin];
  if (c == '\'' || c == '"' || c == '`') {
    std::size_t end = behind(statement.substr(begin, 1), begin + 1);
    while (end < statement.size() && statement[end] == c) end = behind(statement.substr(begin, 1), end + 1);
    return end;
  }
  if (c == '[') return behind("]", begin + 1);
  if (statement.substr(begin).starts_with("--")) return behind("\n", begin);
  if (statement.substr(begin).starts_with("/*")) return behind("*/", begin + 2);
  return begin + 1;
}

// Every string literal as '***'; without comments.
std::string without_literals(std::string_view statement) {
  std::string text;
  for (std::size_t at = 0; at < statement.size();) {
    const std::size_t end = end_of_token(statement, at);
    const std::string_view token = statement.substr(at, end - at);
    if (token.front() == '\'')
      text += "'" + std::string(schema::kMasked) + "'";
    else
      text += token.starts_with("--") || token.starts_with("/*") ? " " : token;
    at = end;
  }
  return text;
}

}  // namespace

std::string masked_statement(std::string_view statement, const std::vector<JournalEntry>& entries) {
  std::set<std::string> hidden;
  std::vector<std::set<std::string>> values;  // the spellings of each
  for (const JournalEntry& entry : entries) {
    for (const auto& given : {schema::write_only_values(entry.change.desired_state, entry.write_only),
                              schema::write_only_values(entry.after, entry.write_only),
                              schema::write_only_patch_values(entry.change.patch_document, entry.write_only)}) {
      for (const std::string& value : given) {
        values.push_back(spellings(value));
        hidden.insert(values.back().begin(), values.back().end());
      }
    }
  }
  // The longest first, for one may be a part of another.
  std::vector<std::string> by_length(hidden.begin(), hidden.end());
  std::stable_sort(by_length.begin(), by_length.end(),
                   [](const auto& a, const auto& b) { return a.size() > b.size(); });
  std::string text(statement);
  bool all_seen = true;
  for (const std::string& value : by_length) text = replaced(std::move(text), value, schema::kMasked);
  for (const auto& spelled : values) all_seen = all_seen && is_seen(statement, spelled);
  // A value that was put together ('hunter' || '2', a JSON escape) is in pieces that nobody can tell.
  return all_seen ? text : without_literals(text);
}

}  // namespace squall::provider
