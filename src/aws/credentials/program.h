// The machine's side of credential lookups: running a program, asking for a code, writing a private file.
//
// Blocking; a stop request ends the wait (and the program) with an error of kind interrupted.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "aws/credentials/source.h"
#include "net/transport.h"

namespace squall::aws {

// Standard output of a program found by PATH, at most 1 MiB; its standard error goes to ours, so that it can prompt.
Result<std::string> run_program(const std::vector<std::string>& words, std::stop_token stop);
// Mode 0600, under another name first, then renamed.
Status write_private_file(const std::string& path, const std::string& text);
// Asks on the controlling terminal; an error where there is none.
Result<std::string> ask_for_mfa_code(const std::string& serial);
// Sends and waits for the answer; no answer is waited for once a stop is requested.
HttpCall blocking_call(net::Transport& transport, std::stop_token stop);

}  // namespace squall::aws
