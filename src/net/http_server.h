// The HTTP/1.1 server of the local cloud (and later of the web console): loopback unless told otherwise, keep-alive,
// bounded headers and bodies, graceful stop.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "net/http_message.h"
#include "base/result.h"

namespace squall::net {

struct HttpServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;                          // 0: any free one; port() tells
  std::size_t body_bytes_max = 4 * 1024 * 1024;    // larger: 413 and the connection is closed
  std::size_t header_bytes_max = 64 * 1024;        // larger: 431 and the connection is closed
};

class HttpServer {
 public:
  // Answers one request: `respond` may be called at once or later, from any thread, exactly once.
  using Respond = std::function<void(HttpResponse)>;
  using Handler = std::function<void(HttpRequest, Respond)>;

  // Binds and listens; serves once run() is called.
  static Result<std::unique_ptr<HttpServer>> listen(HttpServerOptions options, Handler handler);
  ~HttpServer();

  std::uint16_t port() const;
  // Serves on the calling thread until stop(): then accepts nothing new, answers what is under way, returns.
  void run();
  // Any thread, also a signal handler's helper thread.
  void stop();

 private:
  class Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace squall::net
