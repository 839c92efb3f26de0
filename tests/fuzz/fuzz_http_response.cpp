// What a server may answer to the HTTP client: any bytes give one response or one error of kind network, never a crash, a
// hang, or a body that is shorter than its Content-Length says. The server is a socket of this process; it sends the
// input and closes.
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <future>
#include <mutex>
#include <string>
#include <thread>

#include "net/http_client.h"

namespace {

using namespace squall;

class Server {
 public:
  Server() : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) std::abort();
    if (::listen(listener_, 16) != 0) std::abort();
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~Server() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  void give(std::string answer) {
    const std::lock_guard lock(mutex_);
    answer_ = std::move(answer);
  }
  net::Origin origin() const { return {.tls = false, .host = "127.0.0.1", .port = port_}; }

 private:
  void serve() {
    for (;;) {
      const int connection = ::accept(listener_, nullptr, nullptr);
      if (connection < 0) return;
      read_head(connection);
      std::string answer;
      {
        const std::lock_guard lock(mutex_);
        answer = answer_;
      }
      std::string_view rest = answer;
      while (!rest.empty()) {
        const auto sent = ::send(connection, rest.data(), rest.size(), MSG_NOSIGNAL);
        if (sent <= 0) break;
        rest.remove_prefix(static_cast<std::size_t>(sent));
      }
      ::close(connection);
    }
  }

  static void read_head(int connection) {
    std::string head;
    char buffer[1024];
    while (!head.ends_with("\r\n\r\n")) {
      const auto received = ::recv(connection, buffer, sizeof buffer, 0);
      if (received <= 0) return;
      head.append(buffer, static_cast<std::size_t>(received));
    }
  }

  const int listener_;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::string answer_;
  std::thread thread_;
};

void check(const Result<net::HttpResponse>& result, bool is_head, std::size_t body_bytes_max) {
  if (!result) {
    if (result.error().kind != ErrorKind::network || result.error().message.empty()) std::abort();
    return;
  }
  if (result->body.size() > body_bytes_max) std::abort();
  if (is_head || !net::header(result->headers, "Transfer-Encoding").empty()) return;
  const std::string_view length = net::header(result->headers, "Content-Length");
  if (length.empty() || result->status == 204 || result->status == 304) return;
  std::size_t bytes = 0;
  std::from_chars(length.data(), length.data() + length.size(), bytes);
  if (result->body.size() != bytes) std::abort();
}

}  // namespace

// The first byte chooses the method: the answer to HEAD has no body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kBodyBytesMax = 4096;
  static Server server;
  static net::HttpClient client({.connections_max = 1, .body_bytes_max = kBodyBytesMax});
  if (size == 0) return 0;
  const bool is_head = data[0] == 'h';
  server.give(std::string(reinterpret_cast<const char*>(data) + 1, size - 1));
  std::promise<Result<net::HttpResponse>> promise;  // A second answer would end the program.
  auto answer = promise.get_future();
  client.send({.origin = server.origin(), .method = is_head ? "HEAD" : "GET"},
              [&](Result<net::HttpResponse> result) { promise.set_value(std::move(result)); });
  check(answer.get(), is_head, kBodyBytesMax);
  return 0;
}
