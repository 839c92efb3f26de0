#include <unistd.h>

#include <csignal>
#include <iostream>

#include "cli/command.h"

int main(int argc, char** argv) {
  // A reader that goes away is an error of the write, not the end of the process.
  std::signal(SIGPIPE, SIG_IGN);
  std::ios::sync_with_stdio(false);
  squall::cli::Terminal terminal{.in = std::cin,
                                 .out = std::cout,
                                 .err = std::cerr,
                                 .environment = squall::process_environment(),
                                 .asks = isatty(STDIN_FILENO) != 0 && isatty(STDERR_FILENO) != 0,
                                 .shows_progress = isatty(STDERR_FILENO) != 0};
  return squall::cli::run(argc, argv, terminal);
}
