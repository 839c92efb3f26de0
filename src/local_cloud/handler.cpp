#include "local_cloud/handler.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "base/ascii.h"
#include "local_cloud/answers.h"
#include "local_cloud/model.h"
#include "net/sigv4.h"
#include "schema/identifier.h"

namespace squall::local_cloud {

namespace {

using catalogue::Handler;
using catalogue::ResourceType;
using net::HttpResponse;

constexpr std::string_view kTargetPrefix = "CloudApiService.";
constexpr std::size_t kModelCharactersMax = 262'144;
constexpr std::size_t kDepthMax = 100;
constexpr std::string_view kDefaultAccount = "123456789012";

std::string_view operation_of(const net::HttpRequest& request) {
  std::string_view target = net::header(request.headers, "X-Amz-Target");
  if (!target.starts_with(kTargetPrefix)) return {};
  return target.substr(kTargetPrefix.size());
}

// Account and region, as the request's signature names them: Credential=KEY/date/region/service/aws4_request.
Place place_of(const net::HttpRequest& request) {
  Place place{std::string(kDefaultAccount), "us-east-1"};
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

// nlohmann's parser goes as deep as the text: what nests too deeply is refused before.
bool nests_too_deeply(std::string_view text) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kDepthMax) return true;
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  return false;
}

Json parse(std::string_view text) {
  return nests_too_deeply(text) ? Json(Json::value_t::discarded) : Json::parse(text, nullptr, false);
}

std::string type_word(const Json& value) {
  if (value.is_string()) return "String";
  if (value.is_boolean()) return "Boolean";
  if (value.is_number_integer()) return "Integer";
  if (value.is_number()) return "Number";
  if (value.is_array()) return "JSONArray";
  if (value.is_object()) return "JSONObject";
  return "Null";
}

std::string expected_word(DataType type) {
  switch (type) {
    case DataType::string: return "String";
    case DataType::boolean: return "Boolean";
    case DataType::integer: return "Integer";
    case DataType::number: return "Number";
    case DataType::array: return "JSONArray";
    case DataType::object:
    case DataType::any: break;
  }
  return "JSONObject";
}

// Whether the schema gives the property exactly one plain type, so that the top level can be checked.
bool has_plain_type(const Json& property) {
  return property.is_object() && property.contains("type") && property["type"].is_string() &&
         !property.contains("oneOf") && !property.contains("anyOf");
}

bool type_fits(DataType type, const Json& value) {
  if (type == DataType::number && value.is_number()) return true;
  // AWS's validator takes 1.0 for an integer.
  if (type == DataType::integer && value.is_number_float())
    return value.get<double>() == static_cast<double>(static_cast<std::int64_t>(value.get<double>()));
  return type_word(value) == expected_word(type);
}

// The faults of a model's top level, as AWS's validator words them.
std::vector<std::string> model_faults(const ResourceType& type, const Json& model) {
  std::vector<std::string> faults;
  const Json schema = Json::parse(type.schema(), nullptr, false);
  for (std::string_view name : type.required()) {
    if (!model.contains(std::string(name))) faults.push_back("#: required key [" + std::string(name) + "] not found");
  }
  for (const auto& [name, value] : model.items()) {
    const auto property = type.find_property(name);
    if (!property) {
      faults.push_back("#: extraneous key [" + name + "] is not permitted");
    } else if (has_plain_type(schema["properties"][name]) && !type_fits(type.property(*property).type, value)) {
      faults.push_back("#/" + name + ": expected type: " + expected_word(type.property(*property).type) +
                       ", found: " + type_word(value));
    }
  }
  return faults;
}

std::string validation_text(const std::vector<std::string>& faults) {
  if (faults.size() == 1) return "Model validation failed (" + faults[0] + ")";
  std::string text = "Model validation failed (#: " + std::to_string(faults.size()) + " schema violations found";
  for (const auto& fault : faults) text += "\n" + fault;
  return text + ")";
}

Json progress_event(const StoredRequest& request, std::int64_t now_ms, bool first) {
  Json event;
  const bool settled = !first && now_ms >= request.due_ms;
  const bool failed = settled && request.status == "FAILED";
  if (failed) event["ErrorCode"] = request.error_code;
  event["EventTime"] = static_cast<double>(settled ? request.due_ms : request.begun_ms) / 1000.0;
  if (!request.identifier.empty()) event["Identifier"] = request.identifier;
  event["Operation"] = request.operation;
  event["OperationStatus"] = settled ? request.status : "IN_PROGRESS";
  event["RequestToken"] = request.token;
  if (failed) event["StatusMessage"] = request.message;
  if (!settled && request.due_ms > now_ms) event["RetryAfter"] = static_cast<double>(request.due_ms) / 1000.0;
  event["TypeName"] = request.type_name;
  return event;
}

// One request's way through the API. A function that refuses returns its answer; a broken store is an Error.
class Handling {
 public:
  Handling(const catalogue::Catalogue& catalogue, Store& store, Clock::Time now, const HandlerOptions& options,
           Place place, Json body)
      : catalogue_(catalogue),
        store_(store),
        options_(options),
        place_(std::move(place)),
        body_(std::move(body)),
        now_ms_(std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count()) {}

  Result<HttpResponse> create_resource() {
    auto refused = find_type(Handler::create, "CREATE");
    if (refused) return *refused;
    if (auto missing = need("DesiredState", "desiredState", kModelCharactersMax)) return *missing;
    const std::string parameters = net::sha256_hex(text("TypeName") + "\n" + text("DesiredState"));
    if (!text("ClientToken").empty()) {
      if (auto replayed = TRY(replay("CREATE", parameters))) return *replayed;
    }
    Json model = parse(text("DesiredState"));
    if (!model.is_object())
      return refusal("ValidationException",
                     "Model validation failed (#: expected type: JSONObject, found: " + type_word(model) + ")");
    if (const auto faults = model_faults(*type_, model); !faults.empty())
      return refusal("ValidationException", validation_text(faults));

    StoredRequest request = new_request("CREATE", parameters);
    std::vector<std::string> given_read_only;
    for (const auto& [name, value] : model.items()) {
      if (type_->property(*type_->find_property(name)).has(catalogue::kReadOnly)) given_read_only.push_back(name);
    }
    if (!given_read_only.empty()) {
      fail(request, {"InvalidRequest", "Invalid request provided: The following ReadOnly properties were set: [" +
                                           joined(given_read_only) + "]"});
    } else {
      Creation creation{*type_, place_, store_, model};
      const Created created = TRY(local_cloud::create(creation));
      request.identifier = created.identifier;
      if (created.failure) fail(request, *created.failure);
    }
    TRY(store_.insert_request(place_, request));
    return answer({{"ProgressEvent", progress_event(request, now_ms_, true)}});
  }

  Result<HttpResponse> get_resource() {
    auto refused = find_type(Handler::read, "READ");
    if (refused) return *refused;
    if (auto missing = need("Identifier", "identifier", 1024)) return *missing;
    const auto found = TRY(find_resource(text("Identifier")));
    if (!found) {
      return handler_refusal(type_->name(),
                             {"NotFound", "Resource of type '" + std::string(type_->name()) + "' with identifier '" +
                                              text("Identifier") + "' was not found."});
    }
    Json model = Json::parse(found->properties, nullptr, false);
    remove_write_only(*type_, model);
    return answer({{"TypeName", type_->name()},
                   {"ResourceDescription",
                    {{"Identifier", found->identifier},
                     {"Properties", model.dump(-1, ' ', false, Json::error_handler_t::replace)}}}});
  }

  Result<HttpResponse> list_resources() {
    auto refused = find_type(Handler::list, "LIST");
    if (refused) return *refused;
    Json model = Json::object();
    if (!text("ResourceModel").empty()) model = parse(text("ResourceModel"));
    if (!model.is_object())
      return refusal("ValidationException",
                     "Model validation failed (#: expected type: JSONObject, found: " + type_word(model) + ")");
    if (auto missing = missing_list_key(model)) return *missing;
    std::int64_t after = 0;
    const std::string scope = net::sha256_hex(place_.account + place_.region + std::string(type_->name()) +
                                              model.dump(-1, ' ', false, Json::error_handler_t::replace))
                                  .substr(0, 16);
    if (const std::string token = text("NextToken"); !token.empty() && !read_token(token, scope, after)) {
      return refusal("InvalidRequestException", "Invalid NextToken");
    }
    return list_page(model, scope, after);
  }

  Result<HttpResponse> request_status() {
    if (auto missing = need("RequestToken", "requestToken", 128)) return *missing;
    const auto request = TRY(store_.find_request(place_, text("RequestToken")));
    if (!request)
      return refusal("RequestTokenNotFoundException", "Request with token " + text("RequestToken") + " was not found");
    return answer({{"ProgressEvent", progress_event(*request, now_ms_, false)}});
  }

 private:
  std::string text(const char* name) const {
    const auto value = body_.find(name);
    return value != body_.end() && value->is_string() ? value->get<std::string>() : std::string();
  }

  // A required parameter that is missing or too long; nothing when it is fine.
  std::optional<HttpResponse> need(const char* name, const std::string& wire_name, std::size_t characters_max) const {
    const auto value = body_.find(name);
    std::string fault;
    if (value == body_.end() || value->is_null())
      fault = "Value null at '" + wire_name + "' failed to satisfy constraint: Member must not be null";
    else if (!value->is_string())
      return refusal("SerializationException", "the value of " + std::string(name) + " is no string");
    else if (value->get_ref<const std::string&>().size() > characters_max) {
      fault = "Value at '" + wire_name +
              "' failed to satisfy constraint: Member must have length less than or equal to " +
              std::to_string(characters_max);
    } else if (value->get_ref<const std::string&>().empty()) {
      fault = "Value at '" + wire_name +
              "' failed to satisfy constraint: Member must have length greater than or equal to 1";
    }
    if (fault.empty()) return std::nullopt;
    return refusal("ValidationException", "1 validation error detected: " + fault);
  }

  std::optional<HttpResponse> find_type(Handler handler, const std::string& action) {
    if (auto missing = need("TypeName", "typeName", 196)) return missing;
    const std::string name = text("TypeName");
    type_ = catalogue_.find_type(name);
    if (!type_) return refusal("TypeNotFoundException", "The type '" + name + "' cannot be found.");
    if (!type_->has_handler(handler))
      return refusal("UnsupportedActionException", "Resource type " + name + " does not support " + action + " action");
    return std::nullopt;
  }

  // The same ClientToken: the same answer for the same parameters, else a conflict.
  Result<std::optional<HttpResponse>> replay(const std::string& operation, const std::string& parameters) {
    const auto earlier = TRY(store_.find_client_token(place_, text("ClientToken")));
    if (!earlier) return std::optional<HttpResponse>();
    if (earlier->operation == operation && earlier->parameters == parameters) {
      return std::optional(answer({{"ProgressEvent", progress_event(*earlier, now_ms_, false)}}));
    }
    return std::optional(refusal("ClientTokenConflictException",
                                 "ClientToken " + text("ClientToken") +
                                     " is already associated with an existing operation with RequestToken " +
                                     earlier->token));
  }

  StoredRequest new_request(const char* operation, const std::string& parameters) const {
    return {.token = new_uuid(),
            .operation = operation,
            .type_name = std::string(type_->name()),
            .identifier = {},
            .status = "SUCCESS",
            .error_code = {},
            .message = {},
            .begun_ms = now_ms_,
            .due_ms = now_ms_ + options_.duration.count(),
            .client_token = text("ClientToken"),
            .parameters = parameters};
  }

  static void fail(StoredRequest& request, const HandlerFailure& failure) {
    request.status = "FAILED";
    request.error_code = failure.code;
    request.message = failure.message;
  }

  static std::string joined(const std::vector<std::string>& names) {
    std::string list;
    for (const auto& name : names) list += (list.empty() ? "" : ", ") + name;
    return list;
  }

  // By the identifier as it is stored, or by its JSON form of the primary or an additional identifier.
  Result<std::optional<StoredResource>> find_resource(const std::string& identifier) {
    const std::string type(type_->name());
    if (auto found = TRY(store_.find(place_, type, identifier))) return found;
    const auto keyed = schema::keyed_identifier(identifier);
    if (!keyed) return std::optional<StoredResource>();
    std::vector<std::string> parts;
    for (std::string_view path : type_->primary_identifier()) {
      const auto part = keyed->find(std::string(path));
      if (part != keyed->end()) parts.push_back(part->second);
    }
    if (parts.size() == keyed->size() && parts.size() == type_->primary_identifier().size())
      return store_.find(place_, type, schema::join_identifier(parts));
    for (const auto& additional : type_->additional_identifiers()) {
      const bool names_it = additional.size() == keyed->size() &&
                            std::all_of(additional.begin(), additional.end(),
                                        [&](std::string_view path) { return keyed->count(std::string(path)) != 0; });
      if (names_it) return find_by_values(*keyed);
    }
    return std::optional<StoredResource>();
  }

  Result<std::optional<StoredResource>> find_by_values(const std::map<std::string, std::string>& values) {
    constexpr std::size_t kBatch = 500;
    for (std::int64_t after = 0;;) {
      auto batch = TRY(store_.list(place_, std::string(type_->name()), after, kBatch));
      for (auto& resource : batch) {
        after = resource.id;
        const Json model = Json::parse(resource.properties, nullptr, false);
        const bool equal = std::all_of(values.begin(), values.end(), [&](const auto& value) {
          return model.contains(value.first) &&
                 (model[value.first].is_string() ? model[value.first].template get<std::string>()
                                                 : model[value.first].dump()) == value.second;
        });
        if (equal) return std::optional(std::move(resource));
      }
      if (batch.size() < kBatch) return std::optional<StoredResource>();
    }
  }

  std::optional<HttpResponse> missing_list_key(const Json& model) const {
    const auto alternatives = type_->list_keys();
    if (alternatives.empty()) return std::nullopt;
    for (const auto& keys : alternatives) {
      if (std::all_of(keys.begin(), keys.end(), [&](std::string_view key) { return model.contains(std::string(key)); }))
        return std::nullopt;
    }
    std::string missing;
    for (std::string_view key : alternatives.front()) {
      if (!model.contains(std::string(key)) && missing.empty()) missing = key;
    }
    return refusal("InvalidRequestException",
                   "Missing or invalid ResourceModel property in " + std::string(type_->name()) +
                       " list handler request input.Required property:  (#: required key [" + missing + "] not found)");
  }

  static bool read_token(const std::string& token, const std::string& scope, std::int64_t& after) {
    if (token.size() <= scope.size() + 1 || !token.starts_with(scope) || token[scope.size()] != '-') return false;
    const char* begin = token.data() + scope.size() + 1;
    const auto parsed = std::from_chars(begin, token.data() + token.size(), after);
    return parsed.ec == std::errc() && parsed.ptr == token.data() + token.size() && after >= 0;
  }

  static bool matches(const Json& resource, const Json& model) {
    for (const auto& [key, value] : model.items()) {
      // A key that is no property of the resource cannot filter it.
      if (resource.contains(key) && resource[key] != value) return false;
    }
    return true;
  }

  Result<HttpResponse> list_page(const Json& model, const std::string& scope, std::int64_t after) {
    const Behaviour* behaviour = find_behaviour(type_->name());
    Json descriptions = Json::array();
    std::string next_token;
    while (descriptions.size() < options_.page_size && next_token.empty()) {
      const std::size_t wanted = options_.page_size - descriptions.size();
      // One more than wanted tells whether there is a further page.
      auto resources = TRY(store_.list(place_, std::string(type_->name()), after, wanted + 1));
      const bool more = resources.size() > wanted;
      if (more) resources.pop_back();
      for (const StoredResource& resource : resources) {
        after = resource.id;
        Json properties = Json::parse(resource.properties, nullptr, false);
        if (!matches(properties, model)) continue;
        if (behaviour != nullptr && behaviour->listed != nullptr)
          properties = behaviour->listed(properties);
        else
          remove_write_only(*type_, properties);
        descriptions.push_back({{"Identifier", resource.identifier},
                                {"Properties", properties.dump(-1, ' ', false, Json::error_handler_t::replace)}});
      }
      if (!more) break;
      if (descriptions.size() == options_.page_size) next_token = scope + "-" + std::to_string(after);
    }
    Json body = {{"TypeName", type_->name()}, {"ResourceDescriptions", std::move(descriptions)}};
    if (!next_token.empty()) body["NextToken"] = next_token;
    return answer(body);
  }

  const catalogue::Catalogue& catalogue_;
  Store& store_;
  const HandlerOptions& options_;
  const Place place_;
  const Json body_;
  const std::int64_t now_ms_;
  std::optional<ResourceType> type_;
};

struct Operation {
  std::string_view name;
  bool writes;
  Result<HttpResponse> (Handling::*run)();  // null: not built yet
};

constexpr Operation kOperations[] = {
    {"CreateResource", true, &Handling::create_resource},
    {"GetResource", false, &Handling::get_resource},
    {"ListResources", false, &Handling::list_resources},
    {"GetResourceRequestStatus", false, &Handling::request_status},
    {"UpdateResource", false, nullptr},
    {"DeleteResource", false, nullptr},
    {"ListResourceRequests", false, nullptr},
    {"CancelResourceRequest", false, nullptr},
};

const Operation* find_operation(std::string_view name) {
  for (const Operation& operation : kOperations) {
    if (operation.name == name) return &operation;
  }
  return nullptr;
}

}  // namespace

bool may_write(const net::HttpRequest& request) {
  const Operation* operation = find_operation(operation_of(request));
  return operation != nullptr && operation->writes;
}

HttpResponse handle(const net::HttpRequest& request, const catalogue::Catalogue& catalogue, Store& store,
                    Clock::Time now, const HandlerOptions& options) {
  const std::string_view name = operation_of(request);
  const Operation* operation = find_operation(name);
  if (request.method != "POST" || operation == nullptr)
    return refusal("UnknownOperationException",
                   "no operation of the Cloud Control API: X-Amz-Target names one, sent by POST");
  if (operation->run == nullptr)
    return refusal("UnsupportedActionException", "the local cloud does not have " + std::string(name) + " yet");
  Json body = parse(request.body);
  if (!body.is_object()) return refusal("SerializationException", "the body is no JSON object");
  Handling handling(catalogue, store, now, options, place_of(request), std::move(body));
  auto response = (handling.*operation->run)();
  if (!response) return refusal("ServiceInternalErrorException", response.error().message);
  return std::move(response).value();
}

Status load_line(const std::string& line, const catalogue::Catalogue& catalogue, Store& store) {
  const Json document = parse(line);
  if (!document.is_object()) return data_error("no JSON object");
  const auto text_of = [&document](const char* name, std::string_view absent) {
    return document.contains(name) && document[name].is_string() ? document[name].get<std::string>()
                                                                 : std::string(absent);
  };
  const std::string name = text_of("TypeName", "");
  if (name.empty()) return data_error("it has no TypeName");
  const auto type = catalogue.find_type(name);
  if (!type) return data_error("The type '" + name + "' cannot be found.");
  if (!type->has_handler(Handler::create) && !type->has_handler(Handler::read))
    return data_error("Resource type " + name + " does not support CREATE action");
  if (!document.contains("Properties") || !document["Properties"].is_object())
    return data_error("it has no Properties");
  Json model = document["Properties"];
  if (const auto faults = model_faults(*type, model); !faults.empty()) return data_error(validation_text(faults));
  const Place place{text_of("account", kDefaultAccount), text_of("region", "us-east-1")};
  Creation creation{*type, place, store, model};
  const Created created = TRY(create(creation));
  if (created.failure) return data_error(created.failure->message);
  return {};
}

Result<std::string> dump_line(const Store::Row& row) {
  Json line = {{"TypeName", row.type},
               {"account", row.place.account},
               {"region", row.place.region},
               {"Properties", Json::parse(row.properties, nullptr, false)}};
  return line.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace squall::local_cloud
