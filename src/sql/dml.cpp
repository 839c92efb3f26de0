#include "sql/dml.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "sql/row_value.h"
#include "sql/token_list.h"

namespace squall::sql {
namespace {

// In the order in which SQLite takes them. ORDER BY and LIMIT are kept as one.
enum class Clause : std::uint8_t { from, where, returning, order, none };
constexpr std::array<std::pair<std::string_view, Clause>, 5> kClauses = {{{"FROM", Clause::from},
                                                                          {"WHERE", Clause::where},
                                                                          {"RETURNING", Clause::returning},
                                                                          {"ORDER", Clause::order},
                                                                          {"LIMIT", Clause::order}}};
constexpr std::string_view kAggregates[] = {
    "avg", "count", "group_concat", "json_group_array", "json_group_object", "string_agg", "sum", "total"};

class Framer {
 public:
  explicit Framer(std::string_view source) : source_(source), tokens_(source) {}

  Result<std::optional<DmlStatement>> run() {
    const std::optional<std::size_t> verb = find_verb();
    if (!verb) return std::optional<DmlStatement>();
    statement_.with = tokens_.span(0, *verb);
    Status framed = statement(*verb);
    if (framed) framed = hints();
    if (framed) return std::optional<DmlStatement>(std::move(statement_));
    if (!is_cloud_table()) return std::optional<DmlStatement>();
    return std::move(framed).error();
  }

 private:
  // WITH [RECURSIVE] name [(columns)] AS [NOT] [MATERIALIZED] (query), … and behind it the verb.
  std::optional<std::size_t> find_verb() const {
    std::size_t i = 0;
    if (tokens_.is_word(0, "WITH")) {
      i = tokens_.is_word(1, "RECURSIVE") ? 2 : 1;
      for (;; ++i) {
        const std::optional<std::size_t> behind = behind_common_table(i);
        if (!behind) return {};
        i = *behind;
        if (!tokens_.is_punctuation(i, ",")) break;
      }
    }
    for (const std::string_view verb : {"INSERT", "REPLACE", "UPDATE", "DELETE"}) {
      if (tokens_.is_word(i, verb)) return i;
    }
    return {};
  }

  std::optional<std::size_t> behind_common_table(std::size_t i) const {
    if (!tokens_.is_name(i)) return {};
    ++i;
    if (tokens_.is_punctuation(i, "(")) i = tokens_.next(i);
    if (!tokens_.is_word(i++, "AS")) return {};
    if (tokens_.is_word(i, "NOT")) ++i;
    if (tokens_.is_word(i, "MATERIALIZED")) ++i;
    if (!tokens_.is_punctuation(i, "(")) return {};
    return tokens_.behind_group(i);
  }

  bool is_cloud_table() const { return statement_.table.starts_with("aws."); }

  Status statement(std::size_t i) {
    end_ = tokens_.size();
    while (end_ > i && tokens_[end_ - 1].kind == TokenKind::semicolon) --end_;
    if (tokens_.is_word(i, "UPDATE")) return update(i + 1);
    if (tokens_.is_word(i, "DELETE")) return delete_(i + 1);
    return insert(i);
  }

  Status update(std::size_t i) {
    statement_.kind = DmlStatement::Kind::update;
    TRY(conflict_action(i));
    TRY(target(i));
    TRY(index_choice(i));
    TRY(keyword(i, "SET"));
    const std::size_t end = next_clause(i);
    statement_.assignments = TRY(assignments(i, end));
    TRY(clauses(end, Clause::from));
    return no_aggregates();
  }

  Status delete_(std::size_t i) {
    statement_.kind = DmlStatement::Kind::delete_;
    TRY(keyword(i, "FROM"));
    TRY(target(i));
    TRY(index_choice(i));
    TRY(clauses(i, Clause::where));
    return no_aggregates();
  }

  Status insert(std::size_t i) {
    statement_.kind = DmlStatement::Kind::insert;
    const std::size_t verb = i++;
    if (tokens_.is_word(verb, "REPLACE")) {
      statement_.conflict_action = tokens_.span(verb, verb + 1);
    } else {
      TRY(conflict_action(i));
    }
    TRY(keyword(i, "INTO"));
    TRY(target(i));
    if (tokens_.is_punctuation(i, "(")) {
      statement_.has_columns = true;
      statement_.columns = TRY(names_in_group(i));
    }
    TRY(insert_source(i));
    if (is_conflict_clause(i)) TRY(conflict_clause(i));
    return clauses(i, Clause::returning);
  }

  Status insert_source(std::size_t& i) {
    const std::size_t begin = i;
    const bool query = tokens_.is_word(i, "VALUES") || tokens_.is_word(i, "SELECT") || tokens_.is_word(i, "WITH");
    if (tokens_.is_word(i, "DEFAULT") && tokens_.is_word(i + 1, "VALUES")) {
      statement_.default_values = true;
      i += 2;
      return {};
    }
    if (!query) return unexpected(i, "VALUES or SELECT");
    while (i < end_ && !is_conflict_clause(i) && clause_at(i) != Clause::returning) i = tokens_.next(i);
    statement_.source = tokens_.span(begin, i);
    return {};
  }

  bool is_conflict_clause(std::size_t i) const {
    return tokens_.is_word(i, "ON") && tokens_.is_word(i + 1, "CONFLICT") &&
           (tokens_.is_punctuation(i + 2, "(") || tokens_.is_word(i + 2, "DO"));
  }

  // ON CONFLICT [(columns)] DO NOTHING | DO UPDATE SET … [WHERE …]
  Status conflict_clause(std::size_t& i) {
    const std::size_t begin = i;
    i += 2;
    if (tokens_.is_punctuation(i, "(")) statement_.conflict_target = TRY(names_in_group(i));
    TRY(keyword(i, "DO"));
    if (tokens_.is_word(i, "NOTHING")) {
      statement_.conflict_do_nothing = true;
      ++i;
    } else {
      TRY(keyword(i, "UPDATE"));
      TRY(keyword(i, "SET"));
      const std::size_t set_end = conflict_part_end(i);
      statement_.conflict_assignments = TRY(assignments(i, set_end));
      i = set_end;
      if (clause_at(i) == Clause::where) {
        const std::size_t where_end = conflict_part_end(i + 1);
        statement_.conflict_where = TRY(clause_text(i, where_end));
        i = where_end;
      }
    }
    statement_.on_conflict = tokens_.span(begin, i);
    if (!is_conflict_clause(i)) return {};
    return sql_error("only one ON CONFLICT clause can be told from another here", "keep one of them")
        .at(tokens_[i].begin, tokens_.span(i, i + 2).size());
  }

  std::size_t conflict_part_end(std::size_t i) const {
    while (i < end_ && clause_at(i) == Clause::none && !is_conflict_clause(i)) i = tokens_.next(i);
    return i;
  }

  // OR REPLACE, OR IGNORE …
  Status conflict_action(std::size_t& i) {
    if (!tokens_.is_word(i, "OR")) return {};
    constexpr std::string_view kActions[] = {"ROLLBACK", "ABORT", "REPLACE", "FAIL", "IGNORE"};
    const auto named = [&](std::string_view action) { return tokens_.is_word(i + 1, action); };
    if (std::none_of(std::begin(kActions), std::end(kActions), named)) return unexpected(i + 1, "REPLACE or IGNORE");
    statement_.conflict_action = tokens_.span(i, i + 2);
    i += 2;
    return {};
  }

  // name[.name …] [AS alias]
  Status target(std::size_t& i) {
    if (!tokens_.is_plain_name(i)) return unexpected(i, "a table's name");
    const std::size_t first = i;
    std::string name = tokens_.name(i++).name;
    while (tokens_.is_punctuation(i, ".") && tokens_.is_plain_name(i + 1)) {
      name += '.' + tokens_.name(i + 1).name;
      i += 2;
    }
    statement_.target = tokens_.span(first, i);
    set_table(std::move(name));
    TRY(whole_text());
    if (tokens_.is_word(i, "AS")) {
      if (!tokens_.is_plain_name(i + 1)) return unexpected(i + 1, "an alias");
      statement_.alias = tokens_.name(i + 1);
      i += 2;
    }
    statement_.reference = tokens_.span(first, i);
    return {};
  }

  // As fold() does it.
  void set_table(std::string name) {
    const std::string lower = ascii_lower(name);
    const bool cloud = lower.starts_with("aws.") || lower.starts_with("awscc.");
    if (cloud && std::count(name.begin(), name.end(), '.') == 2) {
      statement_.table = lower;
      if (lower.starts_with("awscc.")) statement_.table.erase(3, 2);
    } else {
      statement_.table = lower.starts_with("squall.") ? lower : std::move(name);
    }
  }

  // What holds of every statement: parentheses match, no token is broken, and no semicolon stands inside.
  Status whole_text() const {
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < end_; ++i) {
      if (tokens_[i].kind == TokenKind::illegal) {
        return sql_error("unrecognized token: \"" + std::string(tokens_.text(i)) + "\"")
            .at(tokens_[i].begin, tokens_.text(i).size());
      }
      if (tokens_[i].kind == TokenKind::semicolon) return unexpected(i, "one statement");
      if (tokens_.is_punctuation(i, "(")) open.push_back(i);
      if (!tokens_.is_punctuation(i, ")")) continue;
      if (open.empty()) return sql_error("a ) without its (").at(tokens_[i].begin);
      open.pop_back();
    }
    if (open.empty()) return {};
    return sql_error("this ( is never closed").at(tokens_[open.back()].begin);
  }

  Status index_choice(std::size_t& i) {
    const std::size_t begin = i;
    if (tokens_.is_word(i, "NOT") && tokens_.is_word(i + 1, "INDEXED")) i += 2;
    if (tokens_.is_word(i, "INDEXED") && tokens_.is_word(i + 1, "BY") && tokens_.is_name(i + 2)) i += 3;
    if (i > begin) statement_.reference.end = tokens_[i - 1].end;
    return {};
  }

  // Reserved words are names where fold() quotes them: behind a dot that they touch, and as what is assigned.
  Clause clause_at(std::size_t i) const {
    if (i >= end_ || !tokens_.is_reserved(i) || tokens_.is_plain_name(i)) return Clause::none;
    if (tokens_.is_word(i, "FROM") && tokens_.is_word(i - 1, "DISTINCT")) return Clause::none;
    if (tokens_.is_punctuation(i + 1, "=") && (tokens_.is_word(i - 1, "SET") || tokens_.is_punctuation(i - 1, ","))) {
      return Clause::none;
    }
    for (const auto& [word, clause] : kClauses) {
      if (tokens_.is_word(i, word)) return clause;
    }
    return Clause::none;
  }

  std::size_t next_clause(std::size_t i) const {
    while (i < end_ && clause_at(i) == Clause::none) i = tokens_.next(i);
    return i;
  }

  // The clauses at the statement's end, from `first` on in kClauses.
  Status clauses(std::size_t i, Clause first) {
    const Clause last = statement_.kind == DmlStatement::Kind::insert ? Clause::returning : Clause::order;
    for (Clause at_least = first; i < end_;) {
      const Clause clause = clause_at(i);
      if (clause == Clause::none || clause < at_least || clause > last) return misplaced(i, at_least, last);
      std::size_t end = next_clause(i + 1);
      while (clause == Clause::order && clause_at(end) == Clause::order) end = next_clause(end + 1);
      const Span text = TRY(clause_text(i, end));
      switch (clause) {
        case Clause::from: statement_.from = text; break;
        case Clause::where: statement_.where = text; break;
        case Clause::returning: statement_.returning = text; break;
        default: statement_.order_limit = tokens_.span(i, end); break;
      }
      at_least = static_cast<Clause>(static_cast<int>(clause) + 1);
      i = end;
    }
    return {};
  }

  Status misplaced(std::size_t i, Clause at_least, Clause last) const {
    std::string expected;
    for (const auto& [word, clause] : kClauses) {
      if (clause >= at_least && clause <= last) expected += std::string(word) + ", ";
    }
    Error error = unexpected(i, expected + (expected.empty() ? "" : "or ") + "the statement's end");
    if (clause_at(i) == Clause::returning) error.hint = "RETURNING stands before ORDER BY and LIMIT";
    return error;
  }

  Result<Span> clause_text(std::size_t keyword, std::size_t end) const {
    if (end > keyword + 1) return tokens_.span(keyword + 1, end);
    return sql_error("nothing stands behind " + ascii_upper(tokens_.text(keyword)))
        .at(tokens_[keyword].begin, tokens_.text(keyword).size());
  }

  Result<std::vector<Assignment>> assignments(std::size_t i, std::size_t end) const {
    std::vector<Assignment> result;
    if (i == end) return unexpected(i, "a column");
    while (true) {
      const std::size_t comma = std::min(tokens_.comma(i, end), end);
      result.push_back(TRY(assignment(i, comma)));
      if (comma == end) return result;
      i = comma + 1;
    }
  }

  Result<Assignment> assignment(std::size_t i, std::size_t end) const {
    Assignment result;
    if (tokens_.is_punctuation(i, "(")) {
      result.columns = TRY(names_in_group(i));
    } else {
      if (i >= end || !tokens_.is_name(i)) return unexpected(i, "a column");
      result.columns.push_back(tokens_.name(i++));
    }
    if (i >= end || !tokens_.is_equals(i)) return unexpected(i, "=");
    if (i + 1 >= end) return unexpected(i + 1, "an expression");
    result.expression = tokens_.span(i + 1, end);
    TRY(same_count(result));
    return result;
  }

  // A query's columns are counted by SQLite.
  Status same_count(const Assignment& assignment) const {
    if (assignment.columns.size() == 1) return {};
    const RowValue row = row_value(source_, assignment.expression);
    if (row.is_query) return no_bare_parameter(assignment.expression);
    if (row.parts.size() == assignment.columns.size()) return {};
    return sql_error(std::to_string(assignment.columns.size()) + " columns are assigned " +
                     std::to_string(row.parts.size()) + (row.parts.size() == 1 ? " value" : " values"))
        .at(assignment.expression.begin, assignment.expression.size());
  }

  // The query is written once a column, and each ? would be another parameter.
  Status no_bare_parameter(Span query) const {
    const TokenList inside(source_, query);
    for (std::size_t i = 0; i < inside.size(); ++i) {
      if (inside.text(i) != "?") continue;
      return sql_error("a parameter in a row of several columns needs a number or a name", "write ?1 or :name")
          .at(inside[i].begin);
    }
    return {};
  }

  // ( name, name … ); `i` moves behind it.
  Result<std::vector<NamedSpan>> names_in_group(std::size_t& i) const {
    std::vector<NamedSpan> names;
    do {
      if (!tokens_.is_name(i + 1)) return unexpected(i + 1, "a column");
      names.push_back(tokens_.name(i + 1));
      i += 2;
    } while (tokens_.is_punctuation(i, ","));
    if (!tokens_.is_punctuation(i, ")")) return unexpected(i, ", or )");
    ++i;
    return names;
  }

  // In the query inside, an aggregate would make one row of all.
  Status no_aggregates() const {
    for (const Assignment& assignment : statement_.assignments) TRY(no_aggregate(assignment.expression));
    return no_aggregate(statement_.order_limit);
  }

  Status no_aggregate(Span text) const {
    const TokenList inside(source_, text);
    for (std::size_t i = 0; i < inside.size();) {
      if (is_query(inside, i)) {
        i = inside.next(i);
        continue;
      }
      if (is_aggregate(inside, i)) {
        return sql_error("misuse of aggregate: " + std::string(inside.text(i)) + "()",
                         "write it as a query: (SELECT " + std::string(inside.text(i)) + "(…) FROM …)")
            .at(inside[i].begin, inside.text(i).size());
      }
      ++i;
    }
    return {};
  }

  static bool is_query(const TokenList& tokens, std::size_t i) {
    return tokens.is_punctuation(i, "(") &&
           (tokens.is_word(i + 1, "SELECT") || tokens.is_word(i + 1, "WITH") || tokens.is_word(i + 1, "VALUES"));
  }

  static bool is_aggregate(const TokenList& tokens, std::size_t i) {
    if (!tokens.is_name(i) || !tokens.is_punctuation(i + 1, "(")) return false;
    const std::string name = ascii_lower(tokens.name(i).name);
    const std::size_t end = tokens.next(i + 1);
    if (name == "min" || name == "max") return tokens.comma(i + 2, end) == end;
    return std::find(std::begin(kAggregates), std::end(kAggregates), name) != std::end(kAggregates);
  }

  // /*+ NOWAIT */ and /*+ AWAIT */.
  Status hints() {
    for (const Token& token : tokenize(source_)) {
      const std::string_view text = token.in(source_);
      if (token.kind != TokenKind::comment || !text.starts_with("/*+")) continue;
      for (const Token& word : tokenize(text.substr(3, text.size() - 5))) {
        const std::string_view hint = word.in(text.substr(3));
        if (word.kind == TokenKind::space || hint == "," || equal_ignoring_case(hint, "AWAIT")) continue;
        if (!equal_ignoring_case(hint, "NOWAIT")) {
          return sql_error("there is no hint " + std::string(hint), "the hints are NOWAIT and AWAIT")
              .at(token.begin + 3 + word.begin, hint.size());
        }
        statement_.nowait = true;
      }
    }
    return {};
  }

  Status keyword(std::size_t& i, std::string_view word) const {
    if (!tokens_.is_word(i, word)) return unexpected(i, word);
    ++i;
    return {};
  }

  Error unexpected(std::size_t i, std::string_view expected) const {
    if (i >= tokens_.size()) {
      return sql_error("the statement ends where " + std::string(expected) + " is expected").at(source_.size());
    }
    return sql_error("near \"" + std::string(tokens_.text(i)) + "\": " + std::string(expected) + " is expected here")
        .at(tokens_[i].begin, tokens_.text(i).size());
  }

  std::string_view source_;
  TokenList tokens_;
  std::size_t end_ = 0;  // behind the last token of the statement
  DmlStatement statement_;
};

}  // namespace

Result<std::optional<DmlStatement>> frame(std::string_view statement) { return Framer(statement).run(); }

}  // namespace squall::sql
