#include "local_cloud/handler.h"

#include <nlohmann/json.hpp>

#include "local_cloud/answers.h"
#include "local_cloud/caller.h"
#include "local_cloud/invented_values.h"
#include "local_cloud/model.h"
#include "local_cloud/progress.h"

namespace squall::local_cloud {

namespace {

constexpr std::string_view kTargetPrefix = "CloudApiService.";

struct Operation {
  std::string_view name;
  bool writes;
  Answer (*run)(const Call&);
};

constexpr Operation kOperations[] = {
    {"CreateResource", true, create_resource},
    {"GetResource", false, get_resource},
    {"UpdateResource", true, update_resource},
    {"DeleteResource", true, delete_resource},
    {"ListResources", false, list_resources},
    {"GetResourceRequestStatus", false, get_resource_request_status},
    {"ListResourceRequests", false, list_resource_requests},
    {"CancelResourceRequest", true, cancel_resource_request},
};

const Operation* find_operation(const net::HttpRequest& request) {
  std::string_view target = net::header(request.headers, "X-Amz-Target");
  if (!target.starts_with(kTargetPrefix)) return nullptr;
  target.remove_prefix(kTargetPrefix.size());
  for (const Operation& operation : kOperations) {
    if (operation.name == target) return &operation;
  }
  return nullptr;
}

// XML, unless JSON is asked for.
net::HttpResponse caller_identity(const Place& place, std::string_view accept) {
  const std::string arn = "arn:" + partition_of(place.region) + ":iam::" + place.account + ":root";
  const std::string request_id = new_uuid();
  if (accept.find("application/json") != std::string_view::npos) {
    const Json result = {{"Account", place.account}, {"Arn", arn}, {"UserId", place.account}};
    const Json body = {{"GetCallerIdentityResponse",
                        {{"GetCallerIdentityResult", result}, {"ResponseMetadata", {{"RequestId", request_id}}}}}};
    return {.status = 200,
            .headers = {{"x-amzn-RequestId", request_id}, {"Content-Type", "application/json"}},
            .body = json_text(body)};
  }
  return {.status = 200,
          .headers = {{"x-amzn-RequestId", request_id}, {"Content-Type", "text/xml"}},
          .body =
              "<GetCallerIdentityResponse "
              "xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult><Arn>" +
              arn + "</Arn><UserId>" + place.account + "</UserId><Account>" + place.account +
              "</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>" + request_id +
              "</RequestId></ResponseMetadata></GetCallerIdentityResponse>"};
}

}  // namespace

bool may_write(const net::HttpRequest& request) {
  const Operation* operation = find_operation(request);
  return operation != nullptr && operation->writes;
}

bool asks_for_caller_identity(const net::HttpRequest& request) {
  if (!net::header(request.headers, "X-Amz-Target").empty()) return false;
  return ("&" + request.body + "&").find("&Action=GetCallerIdentity&") != std::string::npos;
}

std::int64_t milliseconds_of(Clock::Time time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

Answer Handler::handle(const net::HttpRequest& request, Store& store, Clock::Time now, const HandlerOptions& options,
                       const Refusal& failure) {
  const Place place = caller_place(request);
  if (!is_region_name(place.region))
    return refusal("InvalidSignatureException", "Credential should be scoped to a valid region.");
  if (request.method == "POST" && asks_for_caller_identity(request))
    return caller_identity(place, net::header(request.headers, "Accept"));
  const Operation* operation = find_operation(request);
  if (request.method != "POST" || operation == nullptr)
    return refusal("UnknownOperationException",
                   "no operation of the Cloud Control API: X-Amz-Target names one, sent by POST");
  ReadParameters read = read_parameters(operation->name, request.body);
  if (read.refusal) return *std::move(read.refusal);
  return operation->run({.parameters = read.parameters,
                         .place = place,
                         .store = store,
                         .types = types_,
                         .options = options,
                         .now_ms = milliseconds_of(now),
                         .log = log_,
                         .failure = failure ? &*failure : nullptr});
}

Status Handler::settle(Store& store, Clock::Time now) { return settle_due(milliseconds_of(now), store, types_, log_); }

std::string Handler::parent_of_stored(const std::string& type_name, const std::string& properties) {
  const TypeFacts* facts = types_.find(type_name);
  return facts == nullptr ? std::string() : parent_of(*facts, parse_stored(properties));
}

}  // namespace squall::local_cloud
