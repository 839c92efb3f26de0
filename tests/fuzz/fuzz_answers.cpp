// Answers of the Cloud Control API: any bytes give entries inside their arena, or an error; never a crash.
#include <cstdint>
#include <cstdlib>

#include "aws/answers.h"
#include "aws/change_answers.h"
#include "aws/cloud_control.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace squall;
  const std::string body(reinterpret_cast<const char*>(data), size);
  std::size_t bytes = 0;
  if (const auto list = aws::parse_list_answer(body)) {
    for (const auto& entry : list->entries) {
      for (char c : entry.identifier) bytes += static_cast<unsigned char>(c);
      for (char c : entry.properties) bytes += static_cast<unsigned char>(c);
      bytes += aws::has_all(entry.properties, {"Arn", "Name"}) ? 1 : 0;
    }
  }
  if (const auto requests = aws::parse_request_list_answer(body)) {
    for (const auto& entry : requests->entries) {
      for (char c : entry.identifier) bytes += static_cast<unsigned char>(c);
      bytes += aws::has_all(entry.properties, {"RequestToken"}) ? 1 : 0;
    }
  }
  if (const auto request = aws::parse_request_answer(body)) {
    for (char c : request->entry.properties) bytes += static_cast<unsigned char>(c);
  }
  if (const auto get = aws::parse_get_answer(body)) {
    for (char c : get->entry.properties) bytes += static_cast<unsigned char>(c);
  }
  if (const auto event = aws::parse_progress_answer(body)) {
    if (event->operation_status.empty()) std::abort();
    for (const std::string& hook : event->hooks) bytes += hook.size();
  }
  bytes += aws::request_token_in(body).size();
  const Error error = aws::error_of_answer({.status = 400, .body = body});
  if (error.code.empty() || error.message.empty()) std::abort();
  return bytes == static_cast<std::size_t>(-1) ? 1 : 0;
}
