#include "sql/script.h"

#include <optional>

#include "sql/lexer.h"

namespace squall::sql {
namespace {

// Where a semicolon that is about to be read stands: within a trigger's body it ends only a step of the body.
// As in sqlite3_complete(), the body ends at an END that directly follows a semicolon (the END of a CASE never does).
class TriggerBody {
 public:
  void word(const Token& token, std::string_view script) {
    const bool after_step = after_step_;
    after_step_ = false;
    const auto is = [&](std::string_view keyword) { return is_keyword(token, script, keyword); };
    switch (state_) {
      case State::start:
        if (is("CREATE"))
          state_ = State::create;
        else if (!is("EXPLAIN") && !is("QUERY") && !is("PLAN"))
          state_ = State::other;
        break;
      case State::create:
        if (is("TRIGGER"))
          state_ = State::header;
        else if (!is("TEMP") && !is("TEMPORARY"))
          state_ = State::other;
        break;
      case State::header:
        if (is("BEGIN")) state_ = State::body;
        break;
      case State::body:
        if (after_step && is("END")) state_ = State::other;
        break;
      case State::other: break;
    }
  }

  // Whether a semicolon here ends the statement.
  bool semicolon_ends() {
    after_step_ = true;
    return state_ != State::body;
  }

 private:
  enum class State { start, create, header, body, other };
  State state_ = State::start;
  bool after_step_ = false;
};

}  // namespace

std::vector<StatementSpan> split_statements(std::string_view script) {
  std::vector<StatementSpan> statements;
  std::optional<StatementSpan> open;
  TriggerBody trigger;
  for (const Token& token : tokenize(script)) {
    if (token.kind == TokenKind::space || token.kind == TokenKind::comment) continue;
    if (token.kind == TokenKind::semicolon && (!open || trigger.semicolon_ends())) {
      if (open) statements.push_back({open->begin, open->end, true});
      open.reset();
      trigger = {};
      continue;
    }
    if (!open) open = StatementSpan{token.begin, token.end, false};
    open->end = token.end;
    if (token.kind != TokenKind::semicolon) trigger.word(token, script);
  }
  if (open) statements.push_back(*open);
  return statements;
}

}  // namespace squall::sql
