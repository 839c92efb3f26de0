#include "engine/changes/change_statements.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/ascii.h"
#include "engine/call_errors.h"
#include "engine/changes/cancel.h"
#include "engine/changes/change_journal.h"
#include "engine/changes/change_rows.h"
#include "engine/changes/guards.h"
#include "engine/changes/outcomes.h"
#include "engine/changes/planner.h"
#include "engine/changes/upsert.h"
#include "provider/journaled_apply.h"
#include "provider/progress_observer.h"
#include "provider/statement_mask.h"
#include "sql/lexer.h"

namespace squall::engine {

namespace {

using Kind = sql::DmlStatement::Kind;

constexpr const char* kReturnedTable = "squall.returned";

std::vector<std::string> first_words(std::string_view statement) {
  std::vector<std::string> words;
  for (const sql::Token& token : sql::tokenize(statement)) {
    if (token.kind == sql::TokenKind::space || token.kind == sql::TokenKind::comment) continue;
    if (token.kind != sql::TokenKind::name || words.size() == 2) break;
    words.push_back(ascii_lower(token.in(statement)));
  }
  words.resize(2);
  return words;
}

// ROLLBACK [TRANSACTION] TO [SAVEPOINT] name.
bool names_savepoint(std::string_view statement) {
  for (const sql::Token& token : sql::tokenize(statement)) {
    if (sql::is_keyword(token, statement, "TO")) return true;
  }
  return false;
}

// One token stands for one change: a second one under it would be taken for the first.
Status check_tokens(const std::vector<const ChangePlan*>& plans) {
  std::set<std::string> tokens;
  for (const ChangePlan* plan : plans) {
    for (const PlannedChange& planned : plan->changes) {
      if (!planned.unchanged && !tokens.insert(planned.change.client_token).second)
        return sql_error("several changes have the ClientToken " + planned.change.client_token +
                             "; AWS would take all of them for one",
                         "give each row its own, or leave it out");
    }
  }
  return {};
}

}  // namespace

std::size_t ChangeStatements::collected() const {
  std::size_t count = 0;
  for (const Collected& each : collected_) count += each.plan.changes.size();
  return count;
}

Result<std::optional<StatementOutcome>> ChangeStatements::execute(std::string_view source, RowSink& sink,
                                                                  std::stop_token stop) {
  const auto words = first_words(source);
  if (words[0] == "show" && words[1] == "changes" && in_transaction_) {
    std::vector<const ChangePlan*> plans;
    for (const Collected& each : collected_) plans.push_back(&each.plan);
    TRY(show_changes(plans, sink));
    return std::optional(StatementOutcome{.has_rows = true});
  }
  for (const char* word : {"begin", "commit", "end", "rollback"}) {
    if (words[0] == word) return transaction(source, stop);
  }
  const auto statement = TRY(sql::frame(source));
  if (!statement) return std::optional<StatementOutcome>();
  if (is_request_table(statement->table)) {
    if (host_.settings.read_only || in_transaction_ || options_.dry_run)
      return at_span(sql_error("a request cannot be cancelled in a session that only reads or collects"),
                     statement->target);
    return std::optional(TRY(cancel_requests(source, *statement, host_.provider, host_.run, stop)));
  }
  const TableShape* shape = TRY(host_.shape(*statement, source));
  if (shape == nullptr) return std::optional<StatementOutcome>();
  return std::optional(TRY(change(source, *statement, *shape, sink, stop)));
}

// SQLite keeps its own transaction for local tables beside ours.
Result<std::optional<StatementOutcome>> ChangeStatements::transaction(std::string_view source, std::stop_token stop) {
  const auto words = first_words(source);
  // ROLLBACK TO a savepoint is of local tables alone: what was collected knows no savepoints.
  if (words[0] == "rollback" && names_savepoint(source)) {
    if (collected_.empty()) return std::optional<StatementOutcome>();
    return sql_error("ROLLBACK TO cannot take back changes of resources that were collected since BEGIN",
                     "ROLLBACK drops them all");
  }
  if (words[0] == "begin") {
    RowBuffer none;
    StatementOutcome outcome = TRY(host_.run(source, none));
    in_transaction_ = true;
    return std::optional(std::move(outcome));
  }
  if (words[0] == "rollback") return std::optional(TRY(roll_back(source)));
  if (in_transaction_ && !collected_.empty()) return std::optional(TRY(commit(stop)));
  RowBuffer none;
  StatementOutcome outcome = TRY(host_.run(source, none));
  in_transaction_ = false;
  return std::optional(std::move(outcome));
}

Result<StatementOutcome> ChangeStatements::roll_back(std::string_view source) {
  const bool was_open = std::exchange(in_transaction_, false);
  const std::size_t dropped = collected();
  collected_.clear();
  StatementOutcome outcome;
  if (!was_open || host_.in_local_transaction()) {
    RowBuffer none;
    outcome = TRY(host_.run(source, none));
  }
  if (dropped > 0)
    outcome.summary =
        "nothing was sent: " + std::to_string(dropped) + (dropped == 1 ? " change" : " changes") + " dropped";
  return outcome;
}

// Behind a failure that is told: one of this would hide it.
void ChangeStatements::roll_back_local() {
  RowBuffer none;
  if (host_.in_local_transaction()) (void)host_.run("ROLLBACK", none);
}

// In order of the statements; behind the first that fails nothing is sent.
Result<StatementOutcome> ChangeStatements::commit(std::stop_token stop) {
  if (host_.settings.read_only)
    return sql_error("this session only reads (read_only is on); nothing was sent",
                     "SET read_only = off allows changes, ROLLBACK drops them");
  const std::vector<Collected> statements = std::exchange(collected_, {});
  in_transaction_ = false;
  std::vector<const ChangePlan*> plans;
  plans.reserve(statements.size());
  for (const Collected& each : statements) plans.push_back(&each.plan);
  StatementOutcome outcome{.is_change = true};
  if (!host_.in_local_transaction())
    return sql_error(
        "the transaction was rolled back by an earlier failure; nothing was sent, and what was collected "
        "is dropped",
        "begin it anew");
  Status asked = options_.dry_run ? Status() : check_calls(plans, 0);
  if (asked && !options_.dry_run) asked = ask(plans, stop);
  if (options_.dry_run || !asked) roll_back_local();
  if (!asked) return std::move(asked).error();
  if (options_.dry_run) {
    outcome.summary = "dry run: nothing was sent";
    return outcome;
  }
  std::string source;
  for (const Collected& each : statements) source += (source.empty() ? "" : ";\n") + each.text;
  const auto meter = make_meter(outcome);
  auto applied = apply(source, plans, meter, stop);
  outcome.calls = meter->calls;
  OutcomeCounts counts;
  std::optional<Error> failed = applied ? std::nullopt : std::optional(applied.error());
  std::size_t begun = 0;
  while (!failed && begun < applied->statements.size()) {
    const std::vector<ReturnedChange>& changes = applied->statements[begun++];
    counts.add(changes);
    add_hook_notices(changes, outcome.notices);
    failed = failure_of(changes, begun == applied->statements.size() ? applied->not_recorded : std::nullopt);
  }
  if (failed) {
    roll_back_local();
    const std::size_t number = std::max<std::size_t>(begun, 1);
    failed->message = "COMMIT stopped at statement " + std::to_string(number) + " of " +
                      std::to_string(statements.size()) + " (" + shortened(masked_text(statements[number - 1])) +
                      "): " + failed->message + "\n" + done_and_not_done(counts, statements.size() - number);
    failed->position.reset();
    return *failed;
  }
  RowBuffer none;
  if (auto committed = host_.run("COMMIT", none); !committed) {
    roll_back_local();
    Error error = std::move(committed).error();
    error.message = "the changes of resources are made (" + counts.text() +
                    "), but local tables could not be committed and were rolled back: " + error.message;
    return error;
  }
  outcome.changed = static_cast<std::int64_t>(counts.changed());
  outcome.summary = counts.text();
  return outcome;
}

// Write-only values as ***.
std::string ChangeStatements::masked_text(const Collected& statement) {
  return provider::masked_statement(statement.text, entries_of(statement.plan));
}

Result<StatementOutcome> ChangeStatements::change(std::string_view source, const sql::DmlStatement& statement,
                                                  const TableShape& shape, RowSink& sink, std::stop_token stop) {
  const bool returns = !statement.returning.empty();
  if (returns && in_transaction_)
    return at_span(sql_error("RETURNING is not possible between BEGIN and COMMIT: nothing is sent before COMMIT",
                             "leave it out, or send the statement on its own"),
                   statement.returning);
  StatementOutcome outcome{.has_rows = returns || options_.dry_run, .is_change = true};
  const auto meter = make_meter(outcome);
  ChangePlan plan = TRY(make_plan(source, statement, shape, meter, outcome, stop));
  outcome.notices.insert(outcome.notices.end(), plan.notices.begin(), plan.notices.end());
  if (in_transaction_) TRY(check_collected(statement, plan, outcome));
  if (options_.dry_run) {
    TRY(show_changes({&plan}, sink));
    outcome.summary = "dry run: nothing was sent";
    return outcome;
  }
  if (in_transaction_) {
    outcome.summary = std::to_string(plan.changes.size()) + (plan.changes.size() == 1 ? " change" : " changes") +
                      " collected; COMMIT sends them";
    collected_.push_back({std::string(source), std::move(plan)});
    return outcome;
  }
  TRY(check_calls({&plan}, outcome.calls + meter->calls));
  TRY(ask({&plan}, stop));
  const Applied applied = TRY(apply(source, {&plan}, meter, stop));
  const std::vector<ReturnedChange>& changes = applied.statements.front();
  add_hook_notices(changes, outcome.notices);
  OutcomeCounts counts;
  counts.add(changes);
  const Status answered = returns ? answer_returning(source, statement, shape, changes, meter, sink, stop) : Status();
  outcome.calls += meter->calls;
  if (auto failed = failure_of(changes, applied.not_recorded)) return *std::move(failed);
  if (!answered) {
    Error error = answered.error();
    error.message = counts.text() + ", but RETURNING could not be answered: " + error.message;
    return error;
  }
  outcome.changed = static_cast<std::int64_t>(counts.changed());
  outcome.summary = counts.text();
  return outcome;
}

// What was collected before is not sent yet, so the statement was made without it.
Status ChangeStatements::check_collected(const sql::DmlStatement& statement, const ChangePlan& plan,
                                         StatementOutcome& outcome) const {
  if (statement.kind == Kind::insert && statement.on_conflict.empty()) return {};
  std::set<std::string> changed;
  bool same_type = false;
  for (const Collected& each : collected_) {
    same_type = same_type || each.plan.shape->table.type.name() == plan.shape->table.type.name();
    for (const PlannedChange& planned : each.plan.changes) {
      if (!planned.unchanged && planned.change.operation != provider::ChangeOperation::create)
        changed.insert(planned.change.order_key);
    }
  }
  if (same_type && !statement.on_conflict.empty())
    return at_span(sql_error("ON CONFLICT asks what is there, and changes of " + plan.shape->name +
                                 " collected before are not sent yet",
                             "COMMIT first"),
                   statement.on_conflict);
  for (const PlannedChange& planned : plan.changes) {
    if (statement.kind == Kind::update && changed.contains(planned.change.order_key))
      return at_span(sql_error(planned.change.identifier + " is changed by an earlier statement of this transaction, "
                                                           "which is not sent yet: this one would undo a part of it",
                               "SET everything in one statement, or COMMIT first"),
                     statement.target);
  }
  if (same_type)
    outcome.notices.push_back("the changes of " + plan.shape->name +
                              " collected before are not sent yet, so this statement has not seen them");
  return {};
}

Result<ChangePlan> ChangeStatements::make_plan(std::string_view source, const sql::DmlStatement& statement,
                                               const TableShape& shape,
                                               const std::shared_ptr<provider::CallMeter>& meter,
                                               StatementOutcome& outcome, std::stop_token stop) {
  PlanInputs inputs{.source = source,
                    .statement = statement,
                    .shape = shape,
                    .options = options_,
                    .settings = host_.settings,
                    .provider = host_.provider,
                    .meter = meter,
                    .stop = stop};
  TRY(check_target(inputs));
  if (statement.default_values) return needs_values(inputs);
  // Wrong columns are told before anything is read.
  if (statement.kind == Kind::insert) TRY(insert_columns(inputs));
  if (statement.kind == Kind::update) TRY(set_columns(inputs, statement.assignments));
  if (auto fits = check_guards(inputs); !fits) {
    // A name that nobody knows is the better reason.
    TRY(prepare_only(sql::inner_query(source, statement, identity_list(inputs))));
    return std::move(fits).error();
  }
  // A RETURNING that cannot be answered must not be found out behind the changes.
  if (!statement.returning.empty()) {
    RowBuffer none;
    TRY(answer_returning(source, statement, shape, {}, meter, none, stop));
  }
  std::optional<sql::ComposedText> query;
  // A dry run shows the state before, where it can be read.
  const bool shows_state = options_.dry_run && shape.table.type.has_handler(catalogue::Handler::read);
  if (statement.kind != Kind::insert && !shows_state) query = query_without_read(inputs);
  const bool patches = statement.kind == Kind::update && sets_patch(inputs);
  if (statement.kind == Kind::update && !patches) query.reset();
  inputs.names_resources = query.has_value();
  if (!query)
    query = sql::inner_query(source, statement, statement.kind == Kind::insert ? std::string() : identity_list(inputs));
  RowBuffer rows;
  auto read = host_.run(query->text(), rows);
  if (!read) return query->in_source(std::move(read).error());
  outcome.calls += read->calls;
  outcome.pages += read->pages;
  outcome.listed += read->listed;
  outcome.errors = read->errors;
  outcome.notices = read->notices;
  if (const std::uint64_t bound = host_.settings.max_calls; bound > 0)
    meter->calls_max = bound - std::min(outcome.calls, bound - 1);
  if (!outcome.errors.empty())
    return sql_error("the resources to change could not be read whole: " + counts_by_code(outcome.errors),
                     "nothing was sent");
  ChangePlan plan = TRY(statement.kind == Kind::insert   ? plan_insert(inputs, rows)
                        : statement.kind == Kind::update ? plan_update(inputs, rows)
                                                         : plan_delete(inputs, rows));
  if (!statement.on_conflict.empty()) TRY(resolve_conflicts(inputs, host_, plan));
  TRY(check_count(inputs, plan));
  std::vector<const ChangePlan*> plans = {&plan};
  for (const Collected& each : collected_) plans.push_back(&each.plan);
  TRY(check_tokens(plans));
  return plan;
}

Status ChangeStatements::prepare_only(const sql::ComposedText& query) {
  constexpr std::string_view kExplain = "EXPLAIN QUERY PLAN ";
  RowBuffer none;
  auto prepared = host_.run(std::string(kExplain) + query.text(), none);
  if (prepared) return {};
  Error error = std::move(prepared).error();
  if (error.position) *error.position -= std::min(*error.position, kExplain.size());
  return query.in_source(std::move(error));
}

Status ChangeStatements::ask(const std::vector<const ChangePlan*>& plans, std::stop_token stop) {
  if (!options_.confirm) return {};
  const ChangeSummary summary = TRY(summary_of_plans(plans, host_.provider, stop));
  if (summary.creates + summary.updates + summary.deletes == 0) return {};
  if (TRY(options_.confirm(summary))) return {};
  return sql_error("not confirmed; nothing was sent");
}

Result<ChangeStatements::Applied> ChangeStatements::apply(std::string_view source,
                                                          const std::vector<const ChangePlan*>& plans,
                                                          const std::shared_ptr<provider::CallMeter>& meter,
                                                          std::stop_token stop) {
  std::vector<provider::JournaledStep> steps;
  std::size_t count = 0;
  for (const ChangePlan* plan : plans) {
    steps.push_back({entries_of(*plan), plan->wait});
    count += plan->changes.size();
  }
  provider::ProgressObserver observer(options_.progress);
  auto applied =
      provider::apply_journaled(options_.journal, host_.provider, source, std::move(steps), observer, meter, stop);
  if (options_.progress) options_.progress(count, 0, 0);
  for (const ChangePlan* plan : plans) host_.changed(std::string(plan->shape->table.type.name()));
  if (!applied) return std::move(applied).error();
  Applied told{.statements = {}, .not_recorded = std::move(applied->not_recorded)};
  auto outcome = applied->outcomes.begin();
  for (std::size_t i = 0; i < applied->steps; ++i) {
    std::vector<ReturnedChange>& changes = told.statements.emplace_back();
    for (const PlannedChange& planned : plans[i]->changes) {
      changes.push_back({.planned = &planned, .outcome = std::move(*outcome++)});
      name_patch(*plans[i]->shape, changes.back());
    }
  }
  return told;
}

// SELECT <list> FROM the outcomes, under the target's name.
Status ChangeStatements::answer_returning(std::string_view source, const sql::DmlStatement& statement,
                                          const TableShape& shape, const std::vector<ReturnedChange>& changes,
                                          const std::shared_ptr<provider::CallMeter>& meter, RowSink& sink,
                                          std::stop_token stop) {
  TRY(host_.register_table(returned_table(kReturnedTable, shape, changes, host_.provider, meter, std::move(stop))));
  sql::ComposedText query;
  query.add("SELECT ");
  query.add_source(source, statement.returning);
  query.add(" FROM " + sql::quote_name(kReturnedTable) + " AS " +
            sql::quote_name(statement.alias.name.empty() ? shape.name : statement.alias.name));
  auto answered = host_.run(query.text(), sink);
  host_.drop_table(kReturnedTable);  // it points to the outcomes
  if (!answered) return query.in_source(std::move(answered).error());
  return {};
}

// A bound that ends the calls in the middle would leave half of the changes done.
Status ChangeStatements::check_calls(const std::vector<const ChangePlan*>& plans, std::uint64_t made) const {
  const std::uint64_t bound = host_.settings.max_calls;
  std::uint64_t needed = made;
  for (const ChangePlan* plan : plans) {
    for (const PlannedChange& planned : plan->changes) needed += planned.unchanged ? 0 : plan->wait ? 2 : 1;
  }
  if (bound == 0 || needed == made || needed <= bound) return {};
  return Error{.kind = ErrorKind::limit,
               .message = "the statement needs at least " + std::to_string(needed) + " calls, and --max-calls allows " +
                          std::to_string(bound) + "; nothing was sent",
               .hint = "narrow it with WHERE, or allow more"};
}

std::shared_ptr<provider::CallMeter> ChangeStatements::make_meter(const StatementOutcome& so_far) const {
  auto meter = std::make_shared<provider::CallMeter>();
  const std::uint64_t bound = host_.settings.max_calls;
  if (bound > 0) meter->calls_max = bound - std::min(so_far.calls, bound - 1);
  return meter;
}

}  // namespace squall::engine
