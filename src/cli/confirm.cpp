#include "cli/confirm.h"

#include <chrono>
#include <iostream>

#include <poll.h>
#include <unistd.h>

#include "base/ascii.h"

namespace squall::cli {

namespace {

std::string counted(std::size_t number, const char* what) {
  return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
}

std::string sentence_of(const engine::ChangeSummary& summary) {
  std::string text;
  const auto add = [&text](std::size_t number, const char* what) {
    if (number > 0) text += (text.empty() ? "" : ", ") + counted(number, what);
  };
  add(summary.creates, "create");
  add(summary.updates, "update");
  add(summary.deletes, "delete");
  return text + " in " + (summary.account_id.empty() ? "" : "account " + summary.account_id + ", ") + summary.regions;
}

// A read cannot be ended by Ctrl-C: signals are taken by a thread of their own.
Status wait_for_answer(std::istream& in, const std::stop_token& stop) {
  constexpr int kLookEveryMs = 50;
  pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  while (&in == &std::cin && in.rdbuf()->in_avail() <= 0) {
    if (stop.stop_requested()) return Error{.kind = ErrorKind::interrupted, .message = "interrupted; nothing was sent"};
    if (poll(&input, 1, kLookEveryMs) > 0) break;
  }
  return {};
}

}  // namespace

std::function<Result<bool>(const engine::ChangeSummary&)> confirm_on_terminal(Terminal& terminal,
                                                                              std::stop_token stop) {
  return [&terminal, stop = std::move(stop)](const engine::ChangeSummary& summary) -> Result<bool> {
    terminal.err << sentence_of(summary);
    if (summary.deletes == 0) {
      terminal.err << "\n" << std::flush;
      return true;
    }
    terminal.err << ". Go on? [y/N] " << std::flush;
    TRY(wait_for_answer(terminal.in, stop));
    std::string answer;
    if (!std::getline(terminal.in, answer)) return false;
    return equal_ignoring_case(answer, "y") || equal_ignoring_case(answer, "yes");
  };
}

std::function<void(std::size_t, std::size_t, std::size_t)> progress_on_terminal(Terminal& terminal) {
  return [&terminal, begin = std::chrono::steady_clock::now()](std::size_t done, std::size_t running,
                                                               std::size_t failed) mutable {
    if (running == 0) {
      terminal.err << "\r\033[K" << std::flush;
      begin = std::chrono::steady_clock::now();
      return;
    }
    const auto elapsed =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - begin).count();
    terminal.err << "\r\033[K" << done << " done, " << running << " running, " << failed << " failed, " << elapsed
                 << " s" << std::flush;
  };
}

}  // namespace squall::cli
