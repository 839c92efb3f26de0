#include "cli/interrupt.h"

#include <csignal>
#include <memory>
#include <thread>

#include <unistd.h>

namespace squall::cli {

std::stop_token stop_on_interrupt() {
  // Blocked here and so in every thread started later; one thread waits for them, since a handler may do next to nothing.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  auto source = std::make_shared<std::stop_source>();
  // Detached: it waits for a signal until the process ends.
  std::thread([signals, source] {
    int signal = 0;
    sigwait(&signals, &signal);
    source->request_stop();
    sigwait(&signals, &signal);
    _exit(128 + signal);
  }).detach();
  return source->get_token();
}

}  // namespace squall::cli
