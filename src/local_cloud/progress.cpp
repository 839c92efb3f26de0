#include "local_cloud/progress.h"

#include <nlohmann/json.hpp>

#include "local_cloud/model.h"
#include "local_cloud/resource_handlers.h"

namespace squall::local_cloud {

namespace {

double seconds(std::int64_t milliseconds) { return static_cast<double>(milliseconds) / 1000.0; }

Result<Refusal> carry_out(StoredRequest& request, const TypeFacts& facts, Store& store) {
  const Place place = home_of(facts, request.place);
  if (request.operation == "DELETE") return handle_delete(facts, place, store, request.identifier);
  Json model = parse_stored(request.model);
  if (request.operation == "UPDATE") return handle_update(facts, place, store, request.identifier, model);
  Created created = TRY(handle_create({facts, place, store, model}));
  if (!created.identifier.empty()) request.identifier = std::move(created.identifier);
  return std::move(created.failure);
}

// The same as a part of the transaction: a bug in a hook, or what is odd in a store, fails this change and no other.
Result<Refusal> carry_out_apart(StoredRequest& request, const TypeFacts& facts, Store& store, Log* log) {
  Refusal refusal;
  const Status done = store.run_part([&]() -> Status {
    refusal = TRY(carry_out(request, facts, store));
    return {};
  });
  if (done) return refusal;
  if (done.error().kind != ErrorKind::internal) return done.error();
  if (log != nullptr) {
    log->line(LogLevel::error, "exception",
              {{"operation", request.operation}, {"type", facts.name}, {"text", done.error().message}});
  }
  return Refusal(HandlerFailure{"InternalFailure", "Internal error: " + done.error().message});
}

}  // namespace

std::string operation_status(const StoredRequest& request, std::int64_t now_ms) {
  if (request.status != kOpen) return request.status;
  return now_ms < request.begun_ms + (request.due_ms - request.begun_ms) / 4 ? "PENDING" : "IN_PROGRESS";
}

Json progress_event(const StoredRequest& request, std::int64_t now_ms) {
  Json event;
  const bool failed = request.status == "FAILED";
  if (failed) event["ErrorCode"] = request.error_code;
  event["EventTime"] = seconds(request.status == kOpen ? request.begun_ms : request.ended_ms);
  if (!request.identifier.empty()) event["Identifier"] = request.identifier;
  event["Operation"] = request.operation;
  event["OperationStatus"] = operation_status(request, now_ms);
  event["RequestToken"] = request.token;
  if (failed) event["StatusMessage"] = request.message;
  if (request.status == kOpen) event["RetryAfter"] = seconds(request.due_ms);
  event["TypeName"] = request.type_name;
  return event;
}

Json first_event(const StoredRequest& request, bool identifier_known) {
  StoredRequest begun = request;
  begun.status = kOpen;
  if (!identifier_known) begun.identifier.clear();
  Json event = progress_event(begun, request.begun_ms);
  if (request.due_ms <= request.begun_ms) event.erase("RetryAfter");
  return event;
}

Status settle(StoredRequest& request, Store& store, TypeFactsCache& types, Log* log) {
  const TypeFacts* facts = types.find(request.type_name);
  Refusal refusal;
  if (facts != nullptr)
    refusal = TRY(carry_out_apart(request, *facts, store, log));
  else  // the store was used with another catalogue before
    refusal = HandlerFailure{"InternalFailure", "the catalogue has no type " + request.type_name + " any more"};
  request.status = refusal ? "FAILED" : "SUCCESS";
  request.ended_ms = request.due_ms;
  request.model.clear();
  if (refusal) {
    request.error_code = refusal->code;
    request.message = refusal->message;
  }
  return {};
}

Status settle_due(std::int64_t now_ms, Store& store, TypeFactsCache& types, Log* log) {
  constexpr std::size_t kBatch = 100;
  while (true) {
    auto due = TRY(store.due(now_ms, kBatch));
    for (StoredRequest& request : due) {
      TRY(settle(request, store, types, log));
      TRY(store.end_request(request));
    }
    if (due.size() < kBatch) return {};
  }
}

}  // namespace squall::local_cloud
