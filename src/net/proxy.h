// Which proxy a request goes through, by the variables that every client of the network reads.
//
// Immutable after it is made; any thread. HTTPS_PROXY, HTTP_PROXY and ALL_PROXY (lower-case names first, as most clients
// do), NO_PROXY for exceptions. This machine and link-local addresses (metadata services) are always reached directly.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/environment.h"
#include "base/result.h"
#include "base/secret.h"
#include "net/http_message.h"

namespace squall::net {

struct Proxy {
  Origin origin;         // never TLS: the tunnel through it is
  Secret authorization;  // the value of Proxy-Authorization; empty: none
};

class ProxySettings {
 public:
  ProxySettings() = default;  // no proxy at all
  // A value that is no proxy is an error of kind usage that names the variable.
  static Result<ProxySettings> from_environment(const Environment& environment);
  // Nothing: connect directly.
  std::optional<Proxy> of(const Origin& origin) const;

 private:
  bool is_direct(const Origin& origin) const;

  std::optional<Proxy> for_https_;
  std::optional<Proxy> for_http_;
  std::vector<std::string> exceptions_;  // of NO_PROXY, lower-case
};

// Whether an item of NO_PROXY covers an origin: "*", "example.com" and ".example.com" (with everything below), either with
// ":port", an address, or a range of addresses ("10.0.0.0/8").
bool no_proxy_covers(std::string_view item, const Origin& origin);

}  // namespace squall::net
