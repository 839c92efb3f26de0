// Ctrl-C as a stop request: the first ends the statement under way, the second the process.
#pragma once

#include <stop_token>

namespace squall::cli {

// Call once, before any other thread is started. SIGINT (and SIGTERM) then request a stop.
std::stop_token stop_on_interrupt();

}  // namespace squall::cli
