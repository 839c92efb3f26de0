#include "local_cloud/handler.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/ascii.h"
#include "local_cloud/answers.h"
#include "local_cloud/invented_values.h"
#include "local_cloud/model.h"
#include "local_cloud/progress.h"
#include "local_cloud/resource_handlers.h"
#include "local_cloud/template_loader.h"
#include "local_cloud/validation.h"

namespace squall::local_cloud {

namespace {

constexpr std::string_view kTargetPrefix = "CloudApiService.";
constexpr std::string_view kDefaultAccount = "123456789012";
constexpr std::string_view kDefaultRegion = "us-east-1";

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

// Account and region, as the request's signature names them: Credential=KEY/date/region/service/aws4_request.
Place place_of(const net::HttpRequest& request) {
  Place place{std::string(kDefaultAccount), std::string(kDefaultRegion)};
  std::string_view text = net::header(request.headers, "Authorization");
  const auto start = text.find("Credential=");
  if (start == std::string_view::npos) return place;
  text = text.substr(start + 11);
  text = text.substr(0, text.find_first_of(", "));
  const std::string_view key = text.substr(0, text.find('/'));
  if (key.size() == 12 && std::all_of(key.begin(), key.end(), is_ascii_digit)) place.account = key;
  for (int i = 0; i < 2; ++i)
    text = text.find('/') == std::string_view::npos ? std::string_view() : text.substr(text.find('/') + 1);
  if (!text.empty()) place.region = text.substr(0, text.find('/'));
  return place;
}

// STS's one operation that clients ask to learn their account; its protocol is a form in, XML out.
bool asks_for_caller_identity(const net::HttpRequest& request) {
  if (!net::header(request.headers, "X-Amz-Target").empty()) return false;
  return ("&" + request.body + "&").find("&Action=GetCallerIdentity&") != std::string::npos;
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

std::int64_t milliseconds_of(Clock::Time time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

Answer Handler::handle(const net::HttpRequest& request, Store& store, Clock::Time now, const HandlerOptions& options,
                       const Refusal& failure) {
  if (request.method == "POST" && asks_for_caller_identity(request))
    return caller_identity(place_of(request), net::header(request.headers, "Accept"));
  const Operation* operation = find_operation(request);
  if (request.method != "POST" || operation == nullptr)
    return refusal("UnknownOperationException",
                   "no operation of the Cloud Control API: X-Amz-Target names one, sent by POST");
  ReadParameters read = read_parameters(operation->name, request.body);
  if (read.refusal) return *std::move(read.refusal);
  const Place place = place_of(request);
  return operation->run({.parameters = read.parameters,
                         .place = place,
                         .store = store,
                         .types = types_,
                         .options = options,
                         .now_ms = milliseconds_of(now),
                         .failure = failure ? &*failure : nullptr});
}

Status Handler::settle(Store& store, Clock::Time now) { return settle_due(milliseconds_of(now), store, types_); }

std::string Handler::parent_of_stored(const std::string& type_name, const std::string& properties) {
  const TypeFacts* facts = types_.find(type_name);
  return facts == nullptr ? std::string() : parent_of(*facts, parse_stored(properties));
}

Status Handler::load_line(const std::string& line, Store& store) {
  const Json document = parse_json(line);
  if (!document.is_object()) return data_error("no JSON object");
  const auto text_of = [&document](const char* name, std::string_view absent) {
    return document.contains(name) && document[name].is_string() ? document[name].get<std::string>()
                                                                 : std::string(absent);
  };
  const std::string name = text_of("TypeName", "");
  if (name.empty()) return data_error("it has no TypeName");
  const TypeFacts* facts = types_.find(name);
  if (facts == nullptr) return data_error("The type '" + name + "' cannot be found.");
  if (!facts->type.has_handler(catalogue::Handler::create) && !facts->type.has_handler(catalogue::Handler::read))
    return data_error("Resource type " + name + " does not support CREATE action");
  if (!document.contains("Properties") || !document["Properties"].is_object())
    return data_error("it has no Properties");
  Json model = document["Properties"];
  if (const std::string fault = given_fault(*facts, model); !fault.empty()) return data_error(fault);
  const Place place = home_of(*facts, {text_of("account", kDefaultAccount), text_of("region", kDefaultRegion)});
  const Created created = TRY(handle_create({*facts, place, store, model}));
  if (created.failure) return data_error(created.failure->message);
  return {};
}

bool Handler::is_line(const std::string& text) {
  const Json document = parse_json(text);
  return document.is_object() && document.contains("TypeName");
}

Result<std::optional<std::size_t>> Handler::load_template_text(const std::string& text, const std::string& region,
                                                               Store& store) {
  const Json document = parse_json(text);
  if (!is_template(document)) return std::optional<std::size_t>();
  const Place place{std::string(kDefaultAccount), region.empty() ? std::string(kDefaultRegion) : region};
  return std::optional(TRY(load_template(document, place, store, types_)));
}

Result<std::string> dump_line(const Store::Row& row) {
  return json_text({{"TypeName", row.type},
                    {"account", row.place.account},
                    {"region", row.place.region},
                    {"Properties", parse_stored(row.properties)}});
}

}  // namespace squall::local_cloud
