#include <csignal>
#include <iostream>

#include "cli/command.h"

int main(int argc, char** argv) {
  // A reader that goes away is an error of the write, not the end of the process.
  std::signal(SIGPIPE, SIG_IGN);
  std::ios::sync_with_stdio(false);
  squall::cli::Terminal terminal{std::cin, std::cout, std::cerr, squall::process_environment()};
  return squall::cli::run(argc, argv, terminal);
}
