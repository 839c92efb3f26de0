// The HTTP/1.1 server of the local cloud (and later of the web console): loopback unless told otherwise, keep-alive,
// bounded headers and bodies, graceful stop. Malformed requests are answered with 400, and the connection is closed.
// Dropped are clients that are silent, or take to send a head or a body, longer than `patience`.
//
// Owned by whoever assembles the program. The handler runs on the thread that is in run() and must not block.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "net/http_message.h"

namespace squall::net {

struct HttpServerOptions {
  std::string address = "127.0.0.1";             // an IP address, or "localhost"
  std::uint16_t port = 0;                        // 0: any free one; port() tells
  std::size_t body_bytes_max = 4 * 1024 * 1024;  // larger: 413 and the connection is closed
  std::size_t header_bytes_max = 64 * 1024;      // larger: 431 and the connection is closed
  std::chrono::milliseconds patience{60'000};
};

class HttpServer {
 public:
  // Answers one request: `respond` may be called at once or later, from any thread, exactly once (a Respond that is
  // dropped uncalled answers 500). Connection and, where it is absent, Content-Length are added. To act broken:
  // status 0 resets the connection without an answer; a Content-Length beyond the body's cuts the answer off.
  using Respond = std::function<void(HttpResponse)>;
  using Handler = std::function<void(HttpRequest, Respond)>;

  // Binds and listens; serves once run() is called.
  static Result<std::unique_ptr<HttpServer>> listen(HttpServerOptions options, Handler handler);
  ~HttpServer();

  std::uint16_t port() const;
  // Serves on the calling thread until stop(): then accepts nothing new, answers what is under way (requests that have
  // come in part have 2 s to become whole), returns. Once.
  void run();
  // Any thread, also a signal handler's helper thread.
  void stop();

 private:
  class Impl;
  explicit HttpServer(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace squall::net
