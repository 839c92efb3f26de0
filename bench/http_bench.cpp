// Both ends of HTTP for bench/cloud.py.
//
//   bench_http serve STATUS-BODY-FILE         answers that body to every request; prints its port
//   bench_http load PORT CONNECTIONS REQUESTS REQUEST-FILE
//
// `load` keeps every connection busy with one request after another, from one thread: @@@@@@@@ in the request becomes the
// request's number. Prints: seconds, answers with status 200.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_server.h"

namespace {

[[noreturn]] void fail(const std::string& text) {
  std::cerr << "bench_http: " << text << "\n";
  std::exit(2);
}

std::string file_text(const char* path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) fail(std::string("cannot read ") + path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

int serve(const char* path) {
  const std::string body = file_text(path);
  using squall::net::HttpServer;
  auto server = HttpServer::listen({}, [&body](squall::net::HttpRequest, HttpServer::Respond respond) {
    respond({.status = 200, .headers = {{"Content-Type", "application/x-amz-json-1.0"}}, .body = body});
  });
  if (!server) fail(server.error().message);
  std::cout << (*server)->port() << std::endl;
  (*server)->run();
  return 0;
}

// One connection: a request out, its answer in.
class Client {
 public:
  explicit Client(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fail("cannot connect");
  }

  int fd() const { return fd_; }

  // Small enough for the socket's buffer.
  void send(std::string_view request) {
    answer_.clear();
    if (::send(fd_, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size()))
      fail("a request was not sent whole");
  }

  // Takes what has come; true: the answer is whole.
  bool receive() {
    char piece[16384];
    const auto count = ::recv(fd_, piece, sizeof piece, 0);
    if (count <= 0) fail("the server closed a connection");
    answer_.append(piece, static_cast<std::size_t>(count));
    const auto head_end = answer_.find("\r\n\r\n");
    if (head_end == std::string::npos) return false;
    const auto length = answer_.find("Content-Length: ");
    if (length == std::string::npos || length > head_end) fail("an answer without Content-Length");
    return answer_.size() >= head_end + 4 + std::strtoul(answer_.c_str() + length + 16, nullptr, 10);
  }
  bool succeeded() const { return answer_.starts_with("HTTP/1.1 200 "); }

 private:
  int fd_;
  std::string answer_;
};

int load(std::uint16_t port, int connections, int requests, std::string request) {
  constexpr std::string_view kNumber = "@@@@@@@@";
  std::vector<Client> clients;
  std::vector<pollfd> waiting;
  for (int i = 0; i < connections; ++i) {
    clients.emplace_back(port);
    waiting.push_back({clients.back().fd(), POLLIN, 0});
  }
  const auto number_at = request.find(kNumber);
  int begun = 0;
  int ended = 0;
  int succeeded = 0;
  const auto send = [&](Client& client) {
    if (number_at != std::string::npos) {
      char digits[16];
      std::snprintf(digits, sizeof digits, "%08d", begun);
      request.replace(number_at, kNumber.size(), digits, kNumber.size());
    }
    ++begun;
    client.send(request);
  };
  const auto start = std::chrono::steady_clock::now();
  for (Client& client : clients) {
    if (begun < requests) send(client);
  }
  while (ended < requests) {
    if (::poll(waiting.data(), waiting.size(), 10'000) <= 0) fail("the server does not answer");
    for (std::size_t i = 0; i < clients.size(); ++i) {
      if (waiting[i].revents == 0 || !clients[i].receive()) continue;
      ++ended;
      succeeded += clients[i].succeeded() ? 1 : 0;
      if (begun < requests) send(clients[i]);
    }
  }
  std::cout << std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() << " " << succeeded
            << "\n";
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view command = argc > 1 ? argv[1] : "";
  if (command == "serve" && argc == 3) return serve(argv[2]);
  if (command == "load" && argc == 6)
    return load(static_cast<std::uint16_t>(std::atoi(argv[2])), std::atoi(argv[3]), std::atoi(argv[4]),
                file_text(argv[5]));
  fail("usage: bench_http serve FILE | load PORT CONNECTIONS REQUESTS FILE");
}
