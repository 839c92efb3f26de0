// What went wrong, as a value: which thing, where, and what to do next.
//
// An Error is made where the fault is seen and passed up in a Result (result.h); each layer may add what it knows
// (region, operation, position) once. It is printed at one place, cli/. Texts are lower case and never hold a secret.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace squall {

enum class ErrorKind {
  usage,        // wrong command line: exit code 2
  sql,          // the statement is wrong: syntax, unknown name, missing parameter
  service,      // the cloud answered with an error; `code` is its name
  network,      // no (whole) answer came
  credentials,  // no credentials, or unusable ones
  data,         // a document or file is not what it should be
  limit,        // a bound of ours was reached
  interrupted,  // the user stopped it
  internal,     // a bug or a failing library
};

struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string message;
  std::string hint = {};                     // the next step, without "hint:"
  std::optional<std::size_t> position = {};  // byte offset into the text the user gave
  std::size_t length = 1;                    // bytes to underline there
  // Of a failed call to a cloud:
  std::string code = {};       // "ThrottlingException"
  std::string operation = {};  // "ListResources"
  std::string region = {};
  std::string request_id = {};
  int http_status = 0;
  bool not_sent = false;        // of kind network: no connection came about, so nothing was asked of anybody
  bool retryable = false;       // the same call may succeed later
  std::string account_id = {};  // where it is known
  std::string profile = {};
  std::string type_name = {};   // "AWS::SageMaker::Image"
  std::string identifier = {};  // of a list under a parent: its keys as JSON

  Error at(std::size_t offset, std::size_t bytes = 1) && {
    position = offset;
    length = bytes;
    return std::move(*this);
  }
};

inline Error usage_error(std::string message, std::string hint = {}) {
  return {.kind = ErrorKind::usage, .message = std::move(message), .hint = std::move(hint)};
}
inline Error sql_error(std::string message, std::string hint = {}) {
  return {.kind = ErrorKind::sql, .message = std::move(message), .hint = std::move(hint)};
}
inline Error data_error(std::string message, std::string hint = {}) {
  return {.kind = ErrorKind::data, .message = std::move(message), .hint = std::move(hint)};
}
inline Error internal_error(std::string message) {
  return {.kind = ErrorKind::internal, .message = std::move(message)};
}

}  // namespace squall
