#include "aws/change_answers.h"

#include <simdjson.h>

#include <chrono>

#include "aws/time_text.h"
#include "base/json_text.h"

namespace squall::aws {

namespace {

namespace dom = simdjson::dom;
using provider::Change;
using provider::ChangeOperation;
using provider::ProgressEvent;

Error broken(const std::string& what) { return data_error("the answer is not what the API promises: " + what); }

void add_member(std::string& body, std::string_view key, std::string_view value) {
  if (value.empty()) return;
  body += body.size() > 1 ? ",\"" : "\"";
  body.append(key) += "\":";
  append_json_quoted(body, value);
}

// Absent and null are the same.
Result<std::string> text_of(const dom::object& object, const char* key) {
  dom::element member;
  if (object[key].get(member) != simdjson::SUCCESS || member.is_null()) return std::string();
  std::string_view text;
  if (member.get_string().get(text) != simdjson::SUCCESS) return broken(std::string(key) + " is not a string");
  return std::string(text);
}

Result<double> time_of(const dom::object& object, const char* key) {
  dom::element member;
  if (object[key].get(member) != simdjson::SUCCESS || member.is_null()) return 0.0;
  double seconds = 0;
  if (member.get_double().get(seconds) == simdjson::SUCCESS) return seconds;
  std::string_view text;
  if (member.get_string().get(text) == simdjson::SUCCESS) {
    if (const auto time = parse_iso_time(text)) {
      return std::chrono::duration<double>(time->time_since_epoch()).count();
    }
  }
  return broken(std::string(key) + " is not a time");
}

Result<ProgressEvent> event_of(const dom::object& object) {
  ProgressEvent event;
  event.type_name = TRY(text_of(object, "TypeName"));
  event.identifier = TRY(text_of(object, "Identifier"));
  event.request_token = TRY(text_of(object, "RequestToken"));
  event.operation = TRY(text_of(object, "Operation"));
  event.operation_status = TRY(text_of(object, "OperationStatus"));
  event.event_time = TRY(time_of(object, "EventTime"));
  event.resource_model = TRY(text_of(object, "ResourceModel"));
  event.status_message = TRY(text_of(object, "StatusMessage"));
  event.error_code = TRY(text_of(object, "ErrorCode"));
  event.retry_after = TRY(time_of(object, "RetryAfter"));
  if (event.operation_status.empty()) return broken("a ProgressEvent without OperationStatus");
  return event;
}

// "AWS::Checks::Hook HOOK_COMPLETE_FAILED (WARN): no tags"; empty where the hook passed and said nothing.
Result<std::string> hook_text(const dom::object& hook) {
  const std::string status = TRY(text_of(hook, "HookStatus"));
  const std::string message = TRY(text_of(hook, "HookStatusMessage"));
  const bool failed = status == "HOOK_COMPLETE_FAILED" || status == "HOOK_FAILED";
  if (message.empty() && !failed) return std::string();
  const std::string mode = TRY(text_of(hook, "FailureMode"));
  std::string text = TRY(text_of(hook, "HookTypeName")) + " " + status;
  if (!mode.empty()) text += " (" + mode + ")";
  if (!message.empty()) text += ": " + message;
  return text;
}

}  // namespace

const char* call_name(ChangeOperation operation) {
  switch (operation) {
    case ChangeOperation::create: return "CreateResource";
    case ChangeOperation::update: return "UpdateResource";
    case ChangeOperation::delete_: return "DeleteResource";
  }
  return "";
}

std::string change_body(const Change& change, std::string_view client_token) {
  std::string body = "{";
  add_member(body, "TypeName", change.type_name);
  if (change.operation != ChangeOperation::create) add_member(body, "Identifier", change.identifier);
  if (change.operation == ChangeOperation::create) add_member(body, "DesiredState", change.desired_state);
  if (change.operation == ChangeOperation::update) add_member(body, "PatchDocument", change.patch_document);
  add_member(body, "TypeVersionId", change.type_version_id);
  add_member(body, "RoleArn", change.role_arn);
  add_member(body, "ClientToken", client_token);
  return body + "}";
}

std::string request_token_body(std::string_view request_token) {
  std::string body = "{";
  add_member(body, "RequestToken", request_token);
  return body + "}";
}

Result<ProgressEvent> parse_progress_answer(std::string_view body) {
  dom::parser parser;
  dom::element document;
  if (const auto code = parser.parse(simdjson::padded_string(body)).get(document); code != simdjson::SUCCESS)
    return broken(std::string("no JSON (") + simdjson::error_message(code) + ")");
  dom::object object;
  if (document["ProgressEvent"].get_object().get(object) != simdjson::SUCCESS) return broken("it has no ProgressEvent");
  ProgressEvent event = TRY(event_of(object));
  dom::element hooks;
  if (document["HooksProgressEvent"].get(hooks) != simdjson::SUCCESS || hooks.is_null()) return event;
  dom::array list;
  if (hooks.get_array().get(list) != simdjson::SUCCESS) return broken("HooksProgressEvent is no array");
  for (const dom::element item : list) {
    dom::object hook;
    if (item.get_object().get(hook) != simdjson::SUCCESS) return broken("a HooksProgressEvent is no object");
    std::string text = TRY(hook_text(hook));
    if (!text.empty()) event.hooks.push_back(std::move(text));
  }
  return event;
}

std::string request_token_in(std::string_view text) {
  constexpr std::string_view kMark = "RequestToken";
  constexpr std::string_view kTokenCharacters = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+/=";
  const auto mark = text.rfind(kMark);
  if (mark == std::string_view::npos) return {};
  const auto begin = text.find_first_not_of(": '\"", mark + kMark.size());
  if (begin == std::string_view::npos || begin == mark + kMark.size()) return {};
  const auto end = text.find_first_not_of(kTokenCharacters, begin);
  return std::string(text.substr(begin, end == std::string_view::npos ? end : end - begin));
}

}  // namespace squall::aws
