// The HTTP/1.1 client: one I/O thread, a keep-alive pool for each origin, TLS with verification.
//
// Owned by whoever assembles the program; the I/O thread starts with the first send() and ends in the destructor, which
// fails what is still under way with kind interrupted (so it must not run on the I/O thread, in a Done). Headers and
// bodies are bounded (64 KB, body_bytes_max). A request that meets a kept-alive connection which the server had closed in
// the meantime is sent once more on a new one, silently; nothing else is retried here.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "net/proxy.h"
#include "net/transport.h"

namespace squall::net {

struct HttpClientOptions {
  std::size_t connections_max = 64;                // an origin; further requests wait in order
  std::size_t body_bytes_max = 64 * 1024 * 1024;   // a response's body
  std::string ca_file = {};                        // authorities to trust; empty: what find_ca_file tells
  std::function<std::string()> find_ca_file = {};  // asked at the first TLS connection; empty: the system's
  ProxySettings proxies = {};                      // for TLS by CONNECT
};

class HttpClient final : public Transport {
 public:
  explicit HttpClient(HttpClientOptions options = {});
  ~HttpClient() override;
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  void send(HttpRequest request, Done done) override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// Splits "https://host[:port][/path]" (http or https) into an origin and a path with its query ("/" if none). A host is
// a name, an IPv4 address or an IPv6 address in brackets; names are made lower-case. Errors are of kind usage.
struct Url {
  Origin origin;
  std::string path = "/";
};
Result<Url> parse_url(std::string_view text);

}  // namespace squall::net
