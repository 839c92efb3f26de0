#include "aws/credentials/program.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <mutex>

extern char** environ;  // NOLINT: the program inherits the environment.

namespace squall::aws {

namespace {

constexpr std::size_t kOutputBytesMax = 1024 * 1024;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close(); }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

Error interrupted_error() { return {.kind = ErrorKind::interrupted, .message = "interrupted"}; }

Error failure(const std::string& what, int code) { return internal_error(what + ": " + std::strerror(code)); }

// Reads to the end, or to a byte in `stopped`.
Result<std::string> read_output(int fd, int stopped) {
  std::string output;
  std::array<char, 4096> piece{};
  while (true) {
    std::array<pollfd, 2> waits = {{{fd, POLLIN, 0}, {stopped, POLLIN, 0}}};
    if (::poll(waits.data(), waits.size(), -1) < 0) {
      if (errno == EINTR) continue;
      return failure("cannot wait for the program", errno);
    }
    if (waits[1].revents != 0) return interrupted_error();
    const auto count = ::read(fd, piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failure("cannot read what the program prints", errno);
    if (count == 0) return output;
    output.append(piece.data(), static_cast<std::size_t>(count));
    if (output.size() > kOutputBytesMax) return data_error("it printed more than 1 MiB");
  }
}

Result<pid_t> spawn(const std::vector<std::string>& words, int output) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions{};
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  pid_t child = 0;
  const int code = posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (code != 0) return failure("cannot run " + words[0], code);
  return child;
}

}  // namespace

Result<std::string> run_program(const std::vector<std::string>& words, std::stop_token stop) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return failure("cannot make a pipe", errno);
  const Descriptor read_end(ends[0]);
  Descriptor write_end(ends[1]);
  const Descriptor stopped(::eventfd(0, EFD_CLOEXEC));
  const std::stop_callback on_stop(stop, [&] {
    const std::uint64_t one = 1;
    // An event counter that is not full takes every write.
    if (::write(stopped.get(), &one, sizeof one) < 0) return;
  });
  const pid_t child = TRY(spawn(words, write_end.get()));
  write_end.close();
  auto output = read_output(read_end.get(), stopped.get());
  if (!output) ::kill(child, SIGTERM);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!output) return output;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return output;
  if (WIFEXITED(status)) return data_error(words[0] + " ended with code " + std::to_string(WEXITSTATUS(status)));
  return data_error(words[0] + " was ended by signal " + std::to_string(WTERMSIG(status)));
}

Status write_private_file(const std::string& path, const std::string& text) {
  std::string temporary = path + ".XXXXXX";
  const Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));  // mode 0600
  if (file.get() < 0) return failure("cannot write " + path, errno);
  const bool written = ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (written && ::rename(temporary.c_str(), path.c_str()) == 0) return {};
  const int code = errno;
  ::unlink(temporary.c_str());
  return failure("cannot write " + path, code);
}

Result<std::string> ask_for_mfa_code(const std::string& serial) {
  std::fstream terminal("/dev/tty");
  if (!terminal)
    return credentials_error("the code of MFA device " + serial + " is needed, and there is no terminal to ask on",
                             "run the command on a terminal, or leave mfa_serial out of the profile");
  terminal << "code of MFA device " << serial << ": " << std::flush;
  std::string code;
  std::getline(terminal, code);
  if (code.empty()) return credentials_error("no code was given for MFA device " + serial);
  return code;
}

HttpCall blocking_call(net::Transport& transport, std::stop_token stop) {
  struct Wait {
    std::mutex mutex;
    std::condition_variable_any changed;
    std::optional<Result<net::HttpResponse>> answer;
  };
  return [&transport, stop](net::HttpRequest request) -> Result<net::HttpResponse> {
    if (stop.stop_requested()) return interrupted_error();
    const auto wait = std::make_shared<Wait>();
    transport.send(std::move(request), [wait](Result<net::HttpResponse> answer) {
      const std::lock_guard lock(wait->mutex);
      wait->answer = std::move(answer);
      wait->changed.notify_one();
    });
    std::unique_lock lock(wait->mutex);
    if (!wait->changed.wait(lock, stop, [&] { return wait->answer.has_value(); })) return interrupted_error();
    return *std::move(wait->answer);
  };
}

}  // namespace squall::aws
