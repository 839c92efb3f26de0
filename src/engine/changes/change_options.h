// How a session's changes are made: what the user allows, and who is asked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"
#include "provider/journal.h"

namespace squall::engine {

// What a statement (or a COMMIT) is about to do, for the question on a terminal.
struct ChangeSummary {
  std::string account_id = {};  // empty: not known
  std::string regions = {};     // "us-east-1, eu-west-1"
  std::size_t creates = 0;
  std::size_t updates = 0;
  std::size_t deletes = 0;
};

struct ChangeOptions {
  bool dry_run = false;            // --dryrun: the changes are shown, not made
  bool validate = true;            // --no-validate: only types are checked
  bool allow_all = false;          // --allow-all: UPDATE and DELETE may do without WHERE
  bool refuse_write_only = false;  // --refuse-write-only-loss
  // Asked before the first call; false: the user said no. None: nobody is asked.
  std::function<Result<bool>(const ChangeSummary&)> confirm = {};
  // Opens the journal at the first change, and gives the same one afterwards. None: changes are not kept (tests).
  std::function<Result<provider::Journal*>()> journal = {};
  // Now and then while changes run.
  std::function<void(std::size_t done, std::size_t running, std::size_t failed)> progress = {};
};

}  // namespace squall::engine
