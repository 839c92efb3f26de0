// A person at the terminal: told what is about to change, asked before something is deleted, shown how far it has got.
#pragma once

#include <functional>
#include <stop_token>

#include "cli/command.h"
#include "engine/changes/change_options.h"

namespace squall::cli {

// Tells account, region and numbers on standard error; asks where something is deleted, and takes only "y" and "yes".
std::function<Result<bool>(const engine::ChangeSummary&)> confirm_on_terminal(Terminal& terminal, std::stop_token stop);

// One line on standard error that is written over; it disappears when nothing runs any more.
std::function<void(std::size_t, std::size_t, std::size_t)> progress_on_terminal(Terminal& terminal);

}  // namespace squall::cli
