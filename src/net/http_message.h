// HTTP requests and responses as plain values, the same for the client, the servers and the local cloud.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace squall::net {

// Header names compare without case; the order of the fields is kept.
using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

// The first field of that name (case does not matter), or empty.
std::string_view header(const HttpHeaders& headers, std::string_view name);
// Replaces every field of that name by one at the end.
void set_header(HttpHeaders& headers, std::string_view name, std::string value);
void erase_header(HttpHeaders& headers, std::string_view name);

// Where to connect to: "https://cloudcontrolapi.us-east-1.amazonaws.com", "http://127.0.0.1:4566".
struct Origin {
  bool tls = true;
  std::string host;  // without brackets around an IPv6 address
  std::uint16_t port = 443;
  // The value of the Host header: the port only where it is not the scheme's own; brackets around IPv6.
  std::string authority() const;
  friend bool operator==(const Origin&, const Origin&) = default;
};

struct HttpRequest {
  Origin origin;  // unused by servers
  std::string method = "POST";
  std::string target = "/";  // path and query
  HttpHeaders headers;       // Host and Content-Length are added by the client where they are absent
  std::string body;
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds read_timeout{60'000};  // without a byte received
};

struct HttpResponse {
  int status = 200;
  HttpHeaders headers;
  std::string body;
};

}  // namespace squall::net
