// What a client may send to `squall cloud serve`: any bytes give whole HTTP answers or a closed connection, never a crash
// or a hang. The first byte chooses the door ('s': signatures are checked), the rest goes through a socket.
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>

#include "catalogue/embedded.h"
#include "local_cloud/door.h"
#include "net/http_server.h"
#include "net/sigv4.h"

namespace {

using namespace squall;

class StillClock final : public Clock {
 public:
  Time now() const override { return Time(std::chrono::seconds(1'795'521'600)); }  // 2026-11-24T12:00:00Z
};

class Program {
 public:
  explicit Program(bool signatures)
      : door_(cloud_, timer_, clock_, options_of(signatures)),
        server_(net::HttpServer::listen({.body_bytes_max = 20'000, .header_bytes_max = 4'000},
                                        [this](net::HttpRequest request, net::HttpServer::Respond respond) {
                                          door_.send(std::move(request), [respond](Result<net::HttpResponse> answer) {
                                            if (!answer) std::abort();
                                            respond(std::move(answer).value());
                                          });
                                        })
                    .value()),
        thread_([this] { server_->run(); }) {}
  ~Program() {
    server_->stop();
    thread_.join();
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  // All that comes back until the server closes.
  std::string exchange(std::string_view sent) const {
    const int connection = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(server_->port());
    if (::connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) std::abort();
    const timeval patience{.tv_sec = 30, .tv_usec = 0};
    ::setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    while (!sent.empty()) {
      const auto count = ::send(connection, sent.data(), sent.size(), MSG_NOSIGNAL);
      if (count <= 0) break;
      sent.remove_prefix(static_cast<std::size_t>(count));
    }
    ::shutdown(connection, SHUT_WR);
    std::string received;
    char piece[4096];
    for (;;) {
      const auto count = ::recv(connection, piece, sizeof piece, 0);
      if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) std::abort();  // it hangs
      if (count <= 0) break;
      received.append(piece, static_cast<std::size_t>(count));
    }
    ::close(connection);
    return received;
  }

  // A small store keeps the rounds alike.
  void forget_now_and_then() {
    if (++rounds_ % 500 == 0 && !cloud_.reset().ok()) std::abort();
  }

 private:
  static local_cloud::DoorOptions options_of(bool signatures) {
    local_cloud::DoorOptions options;
    if (signatures) options.keys.emplace().emplace("AKIDEXAMPLE", Secret("secret"));
    return options;
  }

  const catalogue::Catalogue catalogue_ = catalogue::Catalogue::open(catalogue::embedded_blob()).value();
  const StillClock clock_;
  net::ThreadTimer timer_;
  local_cloud::LocalCloud cloud_{catalogue_, clock_, {}};
  local_cloud::Door door_;
  const std::unique_ptr<net::HttpServer> server_;
  int rounds_ = 0;
  std::thread thread_;
};

// The answers one after another. An answer to HEAD has no body, so a part may be missing where the input asks for one.
void check(std::string_view answers, bool may_ask_for_head) {
  constexpr std::string_view kLength = "Content-Length: ";
  while (!answers.empty()) {
    const auto end = answers.find("\r\n\r\n");
    if (!answers.starts_with("HTTP/1.1 ") || end == std::string_view::npos) std::abort();
    const std::string_view head = answers.substr(0, end + 2);
    answers.remove_prefix(end + 4);
    if (head.starts_with("HTTP/1.1 100 ")) continue;
    const auto length = head.find(kLength);
    if (length == std::string_view::npos) std::abort();
    std::size_t bytes = 0;
    std::from_chars(head.data() + length + kLength.size(), head.data() + head.size(), bytes);
    if (may_ask_for_head) return;
    if (answers.size() < bytes) std::abort();
    answers.remove_prefix(bytes);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // OpenSSL, whose state of a thread ends with the thread, must begin before the programs to end after them.
  static const std::string first = net::sha256_hex("");
  static Program open(false);
  static Program guarded(true);
  if (size == 0 || size > 50'000) return 0;
  const std::string_view sent(reinterpret_cast<const char*>(data) + 1, size - 1);
  Program& program = data[0] == 's' ? guarded : open;
  check(program.exchange(sent), sent.find("HEAD") != std::string_view::npos);
  program.forget_now_and_then();
  return 0;
}
