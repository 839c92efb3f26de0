// What a command gets from main, and what it gives back: an exit code.
//
// 0 done; 1 a statement failed; 2 wrong usage; 3 the answer is incomplete; 130 interrupted. Data goes to `out`, all
// else to `err`.
#pragma once

#include <iosfwd>

#include "base/environment.h"
#include "base/result.h"
#include "cli/arguments.h"

namespace squall::cli {

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr int kIncomplete = 3;
constexpr int kInterrupted = 130;

struct Terminal {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  Environment environment;
  bool asks = false;            // somebody is there to answer: standard input and error are a terminal
  bool shows_progress = false;  // standard error is a terminal
};

int run_exec(const GlobalOptions& global, const ExecOptions& options, Terminal& terminal);
int run_auth(const GlobalOptions& global, Terminal& terminal);
int run_cloud_serve(const GlobalOptions& global, const CloudOptions& options, Terminal& terminal);
int run_cloud_load(const GlobalOptions& global, const CloudOptions& options, Terminal& terminal);
int run_cloud_dump(const GlobalOptions& global, const CloudOptions& options, Terminal& terminal);
int run_cloud_reset(const GlobalOptions& global, const CloudOptions& options, Terminal& terminal);
int run_registry(const GlobalOptions& global, const RegistryOptions& options, Terminal& terminal);
int run_resume(const GlobalOptions& global, Terminal& terminal);
int run_undo(const GlobalOptions& global, const UndoOptions& options, Terminal& terminal);
int run_docs(const DocsOptions& options, Terminal& terminal);

// The whole program: parses the arguments and runs the command they name.
int run(int argc, const char* const* argv, Terminal& terminal);

// Prints the error, under `text` (a script) with a caret where it has a position. Returns the exit code of its kind.
int print_error(std::ostream& err, const Error& error, std::string_view text = {});

}  // namespace squall::cli
