#include "net/resolver.h"

#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <system_error>
#include <thread>

namespace squall::net {

struct Resolver::State {
  std::mutex mutex;
  bool wanted = true;
};

namespace {

Error resolve_error(const std::string& host, const std::string& why) {
  return {.kind = ErrorKind::network,
          .message = "cannot resolve host " + host + ": " + why,
          .hint = "check the region, the endpoint address and the network"};
}

std::string address_text(const addrinfo& entry) {
  std::array<char, NI_MAXHOST> text{};
  const int failure = getnameinfo(entry.ai_addr, entry.ai_addrlen, text.data(), text.size(), nullptr, 0,
                                  NI_NUMERICHOST | NI_NUMERICSERV);
  return failure == 0 ? text.data() : "";
}

Result<std::vector<std::string>> look_up(const std::string& host) {
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_ADDRCONFIG;
  addrinfo* list = nullptr;
  const int failure = getaddrinfo(host.c_str(), nullptr, &wanted, &list);
  if (failure != 0) return resolve_error(host, gai_strerror(failure));
  std::vector<std::string> addresses;
  for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
    std::string text = address_text(*entry);
    const bool seen = std::find(addresses.begin(), addresses.end(), text) != addresses.end();
    if (!text.empty() && !seen) addresses.push_back(std::move(text));
  }
  freeaddrinfo(list);
  if (addresses.empty()) return resolve_error(host, "it has no address");
  return addresses;
}

}  // namespace

Resolver::Resolver() : state_(std::make_shared<State>()) {}

Resolver::~Resolver() {
  const std::lock_guard lock(state_->mutex);
  state_->wanted = false;
}

void Resolver::resolve(const std::string& host, Done done) {
  // The thread owns all it needs, since it may outlive everything else.
  auto look_up_and_tell = [state = state_, host, done] {
    auto addresses = look_up(host);
    const std::lock_guard lock(state->mutex);
    if (state->wanted) done(std::move(addresses));
  };
  try {
    std::thread(std::move(look_up_and_tell)).detach();
  } catch (const std::system_error& error) {
    done(resolve_error(host, error.what()));
  }
}

}  // namespace squall::net
