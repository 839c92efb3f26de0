#include "aws/cloud_control.h"

#include <fmt/format.h>
#include <simdjson.h>

#include "aws/endpoint.h"

namespace squall::aws {

namespace {

constexpr std::string_view kTargetPrefix = "CloudApiService.";
constexpr std::size_t kErrorTextMax = 2000;

Error with_place(Error error, const Call& call) {
  if (error.operation.empty()) error.operation = call.operation;
  if (error.region.empty()) error.region = call.region;
  return error;
}

// "com.amazon.coral.service#AccessDeniedException:http://..." -> "AccessDeniedException".
std::string code_of_type(std::string_view type) {
  type = type.substr(0, type.find(':'));
  if (const auto hash = type.rfind('#'); hash != std::string_view::npos) type.remove_prefix(hash + 1);
  return std::string(type);
}

std::string text_of(simdjson::dom::element document, const char* key) {
  std::string_view text;
  if (document[key].get_string().get(text) != simdjson::SUCCESS) return {};
  return std::string(text);
}

// A page of HTML from a proxy is told by its beginning, on one line.
std::string one_line(std::string_view body) {
  std::string line;
  for (char c : body.substr(0, 200)) line += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  return body.size() > 200 ? line + "…" : line;
}

}  // namespace

Error error_of_answer(const net::HttpResponse& response) {
  Error error{.kind = ErrorKind::service, .http_status = response.status};
  error.request_id = net::header(response.headers, "x-amzn-RequestId");
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  if (parser.parse(response.body).get(document) == simdjson::SUCCESS && document.is_object()) {
    error.code = code_of_type(text_of(document, "__type"));
    error.message = text_of(document, "message");
    if (error.message.empty()) error.message = text_of(document, "Message");
  } else {
    error.message = one_line(response.body);
  }
  if (error.code.empty()) error.code = fmt::format("HTTP {}", response.status);
  if (error.message.empty()) error.message = "no text came with it";
  if (error.message.size() > kErrorTextMax) error.message.resize(kErrorTextMax);
  return error;
}

struct CloudControl::Attempt {
  Call call;
  Done done;
  int number = 1;
};

CloudControl::CloudControl(net::Transport& transport, net::Timer& timer, const Clock& clock, Options options)
    : transport_(transport),
      timer_(timer),
      clock_(clock),
      options_(std::move(options)),
      random_(std::random_device{}()) {}

void CloudControl::call(Call call, Done done) {
  auto attempt = std::make_shared<Attempt>();
  attempt->call = std::move(call);
  attempt->done = std::move(done);
  send(std::move(attempt));
}

void CloudControl::send(std::shared_ptr<Attempt> attempt) {
  const Call& call = attempt->call;
  auto url = cloud_control_endpoint(options_.endpoint_url, call.region);
  if (!url) return attempt->done(with_place(std::move(url).error(), call));
  auto credentials = options_.credentials();
  if (!credentials) return attempt->done(with_place(std::move(credentials).error(), call));

  net::HttpRequest request{.origin = url->origin, .method = "POST", .target = url->path, .body = call.body};
  request.headers = {{"Content-Type", "application/x-amz-json-1.0"},
                     {"X-Amz-Target", std::string(kTargetPrefix) + call.operation}};
  net::sign(request, credentials->key, {.region = call.region, .service = "cloudcontrolapi"}, clock_.now());
  transport_.send(std::move(request),
                  [this, attempt](Result<net::HttpResponse> response) { finish(attempt, std::move(response)); });
}

void CloudControl::finish(const std::shared_ptr<Attempt>& attempt, Result<net::HttpResponse> response) {
  if (response.ok() && response->status == 200) {
    std::string request_id(net::header(response->headers, "x-amzn-RequestId"));
    return attempt->done(Answer{std::move(response.value().body), std::move(request_id)});
  }
  Error error = response.ok() ? error_of_answer(*response) : std::move(response).error();
  const bool throttled = is_throttling(error);
  const int attempts_max = throttled ? options_.retry.throttled_attempts_max : options_.retry.attempts_max;
  if (is_retryable(error) && attempt->number < attempts_max) {
    const auto delay = retry_delay(options_.retry, attempt->number, throttled, jitter());
    ++attempt->number;
    return timer_.after(delay, [this, attempt] { send(attempt); });
  }
  attempt->done(with_place(std::move(error), attempt->call));
}

double CloudControl::jitter() {
  const std::lock_guard lock(mutex_);
  return std::uniform_real_distribution<double>(0.0, 1.0)(random_);
}

}  // namespace squall::aws
