#include "local_cloud/parameters.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/ascii.h"
#include "local_cloud/answers.h"
#include "local_cloud/json_input.h"

namespace squall::local_cloud {

namespace {

bool all_alphanumeric_or(std::string_view text, std::string_view others) {
  return std::all_of(text.begin(), text.end(),
                     [&](char c) { return is_ascii_alnum(c) || others.find(c) != std::string_view::npos; });
}

bool is_type_name(std::string_view text) {
  for (int part = 0; part < 3; ++part) {
    const auto end = part < 2 ? text.find("::") : text.size();
    if (end == std::string_view::npos || end < 2 || end > 64 || !all_alphanumeric_or(text.substr(0, end), ""))
      return false;
    text.remove_prefix(part < 2 ? end + 2 : end);
  }
  return true;
}

bool is_token(std::string_view text) { return all_alphanumeric_or(text, "-+/="); }
bool is_version_id(std::string_view text) { return all_alphanumeric_or(text, "-"); }
bool is_one_line(std::string_view text) { return text.find_first_of("\n\r") == std::string_view::npos; }
bool is_role(std::string_view text) {
  const auto iam = text.find(":iam::", 4);
  if (!text.starts_with("arn:") || iam == std::string_view::npos || iam == 4) return false;
  const std::string_view rest = text.substr(iam + 6);
  return rest.size() > 18 && std::all_of(rest.begin(), rest.begin() + 12, is_ascii_digit) &&
         rest.substr(12).starts_with(":role/");
}
bool is_anything(std::string_view) { return true; }

// The model of the API: bounds in characters. `shown` is false for what may hold secrets.
struct Bound {
  const char* name;
  const char* wire_name;
  std::string Parameters::*member;
  std::size_t characters_min;
  std::size_t characters_max;
  bool (*fits)(std::string_view);
  const char* pattern;
  bool shown;
};

constexpr const char* kToken = "[-A-Za-z0-9+/=]+";
constexpr Bound kBounds[] = {
    {"TypeName", "typeName", &Parameters::type_name, 10, 196, is_type_name,
     "[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}", true},
    {"TypeVersionId", "typeVersionId", &Parameters::type_version_id, 1, 128, is_version_id, "[A-Za-z0-9-]+", true},
    {"RoleArn", "roleArn", &Parameters::role_arn, 20, 2048, is_role, "arn:.+:iam::[0-9]{12}:role/.+", true},
    {"Identifier", "identifier", &Parameters::identifier, 1, 1024, is_one_line, ".+", true},
    {"DesiredState", "desiredState", &Parameters::desired_state, 1, 262'144, is_anything, "", false},
    {"PatchDocument", "patchDocument", &Parameters::patch_document, 1, 262'144, is_anything, "", false},
    {"ResourceModel", "resourceModel", &Parameters::resource_model, 1, 262'144, is_anything, "", false},
    {"ClientToken", "clientToken", &Parameters::client_token, 1, 128, is_token, kToken, true},
    {"RequestToken", "requestToken", &Parameters::request_token, 1, 128, is_token, kToken, true},
    {"NextToken", "nextToken", &Parameters::next_token, 1, 4096, is_one_line, ".+", true},
};
// ListResourceRequests has a kind of its own.
constexpr Bound kRequestsNextToken = {"NextToken", "nextToken", &Parameters::next_token, 1, 2048, is_token,
                                      kToken,      true};

struct Shape {
  std::string_view operation;
  std::vector<std::string_view> required;
  std::vector<std::string_view> optional;
};

const Shape* find_shape(std::string_view operation) {
  static const std::vector<Shape> kShapes = {
      {"CreateResource", {"TypeName", "DesiredState"}, {"TypeVersionId", "RoleArn", "ClientToken"}},
      {"GetResource", {"TypeName", "Identifier"}, {"TypeVersionId", "RoleArn"}},
      {"UpdateResource", {"TypeName", "Identifier", "PatchDocument"}, {"TypeVersionId", "RoleArn", "ClientToken"}},
      {"DeleteResource", {"TypeName", "Identifier"}, {"TypeVersionId", "RoleArn", "ClientToken"}},
      {"ListResources", {"TypeName"}, {"TypeVersionId", "RoleArn", "ResourceModel", "NextToken"}},
      {"GetResourceRequestStatus", {"RequestToken"}, {}},
      {"ListResourceRequests", {}, {"NextToken"}},
      {"CancelResourceRequest", {"RequestToken"}, {}},
  };
  const auto found =
      std::find_if(kShapes.begin(), kShapes.end(), [&](const Shape& shape) { return shape.operation == operation; });
  return found == kShapes.end() ? nullptr : &*found;
}

bool has(const std::vector<std::string_view>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::size_t characters_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string failed(const std::string& wire_name, const std::string& shown, const std::string& constraint) {
  return "Value " + (shown.empty() ? "" : shown + " ") + "at '" + wire_name +
         "' failed to satisfy constraint: " + constraint;
}

// What is wrong with a value, each as AWS words it.
void check(const Bound& bound, const std::string& value, std::vector<std::string>& faults) {
  const std::string shown = bound.shown ? "'" + value + "'" : "";
  const std::size_t characters = characters_of(value);
  if (characters < bound.characters_min) {
    faults.push_back(
        failed(bound.wire_name, shown,
               "Member must have length greater than or equal to " + std::to_string(bound.characters_min)));
  }
  if (characters > bound.characters_max) {
    faults.push_back(failed(bound.wire_name, shown,
                            "Member must have length less than or equal to " + std::to_string(bound.characters_max)));
  }
  if (!bound.fits(value)) {
    faults.push_back(failed(bound.wire_name, shown,
                            std::string("Member must satisfy regular expression pattern: ") + bound.pattern));
  }
}

net::HttpResponse no_such_kind(std::string_view name, const char* kind) {
  return refusal("SerializationException", "the value of " + std::string(name) + " is no " + kind);
}

struct ListBound {
  const char* name;
  const char* wire_name;
  std::vector<std::string> Parameters::*member;
  std::string_view allowed;  // joined by ", "
};
constexpr ListBound kListBounds[] = {
    {"Operations", "resourceRequestStatusFilter.operations", &Parameters::operations, "CREATE, DELETE, UPDATE"},
    {"OperationStatuses", "resourceRequestStatusFilter.operationStatuses", &Parameters::statuses,
     "PENDING, IN_PROGRESS, SUCCESS, FAILED, CANCEL_IN_PROGRESS, CANCEL_COMPLETE"},
};

bool is_allowed(const std::string& word, std::string_view allowed) {
  return word.find(',') == std::string::npos &&
         (", " + std::string(allowed) + ",").find(", " + word + ",") != std::string::npos;
}

// ListResourceRequests only.
std::optional<net::HttpResponse> read_filter(const Json& body, Parameters& parameters,
                                             std::vector<std::string>& faults) {
  const auto filter = body.find("ResourceRequestStatusFilter");
  if (filter == body.end() || filter->is_null()) return std::nullopt;
  if (!filter->is_object()) return no_such_kind("ResourceRequestStatusFilter", "object");
  for (const ListBound& bound : kListBounds) {
    const auto list = filter->find(bound.name);
    if (list == filter->end() || list->is_null()) continue;
    if (!list->is_array()) return no_such_kind(bound.name, "list");
    for (const Json& word : *list) {
      if (!word.is_string()) return no_such_kind(bound.name, "list of strings");
      (parameters.*bound.member).push_back(word.get<std::string>());
      if (!is_allowed((parameters.*bound.member).back(), bound.allowed)) {
        faults.push_back(failed(bound.wire_name, "'[" + (parameters.*bound.member).back() + "]'",
                                "Member must satisfy constraint: [Member must satisfy enum value set: [" +
                                    std::string(bound.allowed) + "]]"));
      }
    }
  }
  return std::nullopt;
}

std::optional<net::HttpResponse> read_results_max(const Json& body, Parameters& parameters,
                                                  std::vector<std::string>& faults) {
  const auto value = body.find("MaxResults");
  if (value == body.end() || value->is_null()) return std::nullopt;
  if (!value->is_number_integer()) return no_such_kind("MaxResults", "integer");
  // A number beyond the signed ones is as much too large as the largest of these.
  const bool is_huge =
      value->is_number_unsigned() && value->get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max();
  const auto number = is_huge ? std::numeric_limits<std::int64_t>::max() : value->get<std::int64_t>();
  parameters.results_max = number;
  const std::string shown = "'" + value->dump() + "'";
  if (number < 1) faults.push_back(failed("maxResults", shown, "Member must have value greater than or equal to 1"));
  if (number > 100) faults.push_back(failed("maxResults", shown, "Member must have value less than or equal to 100"));
  return std::nullopt;
}

std::optional<net::HttpResponse> read_texts(const Shape& shape, const Json& body, Parameters& parameters,
                                            std::vector<std::string>& faults) {
  for (const Bound& bound : kBounds) {
    const bool required = has(shape.required, bound.name);
    if (!required && !has(shape.optional, bound.name)) continue;
    const auto value = body.find(bound.name);
    if (value == body.end() || value->is_null()) {
      if (required) faults.push_back(failed(bound.wire_name, "null", "Member must not be null"));
      continue;
    }
    if (!value->is_string()) return no_such_kind(bound.name, "string");
    parameters.*bound.member = value->get<std::string>();
    const bool of_requests = shape.operation == "ListResourceRequests" && bound.member == &Parameters::next_token;
    check(of_requests ? kRequestsNextToken : bound, parameters.*bound.member, faults);
  }
  return std::nullopt;
}

}  // namespace

ReadParameters read_parameters(std::string_view operation, std::string_view body) {
  ReadParameters read;
  const Shape* shape = find_shape(operation);
  const Json document = parse_json(body);
  if (shape == nullptr || !document.is_object()) {
    read.refusal = refusal("SerializationException", "the body is no JSON object");
    return read;
  }
  std::vector<std::string> faults;
  read.refusal = read_texts(*shape, document, read.parameters, faults);
  if (!read.refusal && operation.starts_with("List"))
    read.refusal = read_results_max(document, read.parameters, faults);
  if (!read.refusal && operation == "ListResourceRequests")
    read.refusal = read_filter(document, read.parameters, faults);
  if (read.refusal || faults.empty()) return read;

  std::string text =
      std::to_string(faults.size()) + " validation error" + (faults.size() > 1 ? "s" : "") + " detected: ";
  for (std::size_t i = 0; i < faults.size(); ++i) text += (i > 0 ? "; " : "") + faults[i];
  read.refusal = refusal("ValidationException", text);
  return read;
}

}  // namespace squall::local_cloud
