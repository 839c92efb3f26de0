// A server made of plain sockets, which can misbehave in ways that ours cannot: each connection is given to a script on
// a thread of its own. The destructor waits for the scripts, so clients must be gone by then (declare them after it).
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "net/http_message.h"

namespace squall::net::testing {

class RawConnection {
 public:
  explicit RawConnection(int fd) : fd_(fd) {}
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;
  ~RawConnection() { ::close(fd_); }

  // A client's end of a connection to 127.0.0.1.
  static int connect_to(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    return fd;
  }

  void write(std::string_view text) const {
    while (!text.empty()) {
      const auto sent = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  // Up to and with the empty line of a head; what came, if the peer closed before.
  std::string read_head() const { return read_until("\r\n\r\n"); }
  std::string read_to_end() const { return read_until({}); }
  void finish_writing() const { ::shutdown(fd_, SHUT_WR); }
  int fd() const { return fd_; }

 private:
  std::string read_until(std::string_view end) const {
    std::string text;
    char byte = 0;
    while ((end.empty() || !text.ends_with(end)) && ::recv(fd_, &byte, 1, 0) == 1) text += byte;
    return text;
  }

  const int fd_;
};

class RawServer {
 public:
  // `number` counts the connections from 0.
  using Script = std::function<void(const RawConnection&, int number)>;

  explicit RawServer(Script script) : script_(std::move(script)) {
    fd_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ::listen(fd_, 128);
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { accept_all(); });
  }
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  ~RawServer() {
    stop_listening();
    for (std::thread& script : scripts_) script.join();
  }

  // New connections are refused; scripts go on.
  void stop_listening() {
    if (!thread_.joinable()) return;
    ::shutdown(fd_, SHUT_RDWR);
    thread_.join();
    ::close(fd_);
  }

  Origin origin() const { return {.tls = false, .host = "127.0.0.1", .port = port_}; }
  std::uint16_t port() const { return port_; }
  int connections() const { return connections_; }

 private:
  void accept_all() {
    for (;;) {
      const int fd = ::accept(fd_, nullptr, nullptr);
      if (fd < 0) return;
      const int number = connections_++;
      scripts_.emplace_back([this, fd, number] { script_(RawConnection(fd), number); });
    }
  }

  const Script script_;
  int fd_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<int> connections_ = 0;
  std::vector<std::thread> scripts_;
  std::thread thread_;
};

}  // namespace squall::net::testing
