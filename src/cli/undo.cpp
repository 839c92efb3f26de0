// squall undo: takes a change set back that the journal knows.
#include "provider/undo.h"

#include <algorithm>
#include <map>
#include <ostream>
#include <set>

#include "cli/backend.h"
#include "cli/command.h"
#include "cli/confirm.h"
#include "cli/interrupt.h"
#include "engine/changes/planner.h"
#include "provider/journaled_apply.h"
#include "provider/progress_observer.h"
#include "schema/mask.h"

namespace squall::cli {

namespace {

std::string change_text(const provider::JournalEntry& entry) {
  const provider::Change& change = entry.change;
  std::string text = std::string(provider::name_of(change.operation)) + " " + entry.resource;
  if (!change.identifier.empty()) text += " " + change.identifier;
  text += " in " + change.region;
  if (!change.patch_document.empty()) text += " " + schema::mask_patch(change.patch_document, entry.write_only);
  if (!change.desired_state.empty()) text += " " + schema::mask_model(change.desired_state, entry.write_only);
  return text;
}

engine::ChangeSummary summary_of(const provider::UndoPlan& plan) {
  engine::ChangeSummary summary;
  std::set<std::string> regions;
  for (const provider::JournalEntry& entry : plan.entries) {
    summary.account_id = entry.account_id;
    regions.insert(entry.change.region);
    switch (entry.change.operation) {
      case provider::ChangeOperation::create: ++summary.creates; break;
      case provider::ChangeOperation::update: ++summary.updates; break;
      case provider::ChangeOperation::delete_: ++summary.deletes; break;
    }
  }
  for (const std::string& region : regions) summary.regions += (summary.regions.empty() ? "" : ", ") + region;
  return summary;
}

// The exit code.
int tell(const provider::UndoPlan& plan, const std::vector<provider::ChangeOutcome>& outcomes, Terminal& terminal) {
  std::size_t done = 0;
  for (const provider::ChangeOutcome& outcome : outcomes) {
    if (!outcome.error) ++done;
  }
  if (plan.entries.empty()) {
    terminal.err << "nothing to take back\n";
    return kDone;
  }
  const bool interrupted = std::any_of(outcomes.begin(), outcomes.end(), [](const auto& outcome) {
    return outcome.error && outcome.error->kind == ErrorKind::interrupted;
  });
  if (interrupted) {
    terminal.err << "interrupted: " << done << " of " << outcomes.size()
                 << " changes taken back\nhint: squall resume finishes the others\n";
    return kInterrupted;
  }
  terminal.err << done << " of " << outcomes.size() << (outcomes.size() == 1 ? " change" : " changes")
               << " taken back\n";
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (outcomes[i].error)
      terminal.err << "  " << change_text(plan.entries[i]) << ": " << outcomes[i].error->message << "\n";
  }
  return done == outcomes.size() ? kDone : kFailed;
}

Result<int> undo(const GlobalOptions& global, const UndoOptions& options, Terminal& terminal) {
  const std::stop_token stop = stop_on_interrupt();
  const auto backend = TRY(Backend::open(global, terminal.environment, terminal.err));
  provider::Journal* const journal = TRY(backend->journal());
  const provider::UndoPlan plan = TRY(provider::plan_undo({.journal = *journal,
                                                           .provider = backend->provider(),
                                                           .catalogue = backend->catalogue(),
                                                           .new_client_token = engine::new_client_token},
                                                          options.id, stop));
  for (const std::string& notice : plan.notices) terminal.err << "notice: " << notice << "\n";
  if (options.dry_run) {
    for (const provider::JournalEntry& entry : plan.entries) terminal.out << change_text(entry) << "\n";
    return kDone;
  }
  if (!plan.entries.empty() && terminal.asks && !options.yes &&
      !TRY(confirm_on_terminal(terminal, stop)(summary_of(plan)))) {
    return sql_error("not confirmed; nothing was sent");
  }
  for (const provider::JournalEntry& entry : plan.entries)
    TRY(backend->provider().may_change(entry.change.profile, stop));
  provider::ProgressObserver observer(terminal.shows_progress ? progress_on_terminal(terminal) : nullptr);
  const auto applied =
      TRY(provider::apply_journaled([journal]() -> Result<provider::Journal*> { return journal; }, backend->provider(),
                                    "undo " + std::to_string(options.id), plan.entries, observer, {}, stop));
  const int code = tell(plan, applied.outcomes, terminal);
  return applied.not_recorded ? print_error(terminal.err, *applied.not_recorded) : code;
}

}  // namespace

int run_undo(const GlobalOptions& global, const UndoOptions& options, Terminal& terminal) {
  const auto code = undo(global, options, terminal);
  return code ? *code : print_error(terminal.err, code.error());
}

}  // namespace squall::cli
