// Host names to addresses, without a waiting caller.
//
// getaddrinfo blocks for as long as the name servers are silent and cannot be interrupted. So every look-up has a
// detached thread of its own: many names are looked up at a time, and nobody waits for a late one at the program's end.
// The caller bounds the number of look-ups and looks literal addresses up itself.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace squall::net {

class Resolver {
 public:
  // Addresses in the order to try them, as text ("127.0.0.1", "fe80::1%eth0"); never empty.
  using Done = std::function<void(Result<std::vector<std::string>>)>;

  Resolver();
  // No Done is called after this returns.
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  // Calls `done` once on another thread; it must not block nor call the Resolver. Any thread.
  void resolve(const std::string& host, Done done);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace squall::net
