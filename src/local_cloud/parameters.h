// The parameters of a request, checked against the bounds of the API's model before any operation looks at them.
//
// Pure. Faults carry the texts of AWS's services: "1 validation error detected: Value … at 'typeName' failed …".
// The texts of models are never shown in a fault: they may hold secrets.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_message.h"

namespace squall::local_cloud {

struct Parameters {
  std::string type_name;
  std::string type_version_id;
  std::string role_arn;
  std::string identifier;
  std::string desired_state;
  std::string patch_document;
  std::string resource_model;
  std::string client_token;
  std::string request_token;
  std::string next_token;
  std::optional<std::int64_t> results_max;
  std::vector<std::string> operations;  // of ResourceRequestStatusFilter
  std::vector<std::string> statuses;
};

// Reads the body of a request for the operation ("CreateResource"), or says how it must be refused.
struct ReadParameters {
  Parameters parameters;
  std::optional<net::HttpResponse> refusal;
};
ReadParameters read_parameters(std::string_view operation, std::string_view body);

}  // namespace squall::local_cloud
