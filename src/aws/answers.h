// Reading the answers of GetResource and ListResources, and of their like for requests, into pages. Anything that is not the shape that the API promises
// is an error of kind data that says so: never an empty answer.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "provider/provider.h"

namespace squall::aws {

struct ListAnswer {
  std::vector<provider::ResourcePage::Entry> entries;  // texts in `arena`
  std::unique_ptr<char[]> arena;
  std::string next_token;  // empty: the last page
};
Result<ListAnswer> parse_list_answer(std::string_view body);
// ListResourceRequests: an entry a ProgressEvent, its RequestToken and the event's JSON.
Result<ListAnswer> parse_request_list_answer(std::string_view body);

struct GetAnswer {
  provider::ResourcePage::Entry entry;
  std::unique_ptr<char[]> arena;
};
Result<GetAnswer> parse_get_answer(std::string_view body);
// GetResourceRequestStatus, likewise.
Result<GetAnswer> parse_request_answer(std::string_view body);

// Whether the JSON object has each of these keys with a value that tells something (an empty array or object in a list
// counts as absent: handlers that list less than they read send those).
bool has_all(std::string_view properties, const std::vector<std::string>& names);

// The bodies of the requests.
std::string get_body(std::string_view type_name, std::string_view identifier);
std::string list_body(std::string_view type_name, std::string_view resource_model, std::string_view next_token);
std::string request_list_body(std::string_view request_filter, std::string_view next_token);

}  // namespace squall::aws
