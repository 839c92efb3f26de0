#include "local_cloud/door.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "local_cloud/answers.h"
#include "local_cloud/caller.h"
#include "local_cloud/handler.h"
#include "local_cloud/json_input.h"
#include "net/sigv4_verify.h"

namespace squall::local_cloud {

namespace {

// Longer than a client waits before it sends a second request, shorter than its timeout.
constexpr std::chrono::milliseconds kSlow{2000};

net::HttpResponse service_refusal(std::string_view space, const std::string& code, const std::string& text) {
  net::HttpResponse response = refusal(code, text);
  response.body = json_text({{"__type", std::string(space) + "#" + code}, {"Message", text}});
  return response;
}

net::HttpResponse throttled() {
  return service_refusal("com.amazon.coral.availability", "ThrottlingException", "Rate exceeded");
}

std::string type_name_of(const net::HttpRequest& request) {
  const Json body = parse_json(request.body);
  return body.is_object() && body.contains("TypeName") && body["TypeName"].is_string()
             ? body["TypeName"].get<std::string>()
             : std::string();
}

// An answer that breaks off: half of the body under the whole one's length.
net::HttpResponse cut_off(net::HttpResponse response) {
  response.headers.emplace_back("Content-Length", std::to_string(response.body.size()));
  response.body.resize(response.body.size() / 2);
  return response;
}

}  // namespace

Door::Door(LocalCloud& cloud, net::Timer& timer, const Clock& clock, DoorOptions options)
    : cloud_(cloud), timer_(timer), clock_(clock), options_(std::move(options)) {}

void Door::send(net::HttpRequest request, Done done) {
  if (auto response = turned_away(request)) return answer(*std::move(response), nullptr, done);
  const Fault* fault = chosen_fault(request);
  auto answered = [this, fault, done](Result<net::HttpResponse> response) {
    if (!response) return done(std::move(response).error());
    answer(std::move(response).value(), fault, done);
  };
  if (fault == nullptr) return cloud_.send(std::move(request), std::move(answered));
  switch (fault->kind) {
    case Fault::Kind::slow:
    case Fault::Kind::truncate: return cloud_.send(std::move(request), std::move(answered));
    case Fault::Kind::handler:
      return cloud_.send_failing(std::move(request), {fault->handler_code, "a fault on purpose"}, std::move(answered));
    case Fault::Kind::throttle: return answer(throttled(), nullptr, done);
    case Fault::Kind::error500: {
      net::HttpResponse response =
          service_refusal("com.amazon.coral.service", "InternalFailure", "An internal error occurred");
      response.status = 500;
      return answer(std::move(response), nullptr, done);
    }
    case Fault::Kind::reset: return answer({.status = 0}, nullptr, done);
  }
}

// Reading the request's type costs as much as answering it: only where a fault may ask.
const Fault* Door::chosen_fault(const net::HttpRequest& request) {
  if (options_.faults.empty()) return nullptr;
  const std::string type_name = type_name_of(request);
  const std::lock_guard lock(mutex_);
  return options_.faults.next(type_name);
}

std::optional<net::HttpResponse> Door::turned_away(const net::HttpRequest& request) {
  if (options_.keys) {
    if (auto fault = signature_fault(request)) return fault;
  }
  if (options_.requests_per_second > 0 && !takes_turn(request)) return throttled();
  return std::nullopt;
}

std::optional<net::HttpResponse> Door::signature_fault(const net::HttpRequest& request) const {
  constexpr std::string_view kSpace = "com.amazon.coral.service";
  const auto authorization = net::parse_authorization(net::header(request.headers, "Authorization"));
  if (!authorization) return service_refusal(kSpace, authorization.error().code, authorization.error().message);
  const auto key = options_.keys->find(authorization->access_key_id);
  if (key == options_.keys->end())
    return service_refusal(kSpace, "UnrecognizedClientException",
                           "The security token included in the request is invalid.");
  const auto checked = net::check_signature(request, *authorization, key->second, clock_.now());
  if (!checked) return service_refusal(kSpace, checked.error().code, checked.error().message);
  const std::string service = asks_for_caller_identity(request) ? "sts" : "cloudcontrolapi";
  if (authorization->scope.service == service) return std::nullopt;
  return service_refusal(kSpace, "InvalidSignatureException",
                         "Credential should be scoped to correct service: '" + service + "'.");
}

// A token bucket that holds a second's requests, and one at the least.
bool Door::takes_turn(const net::HttpRequest& request) {
  const Place place = caller_place(request);
  const std::string name = place.account + "/" + (is_region_name(place.region) ? place.region : std::string());
  const std::lock_guard lock(mutex_);
  const auto now = clock_.now();
  const auto [found, added] = buckets_.try_emplace(name, Bucket{capacity(), now});
  fill(found->second, now);
  const bool has_one = found->second.tokens >= 1;
  if (has_one) found->second.tokens -= 1;
  if (added) forget_full(now);
  return has_one;
}

double Door::capacity() const { return std::max(1.0, options_.requests_per_second); }

void Door::fill(Bucket& bucket, Clock::Time now) const {
  const double waited = std::chrono::duration<double>(now - bucket.filled).count();
  bucket.tokens = std::min(capacity(), bucket.tokens + waited * options_.requests_per_second);
  bucket.filled = now;
}

// A full bucket is as good as none. They are looked through when they have become twice as many, so that this costs little.
void Door::forget_full(Clock::Time now) {
  constexpr std::size_t kBucketsMin = 1'000;
  if (buckets_.size() < std::max(kBucketsMin, buckets_kept_ * 2)) return;
  std::erase_if(buckets_, [&](const auto& entry) {
    Bucket bucket = entry.second;
    fill(bucket, now);
    return bucket.tokens >= capacity();
  });
  buckets_kept_ = buckets_.size();
}

void Door::answer(net::HttpResponse response, const Fault* fault, const Done& done) {
  auto delay = options_.latency;
  if (fault != nullptr && fault->kind == Fault::Kind::slow) delay += kSlow;
  if (fault != nullptr && fault->kind == Fault::Kind::truncate) response = cut_off(std::move(response));
  if (delay.count() == 0) return done(std::move(response));
  timer_.after(delay, [done, response = std::move(response)] { done(response); });
}

}  // namespace squall::local_cloud
