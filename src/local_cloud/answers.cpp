#include "local_cloud/answers.h"

#include <nlohmann/json.hpp>
#include <random>

namespace squall::local_cloud {

namespace {

net::HttpResponse with_body(int status, std::string json) {
  return {.status = status,
          .headers = {{"x-amzn-RequestId", new_uuid()}, {"Content-Type", "application/x-amz-json-1.0"}},
          .body = std::move(json)};
}

bool is_fault(std::string_view code) {
  for (std::string_view fault :
       {"ConcurrentModificationException", "HandlerFailureException", "HandlerInternalFailureException",
        "NetworkFailureException", "ServiceInternalErrorException"}) {
    if (code == fault) return true;
  }
  return false;
}

// The exception that a HandlerErrorCode becomes.
std::string exception_of(const std::string& code) {
  if (code == "NotFound") return "ResourceNotFoundException";
  if (code == "InternalFailure") return "HandlerInternalFailureException";
  if (code == "ServiceTimeout") return "HandlerFailureException";  // the API's model has none of its own
  return code.ends_with("Exception") ? code : code + "Exception";
}

}  // namespace

std::string new_uuid() {
  // One word of chance would make tokens of many processes on one store meet.
  static thread_local std::mt19937_64 random = [] {
    std::random_device device;
    std::seed_seq words{device(), device(), device(), device(), device(), device(), device(), device()};
    return std::mt19937_64(words);
  }();
  static constexpr char kHex[] = "0123456789abcdef";
  std::string text = "xxxxxxxx-xxxx-4xxx-axxx-xxxxxxxxxxxx";
  for (char& c : text) {
    if (c == 'x') c = kHex[random() & 15];
  }
  return text;
}

net::HttpResponse answer(const Json& body) { return answer_text(json_text(body)); }
net::HttpResponse answer_text(std::string json) { return with_body(200, std::move(json)); }

net::HttpResponse refusal(std::string_view code, const std::string& text) {
  return with_body(is_fault(code) ? 500 : 400,
                   json_text({{"__type", "com.amazon.cloudapiservice#" + std::string(code)}, {"Message", text}}));
}

net::HttpResponse handler_refusal(std::string_view type_name, const HandlerFailure& failure) {
  return refusal(exception_of(failure.code),
                 std::string(type_name) + " Handler returned status FAILED: " + failure.message +
                     " (HandlerErrorCode: " + failure.code + ", RequestToken: " + new_uuid() + ")");
}

}  // namespace squall::local_cloud
