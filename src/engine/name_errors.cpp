#include "engine/name_errors.h"

#include "base/ascii.h"
#include "base/did_you_mean.h"
#include "sql/keywords.h"
#include "sql/lexer.h"

namespace squall::engine {

namespace {

std::vector<std::string> split_dots(std::string_view name) {
  std::vector<std::string> parts;
  while (true) {
    const auto dot = name.find('.');
    parts.emplace_back(name.substr(0, dot));
    if (dot == std::string_view::npos) return parts;
    name.remove_prefix(dot + 1);
  }
}

// The place of the n-th name token of a stretch.
void point_at_part(Error& error, std::string_view statement, const sql::FoldedName& name, std::size_t part) {
  const std::string_view stretch = statement.substr(name.source_begin, name.source_end - name.source_begin);
  std::size_t seen = 0;
  for (const sql::Token& token : sql::tokenize(stretch)) {
    if (token.kind != sql::TokenKind::name && token.kind != sql::TokenKind::quoted_name) continue;
    if (seen++ != part) continue;
    error.position = name.source_begin + token.begin;
    error.length = token.end - token.begin;
    return;
  }
  error.position = name.source_begin;
  error.length = stretch.size();
}

std::string nearest_of(std::string_view word, const std::vector<std::string>& candidates) {
  const std::vector<std::string_view> views(candidates.begin(), candidates.end());
  return nearest_name(word, views);
}

// "no such column: i.versoin" -> "i.versoin".
std::string_view after(std::string_view message, std::string_view prefix) {
  return message.starts_with(prefix) ? message.substr(prefix.size()) : std::string_view();
}

std::vector<std::string> names_from(sqlite::Connection& connection, std::string_view sql) {
  std::vector<std::string> names;
  auto query = connection.prepare(sql);
  if (!query.ok()) return names;
  while (true) {
    const auto row = query->step();
    if (!row.ok() || !*row) return names;
    names.emplace_back(query->text(0));
  }
}

// Where a dotted name stands in the user's text: its last part, as a token.
void find_name(Error& error, std::string_view source, std::string_view name) {
  const std::string_view last = name.substr(name.rfind('.') == std::string_view::npos ? 0 : name.rfind('.') + 1);
  for (const sql::Token& token : sql::tokenize(source)) {
    if (token.kind != sql::TokenKind::name && token.kind != sql::TokenKind::quoted_name) continue;
    if (!equal_ignoring_case(sql::name_of(token, source), last)) continue;
    error.position = token.begin;
    error.length = token.end - token.begin;
    return;
  }
}

void suggest_column(Error& error, std::string_view column, const FoldedStatement& statement) {
  const auto dot = column.rfind('.');
  const std::string_view bare = dot == std::string_view::npos ? column : column.substr(dot + 1);
  std::vector<std::string> visible;
  std::vector<std::string> hidden;
  for (const TableShape* table : statement.tables) {
    for (const TableColumn& candidate : table->columns) (candidate.hidden ? hidden : visible).push_back(candidate.name);
  }
  visible.insert(visible.end(), hidden.begin(), hidden.end());
  const std::string found = nearest_of(bare, visible);
  if (!found.empty()) error.hint = "did you mean " + found + "?";
}

void suggest_function(Error& error, std::string_view function, sqlite::Connection& connection) {
  const std::string found =
      nearest_of(function, names_from(connection, "SELECT DISTINCT name FROM pragma_function_list ORDER BY name"));
  if (!found.empty()) error.hint = "did you mean " + found + "()?";
}

void suggest_local_table(Error& error, std::string_view table, sqlite::Connection& connection) {
  const std::string found = nearest_of(
      table, names_from(connection, "SELECT name FROM sqlite_master UNION SELECT name FROM sqlite_temp_master"));
  error.hint = found.empty() ? "a resource is named aws.<service>.<resource>, as aws.sagemaker.image_versions"
                             : "did you mean " + found + "?";
}

// SQLite stops at the second dot of azure.compute.disks: what is meant is a provider that is not there.
bool is_unknown_provider(Error& error, std::string_view source) {
  std::vector<sql::Token> name;  // the dotted name around the place
  for (const sql::Token& token : sql::tokenize(source)) {
    if (token.kind == sql::TokenKind::space || token.kind == sql::TokenKind::comment) continue;
    const bool dot = token.in(source) == ".";
    const bool is_name = token.kind == sql::TokenKind::name || token.kind == sql::TokenKind::quoted_name;
    const bool continues = !name.empty() && (name.back().in(source) == ".") != dot && (dot || is_name);
    if (!continues && !name.empty() && name.back().end > *error.position) break;
    if (!continues) name.clear();
    if (continues || is_name) name.push_back(token);
  }
  if (name.size() < 5 || name.front().begin > *error.position) return false;
  const std::string provider = ascii_lower(sql::name_of(name.front(), source));
  if (provider == "aws" || provider == "awscc") return false;
  error.message = "no provider " + provider;
  error.hint = "resources are named aws.<service>.<resource>, as aws.sagemaker.image_versions";
  error.position = name.front().begin;
  error.length = name.front().end - name.front().begin;
  return true;
}

// A reserved word where a name stands: SQLite calls it a syntax error.
void suggest_quotes(Error& error, const FoldedStatement& statement) {
  const std::string_view word = statement.source.substr(*error.position, error.length);
  for (const TableShape* table : statement.tables) {
    for (const TableColumn& column : table->columns) {
      if (!sql::is_reserved_word(word) || !equal_ignoring_case(column.name, word)) continue;
      error.hint = "SQL reserves this word: write \"" + std::string(word) + "\" for the column";
      return;
    }
  }
}

void explain_syntax_error(Error& error, const FoldedStatement& statement) {
  if (!error.position || *error.position >= statement.source.size()) return;
  if (!is_unknown_provider(error, statement.source)) suggest_quotes(error, statement);
}

}  // namespace

Error unknown_table_error(const catalogue::Catalogue& catalogue, const sql::FoldedName& name,
                          std::string_view statement) {
  const auto parts = split_dots(name.name);
  if (parts.size() < 3) {
    Error error = sql_error("no table " + name.name);
    error.position = name.source_begin;
    error.length = name.source_end - name.source_begin;
    return error;
  }
  const std::string& service = parts[1];
  const std::string& resource = parts[2];
  const auto tables = catalogue.tables_of(service);
  if (tables.empty()) {
    Error error = sql_error("no service " + service + " in aws");
    const auto found = nearest_name(service, catalogue.services());
    if (!found.empty()) error.hint = "did you mean aws." + found + "?";
    point_at_part(error, statement, name, 1);
    return error;
  }
  Error error = sql_error("no resource " + resource + " in aws." + service);
  const auto found = nearest_of(resource, tables);
  if (!found.empty()) error.hint = "did you mean aws." + service + "." + found + "?";
  point_at_part(error, statement, name, 2);
  return error;
}

std::size_t token_length(std::string_view text, std::size_t offset) {
  for (const sql::Token& token : sql::tokenize(text)) {
    if (token.begin <= offset && offset < token.end) return token.end - offset;
  }
  return 1;
}

Error translate_sqlite_error(Error error, const FoldedStatement& statement, sqlite::Connection& connection) {
  const std::string message = error.message;
  if (error.position) {
    error.position = std::min(statement.folded.map.to_source(*error.position), statement.source.size());
    error.length = token_length(statement.source, *error.position);
  }
  if (const auto column = after(message, "no such column: "); !column.empty()) {
    suggest_column(error, column, statement);
    // SQLite points at the qualifier of i.image_nam; the wrong part is its last.
    if (!error.position || column.find('.') != std::string_view::npos) find_name(error, statement.source, column);
  } else if (const auto function = after(message, "no such function: "); !function.empty()) {
    suggest_function(error, function, connection);
    if (!error.position) find_name(error, statement.source, function);
  } else if (const auto table = after(message, "no such table: "); !table.empty()) {
    suggest_local_table(error, table, connection);
    find_name(error, statement.source, table);
  } else if (message.ends_with(" may not be modified")) {
    error.hint =
        "a resource is changed by INSERT, UPDATE or DELETE as a statement of its own; EXPLAIN and --dryrun show what "
        "one would do";
  } else if (message.ends_with("syntax error")) {
    explain_syntax_error(error, statement);
  } else if (message == "incomplete input") {
    error.message = "the statement ends too early";
    error.position = statement.source.size();
  }
  error.message = sql::unfold(error.message);
  return error;
}

}  // namespace squall::engine
