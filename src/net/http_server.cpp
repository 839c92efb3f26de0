#include "net/http_server.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <set>

namespace squall::net {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;
using boost::system::error_code;

constexpr std::chrono::seconds kSilenceMax{60};   // of a client, between and within requests

}  // namespace

// All members but `stop` and what Respond posts belong to the thread in run().
class HttpServer::Impl {
 public:
  Impl(HttpServerOptions options, Handler handler) : options_(std::move(options)), handler_(std::move(handler)), acceptor_(io_) {}

  Status open() {
    error_code code;
    const auto address = asio::ip::make_address(options_.address, code);
    if (code) return usage_error("'" + options_.address + "' is no address");
    const tcp::endpoint endpoint(address, options_.port);
    acceptor_.open(endpoint.protocol(), code);
    if (!code) acceptor_.set_option(asio::socket_base::reuse_address(true), code);
    if (!code) acceptor_.bind(endpoint, code);
    if (!code) acceptor_.listen(asio::socket_base::max_listen_connections, code);
    if (code) return Error{.kind = ErrorKind::network, .message = "cannot listen on " + options_.address + ":" + std::to_string(options_.port) + ": " + code.message()};
    port_ = acceptor_.local_endpoint().port();
    return {};
  }

  std::uint16_t port() const { return port_; }

  void run() {
    accept();
    io_.run();
  }

  void stop() {
    asio::post(io_, [this] { close(); });
  }

 private:
  class Connection;
  using ConnectionPtr = std::shared_ptr<Connection>;

  void accept() {
    acceptor_.async_accept([this](error_code code, tcp::socket socket) {
      if (code == asio::error::operation_aborted || !acceptor_.is_open()) return;
      if (!code) begin(std::move(socket));
      accept();
    });
  }

  void begin(tcp::socket socket);
  void close();

  const HttpServerOptions options_;
  const Handler handler_;
  asio::io_context io_{1};
  tcp::acceptor acceptor_;
  std::set<ConnectionPtr> connections_;
  std::uint16_t port_ = 0;
  bool stopping_ = false;
};

class HttpServer::Impl::Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Impl& server, tcp::socket socket) : server_(server), stream_(std::move(socket)) {}

  void read() {
    parser_.emplace();
    parser_->body_limit(server_.options_.body_bytes_max);
    parser_->header_limit(static_cast<std::uint32_t>(server_.options_.header_bytes_max));
    stream_.expires_after(kSilenceMax);
    waiting_ = true;
    http::async_read(stream_, buffer_, *parser_, [self = shared_from_this()](error_code code, std::size_t) { self->arrived(code); });
  }

  // Waits for a request: may be closed without anybody missing an answer.
  bool is_waiting() const { return waiting_; }
  void close() {
    error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_both, ignored);
    stream_.close();
  }

 private:
  void arrived(error_code code) {
    waiting_ = false;
    if (code == http::error::body_limit) return refuse(413, "the body is too large");
    if (code == http::error::header_limit) return refuse(431, "the header is too large");
    const bool malformed = code.category() == make_error_code(http::error::end_of_stream).category() && code != http::error::end_of_stream && code != http::error::partial_message;
    if (malformed) return refuse(400, "this is no HTTP request");
    if (code) return end();
    auto message = parser_->release();
    keep_alive_ = message.keep_alive();
    HttpRequest request;
    request.method = message.method_string();
    request.target = message.target();
    for (const auto& field : message) request.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
    request.body = std::move(message.body());
    stream_.expires_never();   // the handler takes the time it takes
    // Posted, since the answer may come from any thread. The work guard keeps run() until it has come.
    server_.handler_(std::move(request), [self = shared_from_this(), work = asio::make_work_guard(server_.io_)](HttpResponse response) {
      asio::post(self->server_.io_, [self, response = std::move(response)]() mutable { self->write(std::move(response)); });
    });
  }

  void refuse(int status, const char* text) {
    keep_alive_ = false;
    write({.status = status, .headers = {{"Content-Type", "text/plain"}}, .body = std::string(text) + "\n"});
  }

  void write(HttpResponse response) {
    keep_alive_ = keep_alive_ && !server_.stopping_;
    message_ = {};
    message_.result(static_cast<unsigned>(response.status));
    message_.version(11);
    for (const auto& [name, value] : response.headers) message_.insert(name, value);
    message_.body() = std::move(response.body);
    message_.keep_alive(keep_alive_);
    message_.prepare_payload();
    stream_.expires_after(kSilenceMax);
    http::async_write(stream_, message_, [self = shared_from_this()](error_code code, std::size_t) {
      if (code || !self->keep_alive_) return self->end();
      self->read();
    });
  }

  void end() {
    close();
    server_.connections_.erase(shared_from_this());
  }

  Impl& server_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  http::response<http::string_body> message_;
  bool keep_alive_ = true;
  bool waiting_ = false;
};

void HttpServer::Impl::begin(tcp::socket socket) {
  error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  auto connection = std::make_shared<Connection>(*this, std::move(socket));
  connections_.insert(connection);
  connection->read();
}

void HttpServer::Impl::close() {
  stopping_ = true;
  error_code ignored;
  acceptor_.close(ignored);
  for (const auto& connection : connections_) {
    if (connection->is_waiting()) connection->close();
  }
}

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::~HttpServer() = default;

Result<std::unique_ptr<HttpServer>> HttpServer::listen(HttpServerOptions options, Handler handler) {
  auto impl = std::make_unique<Impl>(std::move(options), std::move(handler));
  TRY(impl->open());
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

std::uint16_t HttpServer::port() const { return impl_->port(); }
void HttpServer::run() { impl_->run(); }
void HttpServer::stop() { impl_->stop(); }

}  // namespace squall::net
