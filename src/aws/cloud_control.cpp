#include "aws/cloud_control.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <optional>
#include <utility>

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

void tally(const Call& call, provider::CallMeter::Count provider::CallMeter::*what, std::uint64_t number = 1) {
  if (call.meter) call.meter->add(what, number);
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
  int throttles = 0;
  int faults = 0;
  Limiter* limiter = nullptr;  // while it has a turn
  Clock::Time sent;
  Clock::Time signed_at;
  std::string access_key_id;
  bool renewed = false;    // once with fresh credentials
  bool clock_set = false;  // once with the service's time
  std::string account_id;  // where the credentials tell it
  std::optional<Clock::Time> waits_since;
};

CloudControl::CloudControl(net::Transport& transport, net::Timer& timer, const Clock& clock, Options options)
    : transport_(transport),
      timer_(timer),
      clock_(clock),
      options_(std::move(options)),
      random_(options_.jitter_seed) {}

void CloudControl::call(Call call, Done done) {
  auto attempt = std::make_shared<Attempt>();
  attempt->call = std::move(call);
  attempt->done = std::move(done);
  begin(attempt);
}

// The credentials tell the account, the account the limiter. While a call waits for its turn they may run out, so it asks
// for them again when its turn has come.
void CloudControl::begin(const AttemptPtr& attempt) {
  options_.credentials.get([this, attempt](Result<Credentials> credentials) {
    if (!credentials) return fail(attempt, std::move(credentials).error());
    attempt->account_id = credentials->account_id.value_or("");
    if (!attempt->waits_since) attempt->waits_since = clock_.now();
    Limiter& limiter = options_.limiters.of(credentials->account_id.value_or(options_.profile), attempt->call.region);
    limiter.acquire(
        [this, attempt, &limiter](Clock::Time sent) {
          attempt->limiter = &limiter;
          attempt->sent = sent;
          const auto waited =
              std::chrono::duration_cast<std::chrono::microseconds>(sent - *std::exchange(attempt->waits_since, {}));
          tally(attempt->call, &provider::CallMeter::waited_us,
                static_cast<std::uint64_t>(std::max<std::int64_t>(0, waited.count())));
          options_.credentials.get([this, attempt](Result<Credentials> current) {
            if (!current) return fail(attempt, std::move(current).error());
            send(attempt, *current);
          });
        },
        attempt->number > 1);
  });
}

void CloudControl::send(const AttemptPtr& attempt, const Credentials& credentials) {
  const Call& call = attempt->call;
  if (auto ask = std::exchange(attempt->call.may_start, nullptr)) {
    if (Status allowed = ask(); !allowed) return fail(attempt, std::move(allowed).error());
  }
  auto url = options_.endpoint(call.region);
  if (!url) return fail(attempt, std::move(url).error());
  if (closed_ || (call.trace && !call.trace->leave()))
    return fail(attempt, {.kind = ErrorKind::interrupted, .message = "interrupted"});

  net::HttpRequest request{.origin = url->origin, .method = "POST", .target = url->path, .body = call.body};
  request.headers = {{"Content-Type", "application/x-amz-json-1.0"},
                     {"X-Amz-Target", std::string(kTargetPrefix) + call.operation}};
  attempt->access_key_id = credentials.key.access_key_id;
  attempt->signed_at = clock_.now() + std::chrono::seconds(skew_seconds_);
  net::sign(request, credentials.key, {.region = call.region, .service = "cloudcontrolapi"}, attempt->signed_at);
  transport_.send(std::move(request),
                  [this, attempt](Result<net::HttpResponse> response) { finish(attempt, std::move(response)); });
}

void CloudControl::fail(const AttemptPtr& attempt, Error error) {
  if (attempt->limiter != nullptr) attempt->limiter->release(attempt->sent, Limiter::Outcome::failure);
  error.retryable = is_retryable(error);
  error.account_id = attempt->account_id;
  attempt->done(with_place(std::move(error), attempt->call));
}

void CloudControl::finish(const AttemptPtr& attempt, Result<net::HttpResponse> response) {
  if (response.ok() && response->status == 200) {
    log_call(*attempt, response, nullptr);
    std::exchange(attempt->limiter, nullptr)->release(attempt->sent, Limiter::Outcome::success);
    tally(attempt->call, &provider::CallMeter::bytes, response->body.size());
    std::string request_id(net::header(response->headers, "x-amzn-RequestId"));
    return attempt->done(Answer{std::move(response.value().body), std::move(request_id)});
  }
  const net::HttpHeaders headers = response.ok() ? response->headers : net::HttpHeaders();
  Error error = response.ok() ? error_of_answer(*response) : response.error();
  log_call(*attempt, response, &error);
  const auto outcome = is_throttling(error) ? Limiter::Outcome::throttled
                       : response.ok()      ? Limiter::Outcome::success
                                            : Limiter::Outcome::failure;
  std::exchange(attempt->limiter, nullptr)->release(attempt->sent, outcome);
  if (attempt->call.trace && is_doubtful(error)) attempt->call.trace->lose();
  if (outcome == Limiter::Outcome::throttled) tally(attempt->call, &provider::CallMeter::throttled);
  attempt->waits_since = clock_.now();
  if (repeat(attempt, error, headers)) return;
  fail(attempt, std::move(error));
}

bool CloudControl::repeat(const AttemptPtr& attempt, const Error& error, const net::HttpHeaders& headers) {
  if (is_expired(error) && !attempt->renewed && options_.credentials.reject(attempt->access_key_id)) {
    attempt->renewed = true;
    tally(attempt->call, &provider::CallMeter::retried);
    begin(attempt);
    return true;
  }
  if (const auto skew = clock_skew(error, headers, attempt->signed_at, clock_.now()); skew && !attempt->clock_set) {
    attempt->clock_set = true;
    skew_seconds_ = skew->count();
    tally(attempt->call, &provider::CallMeter::retried);
    begin(attempt);
    return true;
  }
  const bool throttled = is_throttling(error);
  const int attempts_max = throttled ? options_.retry.throttled_attempts_max : options_.retry.attempts_max;
  int& count = throttled ? attempt->throttles : attempt->faults;
  if (!is_retryable(error) || ++count >= attempts_max) return false;
  const auto own = retry_delay(options_.retry, count, throttled, jitter());
  ++attempt->number;
  tally(attempt->call, &provider::CallMeter::retried);
  timer_.after(retry_delay_of_answer(options_.retry, own, headers), [this, attempt] { begin(attempt); });
  return true;
}

void CloudControl::log_call(const Attempt& attempt, const Result<net::HttpResponse>& response,
                            const Error* error) const {
  if (options_.log == nullptr || !options_.log->is_on(LogLevel::debug)) return;
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(clock_.now() - attempt.sent);
  options_.log->line(
      LogLevel::debug, "http",
      {{"operation", attempt.call.operation},
       {"region", attempt.call.region},
       {"attempt", std::to_string(attempt.number)},
       {"status", response.ok() ? std::to_string(response->status) : std::string("none")},
       {"code", error == nullptr ? std::string() : error->code},
       {"bytes_sent", std::to_string(attempt.call.body.size())},
       {"bytes_received", response.ok() ? std::to_string(response->body.size()) : std::string()},
       {"ms", std::to_string(took.count())},
       {"request_id", response.ok() ? std::string(net::header(response->headers, "x-amzn-RequestId")) : std::string()},
       {"fault", response.ok() ? std::string() : response.error().message}});
}

double CloudControl::jitter() {
  const std::lock_guard lock(mutex_);
  return std::uniform_real_distribution<double>(0.0, 1.0)(random_);
}

}  // namespace squall::aws
