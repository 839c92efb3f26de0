#include "engine/statement_runner.h"

#include <algorithm>
#include <deque>

namespace squall::engine {

namespace {

constexpr int kProgressSteps = 1000;  // SQLite's instructions between two looks

int should_end(void* raw) {
  auto& context = *static_cast<ScanContext*>(raw);
  if (context.stop.stop_requested()) return 1;
  return context.rounds != nullptr && context.rounds->fruitless() ? 1 : 0;
}

void read_row(const sqlite::Statement& statement, std::vector<Value>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = statement.value(static_cast<int>(i));
}

}  // namespace

// Rows of a run that may not be the last one.
class StatementRunner::HeldRows {
 public:
  void clear() {
    rows_.clear();
    texts_.clear();
  }
  void add(const std::vector<Value>& values) {
    rows_.push_back(values);
    for (Value& value : rows_.back()) {
      if (!value.text.empty()) value.text = texts_.emplace_back(value.text);
    }
  }
  Status hand_out(RowSink& sink) const {
    for (const auto& row : rows_) TRY(sink.row(row));
    return {};
  }

 private:
  std::vector<std::vector<Value>> rows_;
  std::deque<std::string> texts_;
};

Status StatementRunner::run_once(sqlite::Statement& statement, RowSink& sink) {
  sqlite3_progress_handler(connection_.handle(), kProgressSteps, should_end, &context_);
  context_.rounds = nullptr;
  std::vector<Value> values(static_cast<std::size_t>(statement.column_count()));
  while (TRY(statement.step())) {
    read_row(statement, values);
    TRY(sink.row(values));
  }
  return {};
}

Status StatementRunner::run_in_rounds(sqlite::Statement& statement, RowSink& sink) {
  sqlite3_progress_handler(connection_.handle(), kProgressSteps, should_end, &context_);
  RoundSettings settings = settings_;
  if (context_.facts.recursive) settings.first_batch = std::min<std::size_t>(settings.first_batch, 4);
  Rounds rounds(*context_.cache, settings);
  const bool savepoint = sqlite3_stmt_readonly(statement.handle()) == 0;
  HeldRows held;
  HeldRows* const holding = context_.facts.nondeterministic ? &held : nullptr;
  handed_out_ = 0;
  Status outcome;
  while (true) {
    context_.rounds = &rounds;
    context_.error.reset();
    context_.errors.clear();
    context_.reported.clear();
    held.clear();
    if (savepoint) TRY(connection_.run("SAVEPOINT squall_run"));
    rounds.begin_run();
    outcome = one_run(statement, sink, holding);
    statement.reset();
    if (!rounds.missed()) break;
    TRY(undo(savepoint));
    if (context_.error && context_.error->kind == ErrorKind::limit) return *context_.error;
    outcome = rounds.end_run(context_.stop);
    if (!outcome) break;
  }
  context_.rounds = nullptr;
  if (!outcome) {
    if (savepoint && sqlite3_get_autocommit(connection_.handle()) == 0) TRY(undo(savepoint));
    return outcome;
  }
  if (savepoint) TRY(connection_.run("RELEASE squall_run"));
  return held.hand_out(sink);
}

// One run, to its end or to what ended it; the rows before its first miss are final.
Status StatementRunner::one_run(sqlite::Statement& statement, RowSink& sink, HeldRows* held) {
  std::vector<Value> values(static_cast<std::size_t>(statement.column_count()));
  for (std::size_t row = 0; TRY(statement.step()); ++row) {
    if (context_.rounds->missed() || row < handed_out_) continue;
    read_row(statement, values);
    if (held != nullptr) {
      held->add(values);
      continue;
    }
    ++handed_out_;
    TRY(sink.row(values));
  }
  return {};
}

Status StatementRunner::undo(bool savepoint) {
  if (!savepoint) return {};
  TRY(connection_.run("ROLLBACK TO squall_run"));
  return connection_.run("RELEASE squall_run");
}

}  // namespace squall::engine
