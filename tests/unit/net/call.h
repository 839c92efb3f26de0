// Requests whose answer the test waits for.
#pragma once

#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "net/http_server.h"
#include "net/transport.h"

namespace squall::net::testing {

inline std::future<Result<HttpResponse>> start(Transport& transport, HttpRequest request) {
  auto promise = std::make_shared<std::promise<Result<HttpResponse>>>();
  auto answer = promise->get_future();
  transport.send(std::move(request), [promise](Result<HttpResponse> result) { promise->set_value(std::move(result)); });
  return answer;
}

inline Result<HttpResponse> call(Transport& transport, HttpRequest request) {
  return start(transport, std::move(request)).get();
}

inline HttpRequest get(Origin origin, std::string target = "/") {
  return {.origin = std::move(origin), .method = "GET", .target = std::move(target)};
}

// The message without the server's port, which differs from run to run; "" of an answer.
inline std::string fault(const Result<HttpResponse>& result, std::uint16_t port) {
  if (result) return "answered " + std::to_string(result->status);
  std::string text = result.error().message;
  const std::string number = ":" + std::to_string(port);
  for (auto at = text.find(number); at != std::string::npos; at = text.find(number))
    text.replace(at, number.size(), ":PORT");
  return text;
}

// Our server on a free port, serving until the end of the scope.
class RunningServer {
 public:
  explicit RunningServer(HttpServer::Handler handler, HttpServerOptions options = {})
      : server_(HttpServer::listen(std::move(options), std::move(handler)).value()),
        thread_([this] { server_->run(); }) {}
  RunningServer(const RunningServer&) = delete;
  RunningServer& operator=(const RunningServer&) = delete;
  ~RunningServer() {
    if (thread_.joinable()) stop();
  }
  // Returns when the last answer is out.
  void stop() {
    server_->stop();
    thread_.join();
  }
  HttpServer& server() { return *server_; }
  std::uint16_t port() const { return server_->port(); }
  Origin origin() const { return {.tls = false, .host = "127.0.0.1", .port = port()}; }

 private:
  std::unique_ptr<HttpServer> server_;
  std::thread thread_;
};

}  // namespace squall::net::testing
