// Starts commands in turn, RUNS times each, and prints a line a command: median milliseconds, least milliseconds, peak
// memory in KiB. In turn, so that whatever else the machine does falls on all alike.
//
// usage: bench_measure RUNS -- COMMAND ARGUMENT... [-- COMMAND ARGUMENT...]...
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <vector>

namespace {

struct Command {
  std::vector<char*> arguments;  // ends with a null pointer
  std::vector<double> milliseconds;
  long peak_kib = 0;
};

std::vector<Command> read_commands(char** begin, char** end) {
  std::vector<Command> commands;
  for (char** argument = begin; argument != end; ++argument) {
    if (std::strcmp(*argument, "--") == 0) {
      commands.emplace_back();
    } else if (!commands.empty()) {
      commands.back().arguments.push_back(*argument);
    }
  }
  for (Command& command : commands) command.arguments.push_back(nullptr);
  return commands;
}

[[noreturn]] void become(const Command& command) {
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere >= 0) ::dup2(nowhere, STDOUT_FILENO);
  ::execvp(command.arguments[0], command.arguments.data());
  std::perror(command.arguments[0]);
  ::_exit(127);
}

// Whether the command ended with exit code 0.
bool run(Command& command) {
  const auto start = std::chrono::steady_clock::now();
  const pid_t child = ::fork();
  if (child == 0) become(command);
  int status = 0;
  rusage usage{};
  if (child < 0 || ::wait4(child, &status, 0, &usage) != child) return false;
  command.milliseconds.push_back(
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
  command.peak_kib = std::max(command.peak_kib, usage.ru_maxrss);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void print(Command& command) {
  std::sort(command.milliseconds.begin(), command.milliseconds.end());
  std::printf("%.3f %.3f %ld\n", command.milliseconds[command.milliseconds.size() / 2], command.milliseconds.front(),
              command.peak_kib);
}

}  // namespace

int main(int argc, char** argv) {
  int runs = 0;
  if (argc > 1) std::from_chars(argv[1], argv[1] + std::strlen(argv[1]), runs);
  std::vector<Command> commands = argc > 2 ? read_commands(argv + 2, argv + argc) : std::vector<Command>();
  if (runs < 1 || commands.empty()) {
    std::fputs("usage: bench_measure RUNS -- COMMAND ARGUMENT... [-- COMMAND ARGUMENT...]...\n", stderr);
    return 2;
  }
  for (int i = 0; i < runs; ++i) {
    for (Command& command : commands) {
      if (command.arguments[0] == nullptr || !run(command)) {
        std::fprintf(stderr, "bench_measure: %s failed\n",
                     command.arguments[0] == nullptr ? "an empty command" : command.arguments[0]);
        return 1;
      }
    }
  }
  for (Command& command : commands) print(command);
  return 0;
}
