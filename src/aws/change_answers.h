// The bodies of the calls that change resources, and the ProgressEvent that each of them answers with.
//
// Source: botocore's model of cloudcontrol: every member of ProgressEvent is optional, times are epoch seconds (some tools
// write ISO 8601). What has not that shape is an error of kind data. Bodies may hold secrets: they are never logged.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "provider/change.h"

namespace squall::aws {

// "CreateResource".
const char* call_name(provider::ChangeOperation operation);
std::string change_body(const provider::Change& change, std::string_view client_token);
std::string request_token_body(std::string_view request_token);

// The ProgressEvent of an answer, with what its HooksProgressEvent has to say. An event without OperationStatus is none.
Result<provider::ProgressEvent> parse_progress_answer(std::string_view body);

// "ClientToken … is already associated with an existing operation with RequestToken R", and whatever else names one: R;
// empty where the text names none.
std::string request_token_in(std::string_view text);

}  // namespace squall::aws
