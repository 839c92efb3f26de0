// squall resume: finishes the changes that a process left behind.
#include "provider/resume.h"

#include <filesystem>
#include <ostream>

#include "cli/backend.h"
#include "cli/command.h"
#include "cli/confirm.h"
#include "cli/interrupt.h"
#include "provider/progress_observer.h"

namespace squall::cli {

namespace {

std::string change_text(const provider::JournalEntry& entry) {
  const provider::Change& change = entry.change;
  std::string text = std::string(provider::name_of(change.operation)) + " " + entry.resource;
  if (!change.identifier.empty()) text += " " + change.identifier;
  text += " in " + change.region + ": " + entry.status;
  if (!entry.error_code.empty()) text += " " + entry.error_code;
  if (!entry.message.empty()) text += " (" + entry.message + ")";
  return text;
}

bool has_failed(const provider::JournalEntry& entry) {
  return entry.status == "FAILED" || entry.status == "CANCEL_COMPLETE";
}

// Changes that are as they should be are counted, the others told. The exit code.
int tell(const provider::Resumed& resumed, Terminal& terminal) {
  std::size_t failed = 0;
  std::size_t open = 0;
  if (resumed.sets.empty() && !resumed.failure) terminal.err << "nothing to finish\n";
  for (const std::string& place : resumed.others)
    terminal.err << "left alone, for it is not of this account and endpoint: changes at " << place << "\n";
  for (const provider::ResumedSet& set : resumed.sets) {
    std::size_t done = 0;
    for (const provider::JournalEntry& entry : set.changes) {
      if (!provider::is_final_status(entry.status)) {
        ++open;
      } else if (has_failed(entry)) {
        ++failed;
      } else {
        ++done;
      }
    }
    terminal.err << "change set " << set.id << ": " << done << " of " << set.changes.size() << " finished\n";
    for (const provider::JournalEntry& entry : set.changes) {
      if (has_failed(entry) || !provider::is_final_status(entry.status))
        terminal.err << "  " << change_text(entry) << "\n";
    }
  }
  if (resumed.failure) return print_error(terminal.err, *resumed.failure);
  return failed + open > 0 ? kFailed : kDone;
}

Result<int> resume_changes(const GlobalOptions& global, Terminal& terminal) {
  const std::stop_token stop = stop_on_interrupt();
  const auto backend = TRY(Backend::open(global, terminal.environment, terminal.err));
  // A journal is not made only to find it empty.
  std::error_code unknown;
  if (!std::filesystem::exists(TRY(provider::journal_path(terminal.environment)), unknown)) return tell({}, terminal);
  provider::ProgressObserver observer(terminal.shows_progress ? progress_on_terminal(terminal) : nullptr);
  const auto resumed = TRY(provider::resume({.journal = *TRY(backend->journal()),
                                             .provider = backend->provider(),
                                             .catalogue = backend->catalogue(),
                                             .clock = backend->clock(),
                                             .observer = observer},
                                            stop));
  const int code = tell(resumed, terminal);
  return stop.stop_requested() ? kInterrupted : code;
}

}  // namespace

int run_resume(const GlobalOptions& global, Terminal& terminal) {
  const auto code = resume_changes(global, terminal);
  return code ? *code : print_error(terminal.err, code.error());
}

}  // namespace squall::cli
