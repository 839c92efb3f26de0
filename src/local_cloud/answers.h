// Answers of the API: JSON 1.0 bodies, and errors in AWS's envelope with AWS's status codes.
#pragma once

#include <string>
#include <string_view>

#include "local_cloud/json_input.h"
#include "local_cloud/resource_handlers.h"
#include "net/http_message.h"

namespace squall::local_cloud {

net::HttpResponse answer(const Json& body);
net::HttpResponse answer_text(std::string json);

// {"__type":"com.amazon.cloudapiservice#CODE","Message":TEXT}; 500 for the service's own faults, else 400.
net::HttpResponse refusal(std::string_view code, const std::string& text);

// A handler's refusal of a synchronous operation: NotFound becomes ResourceNotFoundException with the recorded text.
net::HttpResponse handler_refusal(std::string_view type_name, const HandlerFailure& failure);

// A random UUID, as AWS's request ids and tokens are.
std::string new_uuid();

}  // namespace squall::local_cloud
