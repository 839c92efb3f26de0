#include <ostream>

#include "cli/command.h"
#include "sql/caret.h"

namespace squall::cli {

namespace {

// "ListResources in us-east-1: ThrottlingException: Rate exceeded (HTTP 400, request id …)".
std::string call_line(const Error& error) {
  std::string line;
  if (!error.operation.empty()) {
    line += error.operation;
    if (!error.region.empty()) line += " in " + error.region;
    line += ": ";
  }
  if (!error.code.empty()) line += error.code + ": ";
  line += error.message;
  std::string facts;
  if (error.http_status != 0) facts += "HTTP " + std::to_string(error.http_status);
  if (!error.request_id.empty()) facts += (facts.empty() ? "" : ", ") + ("request id " + error.request_id);
  if (!facts.empty()) line += " (" + facts + ")";
  return line;
}

}  // namespace

int print_error(std::ostream& err, const Error& error, std::string_view text) {
  err << "error: " << call_line(error) << "\n";
  if (error.position && !text.empty()) err << sql::caret_lines(text, *error.position, error.length) << "\n";
  if (!error.hint.empty()) err << "hint: " << error.hint << "\n";
  err.flush();
  if (error.kind == ErrorKind::usage) return kUsage;
  if (error.kind == ErrorKind::interrupted) return kInterrupted;
  return kFailed;
}

}  // namespace squall::cli
