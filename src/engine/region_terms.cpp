#include "engine/region_terms.h"

#include <array>
#include <map>
#include <optional>
#include <vector>

#include "base/ascii.h"
#include "sql/lexer.h"

namespace squall::engine {

namespace {

enum class Clause { list, from, condition, other };

// One SELECT: its tables, and what its terms say of regions.
struct Select {
  Clause clause = Clause::list;
  std::multimap<std::string, std::string> tables;  // by the name it goes by here, lower case
  std::set<std::string> qualifiers;                // of regions in terms, lower case
  bool bare = false;                               // a region without one
};

bool is_name(const sql::Token& token) {
  return token.kind == sql::TokenKind::name || token.kind == sql::TokenKind::quoted_name;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {
    for (const sql::Token& token : sql::tokenize(text)) {
      if (token.kind != sql::TokenKind::space && token.kind != sql::TokenKind::comment) tokens_.push_back(token);
    }
  }

  std::set<std::string> read() {
    selects_.emplace_back();
    for (std::size_t i = 0; i < tokens_.size(); ++i) take(i);
    while (!selects_.empty()) leave();
    for (const std::string& table : without_) found_.erase(table);
    return std::move(found_);
  }

 private:
  void take(std::size_t i) {
    const std::string_view token = tokens_[i].in(text_);
    if (token == "(") {
      const bool is_select = i + 1 < tokens_.size() && (is_word(i + 1, "SELECT") || is_word(i + 1, "WITH"));
      parentheses_.push_back(is_select);
      if (is_select) selects_.emplace_back();
    } else if (token == ")" && !parentheses_.empty()) {
      if (parentheses_.back()) leave();
      parentheses_.pop_back();
    } else if (const auto clause = clause_of(i)) {
      if (is_word(i, "SELECT")) begin_again();
      selects_.back().clause = *clause;
    } else if (is_name(tokens_[i])) {
      take_name(i);
    }
  }

  void take_name(std::size_t i) {
    Select& select = selects_.back();
    const std::string name = ascii_lower(sql::name_of(tokens_[i], text_));
    if (select.clause == Clause::from && name.starts_with("aws.")) {
      std::size_t alias = i + 1;
      if (alias < tokens_.size() && is_word(alias, "AS")) ++alias;
      const bool has_alias =
          alias < tokens_.size() && is_name(tokens_[alias]) && (alias > i + 1 || !is_join_word(alias));
      select.tables.emplace(has_alias ? ascii_lower(sql::name_of(tokens_[alias], text_)) : name, name);
    }
    if (select.clause != Clause::condition || name != "region" || compares_regions(i)) return;
    if (i >= 2 && tokens_[i - 1].in(text_) == "." && is_name(tokens_[i - 2]))
      select.qualifiers.insert(ascii_lower(sql::name_of(tokens_[i - 2], text_)));
    else
      select.bare = true;
  }

  // i.region = v.region: such a term SQLite offers where it is of use, and the left side of a LEFT JOIN needs none.
  bool compares_regions(std::size_t i) const {
    const std::size_t begin = i >= 2 && tokens_[i - 1].in(text_) == "." ? i - 2 : i;
    return is_region_behind_equals(i + 1) ||
           (begin >= 2 && tokens_[begin - 1].in(text_) == "=" && is_region(begin - 2));
  }
  bool is_region_behind_equals(std::size_t i) const {
    if (i >= tokens_.size() || tokens_[i].in(text_) != "=") return false;
    const bool qualified = i + 3 < tokens_.size() && tokens_[i + 2].in(text_) == ".";
    return is_region(i + (qualified ? 3 : 1));
  }
  bool is_region(std::size_t i) const {
    return i < tokens_.size() && is_name(tokens_[i]) && ascii_lower(sql::name_of(tokens_[i], text_)) == "region";
  }

  std::optional<Clause> clause_of(std::size_t i) const {
    if (tokens_[i].kind != sql::TokenKind::name) return std::nullopt;
    for (const char* word : {"WHERE", "ON"}) {
      if (is_word(i, word)) return Clause::condition;
    }
    for (const char* word : {"FROM", "JOIN"}) {
      if (is_word(i, word)) return Clause::from;
    }
    for (const char* word : {"GROUP", "HAVING", "ORDER", "LIMIT", "WINDOW", "SET", "RETURNING", "USING"}) {
      if (is_word(i, word)) return Clause::other;
    }
    return is_word(i, "SELECT") ? std::optional(Clause::list) : std::nullopt;
  }

  bool is_join_word(std::size_t i) const {
    for (const char* word :
         {"LEFT", "RIGHT", "FULL", "INNER", "CROSS", "NATURAL", "OUTER", "UNION", "EXCEPT", "INTERSECT"}) {
      if (is_word(i, word)) return true;
    }
    return clause_of(i).has_value();
  }

  bool is_word(std::size_t i, const char* word) const { return sql::is_keyword(tokens_[i], text_, word); }

  // The next SELECT of a UNION.
  void begin_again() {
    leave();
    selects_.emplace_back();
  }

  void leave() {
    const Select& select = selects_.back();
    for (const auto& [name, table] : select.tables) {
      (select.bare || select.qualifiers.contains(name) ? found_ : without_).insert(table);
    }
    selects_.pop_back();
  }

  std::string_view text_;
  std::vector<sql::Token> tokens_;
  std::vector<bool> parentheses_;  // those that are open: whether a SELECT is inside
  std::vector<Select> selects_;    // the innermost last
  std::set<std::string> found_;
  std::set<std::string> without_;  // tables that stand somewhere without such a term
};

}  // namespace

std::set<std::string> tables_with_region_terms(std::string_view folded) { return Reader(folded).read(); }

}  // namespace squall::engine
