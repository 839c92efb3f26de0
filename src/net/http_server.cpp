#include "net/http_server.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include <array>
#include <atomic>
#include <limits>
#include <optional>
#include <set>

#include "base/ascii.h"
#include "net/message_head.h"

namespace squall::net {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;
using boost::system::error_code;

// After a refusal: what the client is still sending is read and dropped, since a reset would destroy our answer.
constexpr std::chrono::seconds kDrainMax{5};
// At the end: for requests of which a part has come.
constexpr std::chrono::seconds kStopGrace{2};
// When the process has no more file descriptors.
constexpr std::chrono::milliseconds kAcceptPause{100};

std::string_view status_text(int status) {
  if (status < 100 || status > 599) return "Unknown";
  const auto text = http::obsolete_reason(static_cast<http::status>(status));
  return {text.data(), text.size()};
}

bool has_no_body(int status) { return status < 200 || status == 204 || status == 304; }

bool is_sendable(const HttpResponse& response) {
  if (response.status < 200 || response.status > 999) return false;
  return std::all_of(response.headers.begin(), response.headers.end(),
                     [](const auto& field) { return is_token(field.first) && is_field_value(field.second); });
}

HttpResponse plain_response(int status, std::string_view text) {
  return {.status = status, .headers = {{"Content-Type", "text/plain"}}, .body = std::string(text) + "\n"};
}

// "http://host/path", as a client sends it to a proxy, means "/path" here (RFC 9112).
std::string origin_form(std::string target) {
  if (target.starts_with('/') || !ascii_lower(target.substr(0, 7)).starts_with("http")) return target;
  const auto scheme_end = target.find("://");
  if (scheme_end == std::string::npos) return target;
  const auto path = target.find_first_of("/?", scheme_end + 3);
  if (path == std::string::npos) return "/";
  return target[path] == '?' ? "/" + target.substr(path) : target.substr(path);
}

HttpRequest to_request(http::request<http::string_body> message) {
  HttpRequest request{.method = std::string(message.method_string()),
                      .target = origin_form(std::string(message.target()))};
  for (const auto& field : message) {
    request.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
  }
  request.body = std::move(message.body());
  return request;
}

}  // namespace

// Everything but stop() and what Respond posts runs on the thread that is in run(). Shared with the answers under way,
// which may be given from threads that outlast run() by a moment.
class HttpServer::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(HttpServerOptions options, Handler handler) : options_(std::move(options)), handler_(std::move(handler)) {}

  Status open();
  std::uint16_t port() const { return port_; }
  void run();
  void stop() {
    asio::post(io_, [this] { close(); });
  }

 private:
  class Session;
  class Answer;

  void accept();
  void begin(tcp::socket socket);
  void end(const std::shared_ptr<Session>& session);
  void close();

  const HttpServerOptions options_;
  const Handler handler_;
  asio::io_context io_{1};
  tcp::acceptor acceptor_{io_};
  asio::steady_timer accept_pause_{io_};
  asio::steady_timer stop_grace_{io_};
  std::set<std::shared_ptr<Session>> sessions_;
  std::uint16_t port_ = 0;
  bool stopping_ = false;
};

// One connection: reads a request, has it answered, writes the answer, and so on.
class HttpServer::Impl::Session : public std::enable_shared_from_this<Session> {
 public:
  Session(Impl& server, tcp::socket socket) : server_(server), stream_(std::move(socket)) {}

  void read_head();
  void write(HttpResponse response);
  // Nothing of a next request has come.
  bool is_idle() const { return phase_ == Phase::reading && !parser_->got_some() && buffer_.size() == 0; }
  // Has no request that the handler knows of.
  bool is_unanswered() const { return phase_ == Phase::reading || phase_ == Phase::draining; }
  void close() { stream_.close(); }

 private:
  enum class Phase { reading, handling, writing, draining };

  void read_head_once();
  void head_read(const error_code& code);
  bool drop_empty_line();
  void continue_body();
  void read_body();
  void handle();
  void refuse(const error_code& code);
  void refuse(int status, std::string_view text);
  std::string response_head(const HttpResponse& response);
  void written(const error_code& code);
  void reset();
  void drain();
  void end();

  Impl& server_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  Phase phase_ = Phase::reading;
  bool empty_line_dropped_ = false;
  bool keep_alive_ = true;
  bool refused_ = false;
  bool head_only_ = false;  // the method is HEAD
  std::string head_;
  std::string body_;
  std::array<char, 8192> dropped_;
};

// What a Respond stands for: one answer, from any thread; a handler that forgets it answers 500.
class HttpServer::Impl::Answer {
 public:
  Answer(std::shared_ptr<Impl> server, std::shared_ptr<Session> session)
      : server_(std::move(server)), session_(std::move(session)), work_(asio::make_work_guard(server_->io_)) {}
  Answer(const Answer&) = delete;
  Answer& operator=(const Answer&) = delete;
  ~Answer() { give(plain_response(500, "the request was not answered")); }

  void give(HttpResponse response) {
    if (given_.exchange(true)) return;
    asio::post(server_->io_, [session = std::move(session_), response = std::move(response)]() mutable {
      session->write(std::move(response));
    });
    work_.reset();
  }

 private:
  const std::shared_ptr<Impl> server_;  // destroyed last: the others live in it
  std::shared_ptr<Session> session_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;  // keeps run() until the answer is there
  std::atomic<bool> given_ = false;
};

// ---- Server --------------------------------------------------------------------------------------------------------

Status HttpServer::Impl::open() {
  error_code code;
  const std::string name = options_.address == "localhost" ? "127.0.0.1" : options_.address;
  const auto address = asio::ip::make_address(name, code);
  if (code) return usage_error("'" + options_.address + "' is not an IP address to listen on");
  const tcp::endpoint endpoint(address, options_.port);
  acceptor_.open(endpoint.protocol(), code);
  // A port whose last connections are still winding down may be taken again.
  if (!code) acceptor_.set_option(asio::socket_base::reuse_address(true), code);
  if (!code) acceptor_.bind(endpoint, code);
  if (!code) acceptor_.listen(asio::socket_base::max_listen_connections, code);
  if (!code) port_ = acceptor_.local_endpoint(code).port();
  if (!code) return {};
  return Error{
      .kind = ErrorKind::network,
      .message = "cannot listen on " + options_.address + ":" + std::to_string(options_.port) + ": " + code.message(),
      .hint = code == asio::error::address_in_use ? "another program has that port; choose one with --port" : ""};
}

void HttpServer::Impl::run() {
  accept();
  io_.run();
}

void HttpServer::Impl::accept() {
  acceptor_.async_accept([this](const error_code& code, tcp::socket socket) {
    if (stopping_ || !acceptor_.is_open()) return;
    if (!code) begin(std::move(socket));
    const bool exhausted = code == asio::error::no_descriptors ||
                           code == boost::system::errc::too_many_files_open_in_system ||
                           code == asio::error::no_buffer_space || code == asio::error::no_memory;
    if (!exhausted) return accept();
    accept_pause_.expires_after(kAcceptPause);
    accept_pause_.async_wait([this](const error_code&) {
      if (!stopping_) accept();
    });
  });
}

void HttpServer::Impl::begin(tcp::socket socket) {
  error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  auto session = std::make_shared<Session>(*this, std::move(socket));
  sessions_.insert(session);
  session->read_head();
}

void HttpServer::Impl::end(const std::shared_ptr<Session>& session) {
  sessions_.erase(session);
  if (sessions_.empty()) stop_grace_.cancel();
}

void HttpServer::Impl::close() {
  if (stopping_) return;
  stopping_ = true;
  error_code ignored;
  acceptor_.close(ignored);
  accept_pause_.cancel();
  for (const auto& session : sessions_) {
    if (session->is_idle()) session->close();
  }
  if (sessions_.empty()) return;
  stop_grace_.expires_after(kStopGrace);
  stop_grace_.async_wait([this](const error_code& code) {
    if (code) return;
    for (const auto& session : sessions_) {
      if (session->is_unanswered()) session->close();
    }
  });
}

// ---- Session -------------------------------------------------------------------------------------------------------

void HttpServer::Impl::Session::read_head() {
  phase_ = Phase::reading;
  stream_.expires_after(server_.options_.patience);
  empty_line_dropped_ = false;
  read_head_once();
}

void HttpServer::Impl::Session::read_head_once() {
  parser_.emplace();
  const auto header_bytes_max =
      std::min<std::size_t>(server_.options_.header_bytes_max, std::numeric_limits<std::uint32_t>::max());
  parser_->header_limit(static_cast<std::uint32_t>(header_bytes_max));
  parser_->body_limit(server_.options_.body_bytes_max);
  http::async_read_header(stream_, buffer_, *parser_,
                          [self = shared_from_this()](const error_code& code, std::size_t) { self->head_read(code); });
}

// Some clients end a body with a line that is not counted: one in front of a request is passed over (RFC 9112, 2.2).
bool HttpServer::Impl::Session::drop_empty_line() {
  constexpr std::string_view kEmptyLine = "\r\n";
  const auto bytes = buffer_.data();
  if (empty_line_dropped_ ||
      !std::string_view(static_cast<const char*>(bytes.data()), bytes.size()).starts_with(kEmptyLine))
    return false;
  buffer_.consume(kEmptyLine.size());
  return empty_line_dropped_ = true;
}

void HttpServer::Impl::Session::head_read(const error_code& code) {
  if (code == http::error::bad_method && drop_empty_line()) return read_head_once();
  if (code) return refuse(code);
  const auto& message = parser_->get();
  head_only_ = message.method() == http::verb::head;
  keep_alive_ = message.keep_alive();
  if (message.version() >= 11 && message.count(http::field::host) != 1)
    return refuse(400, "the request needs one Host header");
  parser_->eager(true);
  if (parser_->is_done()) return handle();
  // For all of the body: a client that sends a byte now and then is as bad as a silent one.
  stream_.expires_after(server_.options_.patience);
  const auto expected = message[http::field::expect];
  if (equal_ignoring_case({expected.data(), expected.size()}, "100-continue")) return continue_body();
  read_body();
}

// curl waits a second for this before it sends a large body.
void HttpServer::Impl::Session::continue_body() {
  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  asio::async_write(stream_, asio::buffer(kContinue), [self = shared_from_this()](const error_code& code, std::size_t) {
    if (code) return self->end();
    self->read_body();
  });
}

void HttpServer::Impl::Session::read_body() {
  http::async_read_some(stream_, buffer_, *parser_, [self = shared_from_this()](const error_code& code, std::size_t) {
    if (code) return self->refuse(code);
    if (!self->parser_->is_done()) return self->read_body();
    self->handle();
  });
}

void HttpServer::Impl::Session::handle() {
  phase_ = Phase::handling;
  stream_.expires_never();  // The handler takes the time it takes.
  const auto answer = std::make_shared<Answer>(server_.shared_from_this(), shared_from_this());
  try {
    server_.handler_(to_request(parser_->release()),
                     [answer](HttpResponse response) { answer->give(std::move(response)); });
  } catch (const std::exception& error) {
    answer->give(plain_response(500, error.what()));
  }
}

void HttpServer::Impl::Session::refuse(const error_code& code) {
  if (code == http::error::body_limit) {
    // The words of AWS's front ends.
    return refuse(413, "HTTP content length exceeded " + std::to_string(server_.options_.body_bytes_max) + " bytes.");
  }
  if (code == http::error::header_limit) {
    return refuse(431, "the headers are larger than " + std::to_string(server_.options_.header_bytes_max) + " bytes");
  }
  const bool closed = code == http::error::end_of_stream || code == http::error::partial_message;
  const bool malformed = code.category() == http::make_error_code(http::error::bad_version).category();
  if (closed || !malformed) return end();
  refuse(400, "this is not an HTTP request: " + code.message());
}

void HttpServer::Impl::Session::refuse(int status, std::string_view text) {
  refused_ = true;
  keep_alive_ = false;
  write(plain_response(status, text));
}

std::string HttpServer::Impl::Session::response_head(const HttpResponse& response) {
  std::string head =
      "HTTP/1.1 " + std::to_string(response.status) + " " + std::string(status_text(response.status)) + "\r\n";
  const std::string length = std::to_string(response.body.size());
  bool has_length = has_no_body(response.status);
  for (const auto& [name, value] : response.headers) {
    if (equal_ignoring_case(name, "Connection") || equal_ignoring_case(name, "Transfer-Encoding")) continue;
    if (equal_ignoring_case(name, "Content-Length")) {
      if (has_length) continue;
      has_length = true;
      // Another length than the body's: the answer will be cut off by the end of the connection.
      if (value != length && !head_only_) keep_alive_ = false;
    }
    head += name + ": " + value + "\r\n";
  }
  if (!has_length) head += "Content-Length: " + length + "\r\n";
  head += keep_alive_ ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  return head;
}

void HttpServer::Impl::Session::write(HttpResponse response) {
  phase_ = Phase::writing;
  if (response.status == 0) return reset();
  if (!is_sendable(response)) response = plain_response(500, "the answer cannot be written as HTTP");
  keep_alive_ = keep_alive_ && !server_.stopping_;
  head_ = response_head(response);
  body_ = head_only_ || has_no_body(response.status) ? std::string() : std::move(response.body);
  stream_.expires_after(server_.options_.patience);
  const std::array<asio::const_buffer, 2> buffers = {asio::buffer(head_), asio::buffer(body_)};
  asio::async_write(stream_, buffers,
                    [self = shared_from_this()](const error_code& code, std::size_t) { self->written(code); });
}

void HttpServer::Impl::Session::written(const error_code& code) {
  body_.clear();
  body_.shrink_to_fit();
  if (code) return end();
  if (keep_alive_ && !server_.stopping_) return read_head();
  if (!refused_) return end();
  error_code ignored;
  stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
  phase_ = Phase::draining;
  stream_.expires_after(kDrainMax);
  drain();
}

void HttpServer::Impl::Session::reset() {
  error_code ignored;
  stream_.socket().set_option(asio::socket_base::linger(true, 0), ignored);
  end();
}

void HttpServer::Impl::Session::drain() {
  stream_.async_read_some(asio::buffer(dropped_), [self = shared_from_this()](const error_code& code, std::size_t) {
    if (code) return self->end();
    self->drain();
  });
}

void HttpServer::Impl::Session::end() {
  close();
  server_.end(shared_from_this());
}

// ---- HttpServer ----------------------------------------------------------------------------------------------------

HttpServer::HttpServer(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::~HttpServer() = default;

Result<std::unique_ptr<HttpServer>> HttpServer::listen(HttpServerOptions options, Handler handler) {
  auto impl = std::make_shared<Impl>(std::move(options), std::move(handler));
  TRY(impl->open());
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

std::uint16_t HttpServer::port() const { return impl_->port(); }
void HttpServer::run() { impl_->run(); }
void HttpServer::stop() { impl_->stop(); }

}  // namespace squall::net
