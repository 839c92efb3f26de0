#include "net/http_client.h"

#include <openssl/x509_vfy.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/version.hpp>

#include <charconv>
#include <deque>
#include <map>
#include <set>
#include <thread>

#include "base/ascii.h"

namespace squall::net {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;
using boost::system::error_code;

constexpr std::uint32_t kHeaderBytesMax = 256 * 1024;

Error network_error(std::string message) { return {.kind = ErrorKind::network, .message = std::move(message)}; }

// Where the connection stood when an operation failed, in words.
Error describe(const Origin& origin, const char* doing, error_code code, const HttpRequest& request, std::size_t body_bytes_max) {
  const std::string host = origin.authority();
  if (code == beast::error::timeout) {
    const auto limit = std::string_view(doing) == "connect" ? request.connect_timeout : request.read_timeout;
    return network_error((std::string_view(doing) == "connect" ? "no connection to " : "no answer from ") + host + " within " +
                         std::to_string(limit.count()) + " ms");
  }
  if (code == asio::error::connection_refused) return network_error(host + " refuses the connection (is a server running there?)");
  if (code == asio::error::host_not_found || code == asio::error::host_not_found_try_again) return network_error("no address is known for " + origin.host);
  if (code == http::error::end_of_stream || code == asio::error::eof || code == asio::error::connection_reset || code == http::error::partial_message ||
      code == asio::error::broken_pipe || code == asio::ssl::error::stream_truncated) {
    return network_error(host + " closed the connection before its answer was whole");
  }
  if (code == http::error::body_limit) return network_error("the answer of " + host + " is larger than " + std::to_string(body_bytes_max) + " bytes");
  if (code == http::error::header_limit) return network_error("the header of " + host + "'s answer is too large");
  return network_error(std::string(doing) + " " + host + ": " + code.message());
}

std::string certificate_fault(SSL* ssl) {
  const long result = SSL_get_verify_result(ssl);
  if (result == X509_V_OK) return {};
  return X509_verify_cert_error_string(result);
}

struct Job {
  HttpRequest request;
  Transport::Done done;
  bool retried = false;   // once already, after a kept-alive connection was found closed
};
using JobPtr = std::shared_ptr<Job>;

}  // namespace

// All members but `send` belong to the I/O thread.
class HttpClient::Impl {
 public:
  explicit Impl(HttpClientOptions options) : options_(std::move(options)), work_(asio::make_work_guard(io_)), resolver_(io_) {}

  ~Impl() {
    if (thread_.joinable()) {
      asio::post(io_, [this] { shut_down(); });
      work_.reset();
      thread_.join();
    }
  }

  void send(HttpRequest request, Done done) {
    std::call_once(started_, [this] { thread_ = std::thread([this] { io_.run(); }); });
    auto job = std::make_shared<Job>(Job{std::move(request), std::move(done)});
    asio::post(io_, [this, job = std::move(job)]() mutable { enqueue(std::move(job)); });
  }

 private:
  class Connection;
  using ConnectionPtr = std::shared_ptr<Connection>;

  struct Pool {
    std::deque<JobPtr> waiting;
    std::vector<ConnectionPtr> idle;
    std::size_t open = 0;
  };

  static std::string pool_key(const Origin& origin) { return (origin.tls ? "https://" : "http://") + origin.authority(); }

  void enqueue(JobPtr job) {
    if (closing_) return job->done(Error{.kind = ErrorKind::interrupted, .message = "the client ended"});
    const std::string key = pool_key(job->request.origin);
    pools_[key].waiting.push_back(std::move(job));
    serve(key);
  }

  void serve(const std::string& key);
  Result<asio::ssl::context*> tls_context();
  void shut_down();

  const HttpClientOptions options_;
  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  tcp::resolver resolver_;
  std::optional<asio::ssl::context> tls_;
  std::map<std::string, Pool> pools_;
  std::set<ConnectionPtr> busy_;
  bool closing_ = false;
  std::once_flag started_;
  std::thread thread_;
};

// One connection of a pool: one job at a time, then idle or gone.
class HttpClient::Impl::Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Impl& client, std::string key) : client_(client), key_(std::move(key)) {}

  void run(JobPtr job) {
    job_ = std::move(job);
    if (connected_) return write();
    const Origin& origin = job_->request.origin;
    if (origin.tls) {
      auto context = client_.tls_context();
      if (!context) return fail_with(std::move(context).error());
      tls_.emplace(client_.io_, **context);
      tls_->set_verify_mode(asio::ssl::verify_peer);
      tls_->set_verify_callback(asio::ssl::host_name_verification(origin.host));
      SSL_set_tlsext_host_name(tls_->native_handle(), origin.host.c_str());
    } else {
      plain_.emplace(client_.io_);
    }
    resolve();
  }

  // Fails what is under way; used at the end of the client.
  void abort() {
    aborted_ = true;
    error_code ignored;
    socket().cancel();
    lowest().socket().close(ignored);
  }

 private:
  beast::tcp_stream& lowest() { return tls_ ? beast::get_lowest_layer(*tls_) : *plain_; }
  beast::tcp_stream& socket() { return lowest(); }

  void resolve() {
    const Origin& origin = job_->request.origin;
    client_.resolver_.async_resolve(origin.host, std::to_string(origin.port), [self = shared_from_this()](error_code code, const tcp::resolver::results_type& addresses) {
      if (code) return self->fail("connect", code);
      self->connect(addresses);
    });
  }

  // Every address of the name is tried in turn.
  void connect(const tcp::resolver::results_type& addresses) {
    lowest().expires_after(job_->request.connect_timeout);
    lowest().async_connect(addresses, [self = shared_from_this()](error_code code, const tcp::endpoint&) {
      if (code) return self->fail("connect", code);
      error_code ignored;
      self->lowest().socket().set_option(tcp::no_delay(true), ignored);
      if (!self->tls_) return self->ready();
      self->tls_->async_handshake(asio::ssl::stream_base::client, [self](error_code handshake) {
        if (!handshake) return self->ready();
        const std::string fault = certificate_fault(self->tls_->native_handle());
        if (!fault.empty()) return self->fail_with(network_error("the certificate of " + self->job_->request.origin.authority() + " cannot be trusted: " + fault));
        self->fail("connect", handshake);
      });
    });
  }

  void ready() {
    connected_ = true;
    write();
  }

  void write() {
    const HttpRequest& request = job_->request;
    message_ = {};
    message_.method_string(request.method);
    message_.target(request.target);
    message_.version(11);
    for (const auto& [name, value] : request.headers) message_.insert(name, value);
    if (message_.find(http::field::host) == message_.end()) message_.set(http::field::host, request.origin.authority());
    message_.body() = request.body;
    message_.prepare_payload();
    received_ = false;
    lowest().expires_after(request.read_timeout);
    with_stream([this](auto& stream) {
      http::async_write(stream, message_, [self = shared_from_this()](error_code code, std::size_t) {
        if (code) return self->fail("write to", code);
        self->read();
      });
    });
  }

  void read() {
    parser_.emplace();
    parser_->body_limit(client_.options_.body_bytes_max);
    parser_->header_limit(kHeaderBytesMax);
    read_some();
  }

  // Piece by piece, so that the read timeout counts silence and not the length of the answer.
  void read_some() {
    lowest().expires_after(job_->request.read_timeout);
    with_stream([this](auto& stream) {
      http::async_read_some(stream, buffer_, *parser_, [self = shared_from_this()](error_code code, std::size_t bytes) {
        self->received_ = self->received_ || bytes > 0 || self->buffer_.size() > 0;
        // A body without a length ends with the connection.
        if (code == http::error::end_of_stream && self->parser_->got_some() && !self->parser_->is_done()) self->parser_->put_eof(code);
        if (code) return self->fail("read from", code);
        if (self->parser_->is_done()) return self->finish();
        self->read_some();
      });
    });
  }

  void finish() {
    http::response<http::string_body> message = parser_->release();
    const bool reusable = message.keep_alive() && buffer_.size() == 0;
    HttpResponse response{.status = static_cast<int>(message.result_int())};
    for (const auto& field : message) response.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
    response.body = std::move(message.body());
    served_one_ = true;
    const JobPtr job = std::move(job_);
    leave(reusable);
    job->done(std::move(response));
  }

  template <typename Action>
  void with_stream(Action action) {
    if (tls_) action(*tls_);
    else action(*plain_);
  }

  void fail(const char* doing, error_code code) {
    // A kept-alive connection that the server had closed meanwhile: nothing was answered, so once more on a new one.
    if (served_one_ && !received_ && !job_->retried && !aborted_ && code != beast::error::timeout) {
      job_->retried = true;
      client_.pools_[key_].waiting.push_front(std::move(job_));
      return leave(false);
    }
    fail_with(describe(job_->request.origin, doing, code, job_->request, client_.options_.body_bytes_max));
  }

  void fail_with(Error error) {
    if (aborted_) error = {.kind = ErrorKind::interrupted, .message = "the client ended"};
    const JobPtr job = std::move(job_);
    leave(false);
    job->done(std::move(error));
  }

  void leave(bool reusable) {
    const auto self = shared_from_this();
    lowest_expires_never();
    client_.busy_.erase(self);
    Pool& pool = client_.pools_[key_];
    if (reusable && !client_.closing_) {
      pool.idle.push_back(self);
    } else {
      --pool.open;
      error_code ignored;
      if (tls_ || plain_) lowest().socket().close(ignored);
    }
    if (!client_.closing_) client_.serve(key_);
  }

  void lowest_expires_never() {
    if (tls_ || plain_) lowest().expires_never();
  }

  Impl& client_;
  const std::string key_;
  std::optional<beast::tcp_stream> plain_;
  std::optional<beast::ssl_stream<beast::tcp_stream>> tls_;
  bool connected_ = false;
  bool served_one_ = false;
  bool received_ = false;
  bool aborted_ = false;
  JobPtr job_;
  http::request<http::string_body> message_;
  std::optional<http::response_parser<http::string_body>> parser_;
  beast::flat_buffer buffer_;
};

void HttpClient::Impl::serve(const std::string& key) {
  Pool& pool = pools_[key];
  while (!pool.waiting.empty()) {
    ConnectionPtr connection;
    if (!pool.idle.empty()) {
      connection = std::move(pool.idle.back());
      pool.idle.pop_back();
    } else if (pool.open < options_.connections_max) {
      connection = std::make_shared<Connection>(*this, key);
      ++pool.open;
    } else {
      return;
    }
    busy_.insert(connection);
    JobPtr job = std::move(pool.waiting.front());
    pool.waiting.pop_front();
    connection->run(std::move(job));
  }
}

// Made at the first TLS connection: reading certificates costs more than the rest of a short command.
Result<asio::ssl::context*> HttpClient::Impl::tls_context() {
  if (tls_) return &*tls_;
  tls_.emplace(asio::ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(tls_->native_handle(), TLS1_2_VERSION);
  error_code code;
  if (!options_.ca_file.empty()) {
    tls_->load_verify_file(options_.ca_file, code);
    if (code) {
      tls_.reset();
      return network_error("the certificates in " + options_.ca_file + " cannot be read: " + code.message());
    }
    return &*tls_;
  }
  // The hashed directory is looked into by name; the bundle would be parsed whole.
  if (SSL_CTX_load_verify_dir(tls_->native_handle(), X509_get_default_cert_dir()) != 1) tls_->set_default_verify_paths(code);
  return &*tls_;
}

void HttpClient::Impl::shut_down() {
  closing_ = true;
  const auto busy = busy_;
  resolver_.cancel();
  for (const auto& connection : busy) connection->abort();
  std::vector<JobPtr> waiting;
  for (auto& [key, pool] : pools_) {
    waiting.insert(waiting.end(), pool.waiting.begin(), pool.waiting.end());
    pool.waiting.clear();
    pool.idle.clear();
  }
  for (const JobPtr& job : waiting) job->done(Error{.kind = ErrorKind::interrupted, .message = "the client ended"});
}

HttpClient::HttpClient(HttpClientOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
HttpClient::~HttpClient() = default;
void HttpClient::send(HttpRequest request, Done done) { impl_->send(std::move(request), std::move(done)); }

Result<Url> parse_url(std::string_view text) {
  const auto wrong = [text](const char* why) { return usage_error("'" + std::string(text) + "' is not a URL: " + why, "like https://host:port or http://127.0.0.1:4566"); };
  Url url;
  std::string_view rest = text;
  if (ascii_lower(rest.substr(0, 8)) == "https://") rest.remove_prefix(8);
  else if (ascii_lower(rest.substr(0, 7)) == "http://") {
    rest.remove_prefix(7);
    url.origin.tls = false;
    url.origin.port = 80;
  } else {
    return wrong("it does not begin with http:// or https://");
  }
  const auto slash = rest.find_first_of("/?#");
  std::string_view authority = rest.substr(0, slash);
  if (slash != std::string_view::npos && rest[slash] == '/') url.path = rest.substr(slash);
  if (authority.find('@') != std::string_view::npos) return wrong("names and passwords in it are not accepted");
  std::string_view port;
  if (authority.starts_with("[")) {
    const auto end = authority.find(']');
    if (end == std::string_view::npos) return wrong("the bracket is not closed");
    url.origin.host = authority.substr(1, end - 1);
    authority.remove_prefix(end + 1);
    if (!authority.empty() && authority.front() != ':') return wrong("something stands between host and port");
    if (!authority.empty()) port = authority.substr(1);
    if (!authority.empty() && port.empty()) return wrong("the port is missing");
  } else {
    const auto colon = authority.find(':');
    url.origin.host = authority.substr(0, colon);
    if (colon != std::string_view::npos) {
      port = authority.substr(colon + 1);
      if (port.empty()) return wrong("the port is missing");
    }
  }
  if (url.origin.host.empty()) return wrong("the host is missing");
  for (char c : url.origin.host) {
    if (!is_ascii_alnum(c) && std::string_view("-._:%").find(c) == std::string_view::npos) return wrong("the host has a character that no host has");
  }
  if (!port.empty()) {
    unsigned number = 0;
    const auto parsed = std::from_chars(port.data(), port.data() + port.size(), number);
    if (parsed.ec != std::errc() || parsed.ptr != port.data() + port.size() || number == 0 || number > 65535) return wrong("the port is no number from 1 to 65535");
    url.origin.port = static_cast<std::uint16_t>(number);
  }
  return url;
}

}  // namespace squall::net
