// CreateResource, UpdateResource, DeleteResource: what is refused at once, and the request that the rest becomes.
#include <nlohmann/json.hpp>

#include "local_cloud/answers.h"
#include "local_cloud/model.h"
#include "local_cloud/operations.h"
#include "local_cloud/progress.h"
#include "local_cloud/resource_handlers.h"
#include "local_cloud/validation.h"
#include "net/sigv4.h"

namespace squall::local_cloud {

namespace {

using catalogue::Handler;
using net::HttpResponse;

StoredRequest new_request(const Call& call, const char* operation, const TypeFacts& facts) {
  const Parameters& asked = call.parameters;
  return {
      .place = call.place,
      .token = new_uuid(),
      .operation = operation,
      .type_name = facts.name,
      .status = kOpen,
      .begun_ms = call.now_ms,
      .due_ms = call.now_ms + call.options.duration.count(),
      .client_token = asked.client_token,
      .parameters = asked.client_token.empty()
                        ? std::string()
                        : net::sha256_hex(facts.name + "\n" + asked.identifier + "\n" + asked.desired_state + "\n" +
                                          asked.patch_document + "\n" + asked.role_arn + "\n" + asked.type_version_id),
      .home = home_of(facts, call.place).region};
}

// The same ClientToken: the same answer for the same parameters, else a conflict.
Result<std::optional<HttpResponse>> replay(const Call& call, const StoredRequest& request) {
  if (request.client_token.empty()) return std::optional<HttpResponse>();
  const auto earlier =
      TRY(call.store.find_client_token(call.place, request.client_token, call.now_ms - kClientTokenKeptMs));
  if (!earlier) return std::optional<HttpResponse>();
  if (earlier->operation == request.operation && earlier->parameters == request.parameters)
    return std::optional(answer({{"ProgressEvent", progress_event(*earlier, call.now_ms)}}));
  return std::optional(refusal("ClientTokenConflictException",
                               "ClientToken " + request.client_token +
                                   " is already associated with an existing operation with RequestToken " +
                                   earlier->token));
}

// One change at a time for a resource. (AWS's text is not known; clients look for the RequestToken.)
Result<std::optional<HttpResponse>> busy(const Call& call, const StoredRequest& request) {
  if (request.identifier.empty()) return std::optional<HttpResponse>();
  const auto open =
      TRY(call.store.find_open({call.place.account, request.home}, request.type_name, request.identifier));
  if (!open) return std::optional<HttpResponse>();
  return std::optional(
      refusal("ConcurrentOperationException", "Resource of type '" + request.type_name + "' with identifier '" +
                                                  request.identifier + "' already has a " + open->operation +
                                                  " operation in progress with RequestToken " + open->token));
}

// The handler refuses before it does anything.
Answer begin_failed(const Call& call, StoredRequest request, const HandlerFailure& failure) {
  const bool identifier_known = !request.identifier.empty();
  request.status = "FAILED";
  request.error_code = failure.code;
  request.message = failure.message;
  request.ended_ms = request.due_ms = call.now_ms;
  TRY(call.store.insert_request(request));
  return answer({{"ProgressEvent", first_event(request, identifier_known)}});
}

// Stores the request; what is due at once is done at once, which nobody can tell from doing it at the next call.
Answer begin(const Call& call, StoredRequest request) {
  if (call.failure != nullptr) return begin_failed(call, std::move(request), *call.failure);
  const bool identifier_known = !request.identifier.empty();
  if (request.due_ms <= call.now_ms) TRY(settle(request, call.store, call.types, call.log));
  TRY(call.store.insert_request(request));
  TRY(call.store.forget_requests(call.now_ms - kRequestKeptMs));
  return answer({{"ProgressEvent", first_event(request, identifier_known)}});
}

// The identifier under which the resource is stored; as given where there is none.
Result<std::string> stored_identifier(const Call& call, const TypeFacts& facts) {
  const auto found = TRY(find_resource(call, facts, call.parameters.identifier));
  return found ? found->identifier : call.parameters.identifier;
}

}  // namespace

Answer create_resource(const Call& call) {
  const FoundType found = find_type(call, Handler::create, "CREATE");
  if (found.refusal) return *found.refusal;
  const TypeFacts& facts = *found.facts;
  StoredRequest request = new_request(call, "CREATE", facts);
  if (auto replayed = TRY(replay(call, request))) return *replayed;
  const Json model = parse_json(call.parameters.desired_state);
  if (const std::string fault = model_fault(facts, model); !fault.empty()) return refusal("ValidationException", fault);
  request.identifier = identifier_of(facts, model);
  if (auto refused = TRY(busy(call, request))) return *refused;
  if (const std::string names = read_only_set(facts, model); !names.empty()) {
    return begin_failed(
        call, std::move(request),
        {"InvalidRequest", "Invalid request provided: The following ReadOnly properties were set: [" + names + "]"});
  }
  request.model = json_text(model);
  return begin(call, std::move(request));
}

Answer update_resource(const Call& call) {
  const FoundType found = find_type(call, Handler::update, "UPDATE");
  if (found.refusal) return *found.refusal;
  const TypeFacts& facts = *found.facts;
  StoredRequest request = new_request(call, "UPDATE", facts);
  if (auto replayed = TRY(replay(call, request))) return *replayed;
  request.identifier = TRY(stored_identifier(call, facts));
  if (auto refused = TRY(busy(call, request))) return *refused;
  const auto stored = TRY(call.store.find(home_of(facts, call.place), facts.name, request.identifier));
  if (!stored) return handler_refusal(facts.name, not_found(facts, call.parameters.identifier));
  // The patch applies to what a read shows: write-only values that it does not add are gone for the handler. Those that
  // nobody may change stay.
  Json model = parse_stored(stored->properties);
  remove_changeable_write_only(facts, model);
  PatchFault fault = patch_model(facts, call.parameters.patch_document, model);
  if (!fault.text.empty()) {
    // What a read shows may be an alternative to them.
    Json shown = model;
    remove_write_only(facts, shown);
    if (patch_model(facts, call.parameters.patch_document, shown).text.empty()) {
      model = std::move(shown);
      fault = {};
    }
  }
  if (!fault.text.empty()) return refusal(fault.code, fault.text);
  request.model = json_text(model);
  return begin(call, std::move(request));
}

Answer delete_resource(const Call& call) {
  const FoundType found = find_type(call, Handler::delete_, "DELETE");
  if (found.refusal) return *found.refusal;
  StoredRequest request = new_request(call, "DELETE", *found.facts);
  if (auto replayed = TRY(replay(call, request))) return *replayed;
  request.identifier = TRY(stored_identifier(call, *found.facts));
  if (auto refused = TRY(busy(call, request))) return *refused;
  return begin(call, std::move(request));
}

}  // namespace squall::local_cloud
