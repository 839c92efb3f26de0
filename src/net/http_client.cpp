#include "net/http_client.h"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include <array>
#include <cerrno>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <system_error>
#include <thread>

#include "base/ascii.h"
#include "net/message_head.h"
#include "net/resolver.h"
#include "net/tls_trust.h"

namespace squall::net {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;
using boost::system::error_code;
using Steady = std::chrono::steady_clock;

constexpr std::uint32_t kHeaderBytesMax = 64 * 1024;
// Shorter than the 60 s after which servers commonly close: a connection is rarely found closed.
constexpr std::chrono::seconds kIdleMax{50};
// Load balancers change their addresses every minute.
constexpr std::chrono::seconds kAddressAgeMax{30};

struct Job {
  HttpRequest request;
  Transport::Done done;
  bool retried = false;  // after a kept-alive connection was found closed
};
using JobPtr = std::unique_ptr<Job>;

Error network_error(std::string message) { return {.kind = ErrorKind::network, .message = std::move(message)}; }

Error interrupted_error() {
  return {.kind = ErrorKind::interrupted, .message = "the request was abandoned because the program ends"};
}

// "Connection reset by peer" as the middle of a sentence.
std::string reason(const error_code& code) {
  std::string text = code.message();
  if (text.size() > 1 && ascii_lower(text[1]) == text[1]) text[0] = ascii_lower(text[0]);
  return text;
}

std::string duration_text(std::chrono::milliseconds duration) {
  const auto count = duration.count();
  return count % 1000 == 0 ? std::to_string(count / 1000) + " s" : std::to_string(count) + " ms";
}

// Errors always name the port: a refused one is often the wrong one.
std::string with_port(const Origin& origin) {
  const std::string authority = origin.authority();
  const bool has_port = origin.port != (origin.tls ? 443 : 80);
  return has_port ? authority : authority + ":" + std::to_string(origin.port);
}

bool is_closed(const error_code& code) {
  return code == asio::error::eof || code == asio::error::connection_reset || code == asio::error::broken_pipe ||
         code == asio::error::connection_aborted || code == asio::ssl::error::stream_truncated ||
         code == http::error::end_of_stream || code == http::error::partial_message;
}

bool is_malformed_http(const error_code& code) {
  return code.category() == http::make_error_code(http::error::bad_version).category();
}

std::string proxy_authorization(const Proxy& proxy) {
  if (proxy.authorization.empty()) return {};
  return "Proxy-Authorization: " + proxy.authorization.reveal() + "\r\n";
}

Result<std::string> request_head(const HttpRequest& request, const std::optional<Proxy>& proxy) {
  if (!is_token(request.method) || !is_request_target(request.target)) {
    return data_error("the request line of a request to " + request.origin.authority() + " is malformed");
  }
  // Inside a tunnel the proxy sees nothing; else it is told the whole address.
  const bool by_proxy = proxy && !request.origin.tls;
  const std::string target = (by_proxy ? "http://" + request.origin.authority() : std::string()) + request.target;
  std::string head = request.method + " " + target + " HTTP/1.1\r\n";
  if (by_proxy) head += proxy_authorization(*proxy);
  if (header(request.headers, "Host").empty()) head += "Host: " + request.origin.authority() + "\r\n";
  for (const auto& [name, value] : request.headers) {
    // The length is always the body's own, whatever the caller wrote.
    if (equal_ignoring_case(name, "Content-Length")) continue;
    if (!is_token(name) || !is_field_value(value) || equal_ignoring_case(name, "Transfer-Encoding")) {
      return data_error("the header " + name + " cannot be sent: it has a character or a meaning that is not allowed");
    }
    head += name + ": " + value + "\r\n";
  }
  const bool has_body = !request.body.empty() || request.method == "POST" || request.method == "PUT";
  if (has_body) head += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  return head + "\r\n";
}

}  // namespace

// Everything but send() runs on the I/O thread.
class HttpClient::Impl {
 public:
  explicit Impl(HttpClientOptions options) : options_(std::move(options)) {}
  ~Impl();

  void send(HttpRequest request, Done done);

 private:
  class Connection;
  class Pool;

  void start_thread();
  void accept(JobPtr job);
  Pool& pool_of(const Origin& origin);
  Result<asio::ssl::context*> tls_context();
  void shut_down();

  const HttpClientOptions options_;
  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_ = asio::make_work_guard(io_);
  std::unique_ptr<asio::ssl::context> tls_;
  std::map<std::string, std::unique_ptr<Pool>> pools_;  // by scheme and authority
  Resolver resolver_;                                   // after io_, to which its threads post
  bool closing_ = false;
  std::once_flag started_;
  std::thread thread_;
};

// The connections to one origin, the requests that wait for one, and the origin's addresses.
class HttpClient::Impl::Pool {
 public:
  Pool(Impl& client, Origin origin)
      : client_(client), origin_(std::move(origin)), proxy_(client.options_.proxies.of(origin_)) {}

  void add(JobPtr job) {
    waiting_.push_back(std::move(job));
    serve();
  }

  // Calls connection.connect() with the addresses, or connection.fail(), now or later.
  void resolve_for(const std::shared_ptr<Connection>& connection);
  // The addresses led nowhere: the next connection looks the name up again.
  void forget_addresses() { addresses_.clear(); }

  // A connection is done with its request.
  void leave(const std::shared_ptr<Connection>& connection, bool reusable);
  // What was kept alive is as old as the connection that was found closed. The request goes first, on a new one.
  void retry(JobPtr job) {
    idle_.clear();
    waiting_.push_front(std::move(job));
  }
  void shut_down();

 private:
  struct Idle {
    std::shared_ptr<Connection> connection;
    Steady::time_point since;
  };

  void serve();
  std::shared_ptr<Connection> take_idle();
  void resolved(Result<std::vector<std::string>> addresses);

  // Where connections lead to: the proxy, where there is one.
  const Origin& hop() const { return proxy_ ? proxy_->origin : origin_; }

  Impl& client_;
  const Origin origin_;
  const std::optional<Proxy> proxy_;
  std::deque<JobPtr> waiting_;
  std::vector<Idle> idle_;  // used longest ago first
  std::set<std::shared_ptr<Connection>> busy_;
  bool serving_ = false;

  std::vector<tcp::endpoint> addresses_;
  Steady::time_point resolved_at_;
  std::vector<std::shared_ptr<Connection>> wait_for_addresses_;
};

// One connection: resolves, connects, then carries one request at a time. After a failure it is never used again.
class HttpClient::Impl::Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Impl& client, Pool& pool, const Origin& origin, const std::optional<Proxy>& proxy)
      : client_(client), pool_(pool), origin_(origin), proxy_(proxy), timer_(client.io_), plain_(client.io_) {}

  void run(JobPtr job);
  void connect(std::vector<tcp::endpoint> addresses);
  void fail(Error error);
  // Answers the request with kind interrupted and closes; handlers that still come find no job.
  void abandon();
  // False when the peer has closed meanwhile, or sent what nobody asked for.
  bool is_usable();
  bool is_running() const { return job_ != nullptr; }

 private:
  void connect_next(error_code previous);
  void connected();
  void open_tunnel();
  void read_tunnel_answer();
  void tunnel_answered(unsigned status);
  void handshake();
  Error handshake_error(const error_code& code) const;
  void write();
  void read();
  void read_some();
  void received(const error_code& code);
  void answered();
  Error read_error(const error_code& code) const;
  Error connect_error(const error_code& code) const;
  Error no_connection_in_time() const;
  std::string peer() const;
  std::string hop() const;

  beast::tcp_stream& stream() { return tls_ ? beast::get_lowest_layer(*tls_) : plain_; }
  template <typename Action>
  void with_stream(Action action) {
    if (tls_) {
      action(*tls_);
    } else {
      action(plain_);
    }
  }

  Impl& client_;
  Pool& pool_;
  const Origin origin_;
  const std::optional<Proxy> proxy_;
  asio::steady_timer timer_;  // bounds the look-up; the stream's own timer does the rest
  beast::tcp_stream plain_;
  std::optional<beast::ssl_stream<beast::tcp_stream>> tls_;
  std::vector<tcp::endpoint> addresses_;
  std::size_t next_address_ = 0;
  Steady::time_point connect_deadline_;
  std::string issuer_;  // of the certificate that was not accepted
  bool ready_ = false;
  bool reused_ = false;

  JobPtr job_;
  std::string head_;
  std::string tunnel_head_;
  error_code write_failure_;
  beast::flat_buffer buffer_;  // as large as one read may be, from the first on: each costs two calls of the system
  std::optional<http::response_parser<http::string_body>> parser_;
  std::optional<http::response_parser<http::empty_body>> tunnel_parser_;
};

// ---- Client --------------------------------------------------------------------------------------------------------

HttpClient::Impl::~Impl() {
  if (!thread_.joinable()) return;
  asio::post(io_, [this] { shut_down(); });
  work_.reset();
  thread_.join();
}

void HttpClient::Impl::start_thread() {
  std::call_once(started_, [this] { thread_ = std::thread([this] { io_.run(); }); });
}

void HttpClient::Impl::send(HttpRequest request, Done done) {
  try {
    start_thread();
  } catch (const std::system_error& error) {
    return done(internal_error("cannot start the network's thread: " + std::string(error.what())));
  }
  auto job = std::make_unique<Job>(Job{std::move(request), std::move(done)});
  asio::post(io_, [this, job = std::move(job)]() mutable { accept(std::move(job)); });
}

void HttpClient::Impl::accept(JobPtr job) {
  if (closing_) return job->done(interrupted_error());
  Pool& pool = pool_of(job->request.origin);
  pool.add(std::move(job));
}

HttpClient::Impl::Pool& HttpClient::Impl::pool_of(const Origin& origin) {
  auto& pool = pools_[(origin.tls ? "https://" : "http://") + origin.authority()];
  if (!pool) pool = std::make_unique<Pool>(*this, origin);
  return *pool;
}

Result<asio::ssl::context*> HttpClient::Impl::tls_context() {
  if (tls_) return tls_.get();
  try {
    auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_client);
    const bool ask = options_.ca_file.empty() && options_.find_ca_file;
    TRY(set_trust(context->native_handle(), ask ? options_.find_ca_file() : options_.ca_file));
    tls_ = std::move(context);
    return tls_.get();
  } catch (const boost::system::system_error& error) {
    return network_error("cannot set up TLS: " + reason(error.code()));
  }
}

void HttpClient::Impl::shut_down() {
  closing_ = true;
  for (const auto& [key, pool] : pools_) pool->shut_down();
}

// ---- Pool ----------------------------------------------------------------------------------------------------------

void HttpClient::Impl::Pool::serve() {
  // A request that fails at once comes back here: the outer call goes on, so that the stack does not grow.
  if (serving_ || client_.closing_) return;
  serving_ = true;
  while (!waiting_.empty()) {
    auto connection = take_idle();
    if (!connection) {
      if (busy_.size() >= std::max<std::size_t>(client_.options_.connections_max, 1)) break;
      connection = std::make_shared<Connection>(client_, *this, origin_, proxy_);
    }
    busy_.insert(connection);
    JobPtr job = std::move(waiting_.front());
    waiting_.pop_front();
    connection->run(std::move(job));
  }
  serving_ = false;
}

std::shared_ptr<HttpClient::Impl::Connection> HttpClient::Impl::Pool::take_idle() {
  const auto now = Steady::now();
  while (!idle_.empty()) {
    // The one used last is the most likely to be open still.
    Idle last = std::move(idle_.back());
    idle_.pop_back();
    if (now - last.since > kIdleMax)
      idle_.clear();  // The others are older.
    else if (last.connection->is_usable())
      return std::move(last.connection);
  }
  return nullptr;
}

void HttpClient::Impl::Pool::leave(const std::shared_ptr<Connection>& connection, bool reusable) {
  busy_.erase(connection);
  if (reusable && !client_.closing_) idle_.push_back({connection, Steady::now()});
  serve();
}

void HttpClient::Impl::Pool::resolve_for(const std::shared_ptr<Connection>& connection) {
  error_code no_address;
  const auto literal = asio::ip::make_address(hop().host, no_address);
  if (!no_address) return connection->connect({tcp::endpoint(literal, hop().port)});
  if (!addresses_.empty() && Steady::now() - resolved_at_ < kAddressAgeMax) return connection->connect(addresses_);
  wait_for_addresses_.push_back(connection);
  if (wait_for_addresses_.size() > 1) return;  // The first one has asked.
  client_.resolver_.resolve(hop().host, [this](Result<std::vector<std::string>> addresses) {
    asio::post(client_.io_, [this, addresses = std::move(addresses)]() mutable { resolved(std::move(addresses)); });
  });
}

void HttpClient::Impl::Pool::resolved(Result<std::vector<std::string>> addresses) {
  addresses_.clear();
  if (addresses) {
    for (const std::string& text : *addresses) {
      error_code failure;
      const auto address = asio::ip::make_address(text, failure);
      if (!failure) addresses_.emplace_back(address, hop().port);
    }
    resolved_at_ = Steady::now();
  }
  const auto known = addresses_;  // A failing connection clears the member.
  for (const auto& connection : std::exchange(wait_for_addresses_, {})) {
    if (!connection->is_running()) continue;  // Its time was over.
    if (addresses) {
      connection->connect(known);
    } else {
      connection->fail(addresses.error());
    }
  }
}

void HttpClient::Impl::Pool::shut_down() {
  idle_.clear();
  wait_for_addresses_.clear();
  for (const auto& connection : std::exchange(busy_, {})) connection->abandon();
  for (const JobPtr& job : std::exchange(waiting_, {})) job->done(interrupted_error());
}

// ---- Connection ----------------------------------------------------------------------------------------------------

std::string HttpClient::Impl::Connection::peer() const { return with_port(origin_); }

// The next machine on the way there.
std::string HttpClient::Impl::Connection::hop() const {
  return proxy_ ? "the proxy " + with_port(proxy_->origin) : peer();
}

void HttpClient::Impl::Connection::run(JobPtr job) {
  job_ = std::move(job);
  auto head = request_head(job_->request, proxy_);
  if (!head) return fail(std::move(head).error());
  head_ = std::move(head).value();
  reused_ = ready_;
  if (ready_) return write();
  connect_deadline_ = Steady::now() + job_->request.connect_timeout;
  timer_.expires_at(connect_deadline_);
  timer_.async_wait([self = shared_from_this()](const error_code& code) {
    if (code || !self->job_ || !self->addresses_.empty()) return;
    self->fail(network_error("cannot resolve host " + (self->proxy_ ? self->proxy_->origin.host : self->origin_.host) +
                             " within " + duration_text(self->job_->request.connect_timeout)));
  });
  pool_.resolve_for(shared_from_this());
}

void HttpClient::Impl::Connection::connect(std::vector<tcp::endpoint> addresses) {
  addresses_ = std::move(addresses);
  timer_.cancel();
  connect_next(asio::error::host_unreachable);
}

// Each address has an equal share of the time that is left, so that a silent first one does not use it up.
void HttpClient::Impl::Connection::connect_next(error_code previous) {
  if (next_address_ == addresses_.size()) {
    pool_.forget_addresses();
    return fail(connect_error(previous));
  }
  const auto left = connect_deadline_ - Steady::now();
  const auto share = left / static_cast<std::int64_t>(addresses_.size() - next_address_);
  if (share <= Steady::duration::zero()) return fail(no_connection_in_time());
  plain_.close();
  plain_.expires_after(share);
  plain_.async_connect(addresses_[next_address_++], [self = shared_from_this()](const error_code& code) {
    if (!self->job_) return;
    if (code) return self->connect_next(code);
    self->connected();
  });
}

void HttpClient::Impl::Connection::connected() {
  error_code ignored;
  plain_.socket().set_option(tcp::no_delay(true), ignored);
  if (origin_.tls) return proxy_ ? open_tunnel() : handshake();
  ready_ = true;
  write();
}

// CONNECT (RFC 9110, 9.3.6): from the proxy's answer on, the connection is one to the origin.
void HttpClient::Impl::Connection::open_tunnel() {
  tunnel_head_ = "CONNECT " + peer() + " HTTP/1.1\r\nHost: " + peer() + "\r\n" + proxy_authorization(*proxy_) + "\r\n";
  plain_.expires_at(connect_deadline_);
  asio::async_write(plain_, asio::buffer(tunnel_head_),
                    [self = shared_from_this()](const error_code& code, std::size_t) {
                      if (!self->job_) return;
                      if (code) return self->fail(self->connect_error(code));
                      self->read_tunnel_answer();
                    });
}

void HttpClient::Impl::Connection::read_tunnel_answer() {
  tunnel_parser_.emplace();
  tunnel_parser_->header_limit(kHeaderBytesMax);
  tunnel_parser_->skip(true);  // What follows a success is the origin's, and what follows a refusal is not read.
  http::async_read_header(plain_, buffer_, *tunnel_parser_,
                          [self = shared_from_this()](const error_code& code, std::size_t) {
                            if (!self->job_) return;
                            if (code) return self->fail(self->connect_error(code));
                            self->tunnel_answered(self->tunnel_parser_->get().result_int());
                          });
}

void HttpClient::Impl::Connection::tunnel_answered(unsigned status) {
  if (status / 100 == 2 && buffer_.size() == 0) return handshake();
  Error error =
      network_error(hop() + " does not connect to " + peer() + ": it answered with status " + std::to_string(status));
  error.http_status = static_cast<int>(status);
  if (status == 407) error.hint = "write user and password into HTTPS_PROXY: http://user:password@host:port";
  // A refusal is for good; a proxy that cannot reach the origin may reach it later.
  if (status / 100 == 4) error.code = kProxyRefused;
  fail(std::move(error));
}

void HttpClient::Impl::Connection::handshake() {
  auto context = client_.tls_context();
  if (!context) return fail(std::move(context).error());
  tls_.emplace(std::move(plain_), **context);
  expect_host(tls_->native_handle(), origin_.host);
  tls_->set_verify_callback([this](bool accepted, asio::ssl::verify_context& verification) {
    X509* certificate = X509_STORE_CTX_get_current_cert(verification.native_handle());
    if (!accepted && certificate != nullptr) issuer_ = issuer_of(certificate);
    return accepted;
  });
  stream().expires_at(connect_deadline_);
  tls_->async_handshake(asio::ssl::stream_base::client, [self = shared_from_this()](const error_code& code) {
    if (!self->job_) return;
    if (code) return self->fail(self->handshake_error(code));
    self->ready_ = true;
    self->write();
  });
}

Error HttpClient::Impl::Connection::handshake_error(const error_code& code) const {
  if (code == beast::error::timeout) return no_connection_in_time();
  // OpenSSL's type for a private copy of the stream is not const-correct; reading the result changes nothing.
  auto* ssl = const_cast<beast::ssl_stream<beast::tcp_stream>&>(*tls_).native_handle();
  const long verdict = SSL_get_verify_result(ssl);
  if (verdict == X509_V_OK) return network_error("cannot set up TLS with " + peer() + ": " + reason(code));
  const std::string issued = issuer_.empty() ? "" : " (issued by " + issuer_ + ")";
  return {.kind = ErrorKind::network,
          .message =
              "the certificate of " + peer() + issued + " is not accepted: " + X509_verify_cert_error_string(verdict),
          .hint = "AWS_CA_BUNDLE names a file with further authorities to trust",
          .code = std::string(kCertificateNotAccepted)};
}

void HttpClient::Impl::Connection::write() {
  write_failure_ = {};
  stream().expires_after(job_->request.read_timeout);
  const std::array<asio::const_buffer, 2> buffers = {asio::buffer(head_), asio::buffer(job_->request.body)};
  with_stream([&](auto& stream) {
    asio::async_write(stream, buffers, [self = shared_from_this()](const error_code& code, std::size_t) {
      if (!self->job_) return;
      if (code == beast::error::timeout) return self->fail(self->read_error(code));
      // A server may answer before it has read all, and close: its answer tells more than our failure.
      self->write_failure_ = code;
      self->read();
    });
  });
}

void HttpClient::Impl::Connection::read() {
  parser_.emplace();
  parser_->header_limit(kHeaderBytesMax);
  parser_->body_limit(client_.options_.body_bytes_max);
  parser_->skip(job_->request.method == "HEAD");
  parser_->eager(true);
  read_some();
}

// Piece by piece, so that the timeout counts silence and not the length of an answer.
void HttpClient::Impl::Connection::read_some() {
  constexpr std::size_t kReadMax = 65536;  // Beast's own bound
  buffer_.reserve(kReadMax);
  stream().expires_after(job_->request.read_timeout);
  with_stream([&](auto& stream) {
    auto then = [self = shared_from_this()](const error_code& code, std::size_t) {
      if (self->job_) self->received(code);
    };
    http::async_read_some(stream, buffer_, *parser_, std::move(then));
  });
}

void HttpClient::Impl::Connection::received(const error_code& code) {
  if (code) {
    const bool nothing_came = !parser_->got_some() && buffer_.size() == 0;
    if (!reused_ || !nothing_came || !is_closed(code) || job_->retried) return fail(read_error(code));
    job_->retried = true;
    pool_.retry(std::move(job_));
    return pool_.leave(shared_from_this(), false);
  }
  if (!parser_->is_done()) return read_some();
  // "100 Continue" and its like precede the answer.
  if (parser_->get().result_int() < 200) return read();
  answered();
}

void HttpClient::Impl::Connection::answered() {
  const bool reusable = !write_failure_ && parser_->get().keep_alive() && buffer_.size() == 0;
  auto message = parser_->release();
  HttpResponse response{.status = static_cast<int>(message.result_int())};
  for (const auto& field : message) {
    response.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
  }
  response.body = std::move(message.body());
  stream().expires_never();
  const JobPtr job = std::move(job_);
  pool_.leave(shared_from_this(), reusable);
  job->done(std::move(response));
}

void HttpClient::Impl::Connection::fail(Error error) {
  timer_.cancel();
  stream().close();
  const JobPtr job = std::move(job_);
  // A request that was sent before, on a connection found closed, may have arrived there.
  error.not_sent = !ready_ && !job->retried;
  pool_.leave(shared_from_this(), false);
  job->done(std::move(error));
}

void HttpClient::Impl::Connection::abandon() {
  timer_.cancel();
  stream().close();
  const JobPtr job = std::move(job_);
  if (job) job->done(interrupted_error());
}

bool HttpClient::Impl::Connection::is_usable() {
  char byte = 0;
  const auto received = ::recv(stream().socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  if (received < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
  // In TLS these may be session tickets; a closing alert shows when it is read.
  return received > 0 && tls_.has_value();
}

Error HttpClient::Impl::Connection::connect_error(const error_code& code) const {
  if (code == beast::error::timeout) return no_connection_in_time();
  if (code == asio::error::connection_refused) {
    Error error = network_error("connection refused by " + hop());
    error.hint = "is a server running there?";
    return error;
  }
  return network_error("cannot connect to " + hop() + ": " + reason(code));
}

Error HttpClient::Impl::Connection::no_connection_in_time() const {
  return network_error("no connection to " + hop() + " within " + duration_text(job_->request.connect_timeout));
}

Error HttpClient::Impl::Connection::read_error(const error_code& code) const {
  if (code == beast::error::timeout) {
    return network_error("no answer from " + peer() + " within " + duration_text(job_->request.read_timeout));
  }
  if (is_closed(code)) {
    const bool some_came = parser_ && (parser_->got_some() || buffer_.size() > 0);
    return network_error(some_came ? "the connection to " + peer() + " was closed in the middle of the answer"
                                   : peer() + " closed the connection without an answer");
  }
  if (code == http::error::body_limit) {
    return network_error("the answer of " + peer() + " is larger than " +
                         std::to_string(client_.options_.body_bytes_max) + " bytes");
  }
  if (code == http::error::header_limit) {
    return network_error("the headers of the answer of " + peer() + " are larger than " +
                         std::to_string(kHeaderBytesMax) + " bytes");
  }
  if (is_malformed_http(code)) return network_error("the answer of " + peer() + " is not HTTP: " + reason(code));
  return network_error("the connection to " + peer() + " failed: " + reason(code));
}

// ---- HttpClient ----------------------------------------------------------------------------------------------------

HttpClient::HttpClient(HttpClientOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
HttpClient::~HttpClient() = default;
void HttpClient::send(HttpRequest request, Done done) { impl_->send(std::move(request), std::move(done)); }

}  // namespace squall::net
