// The eight operations of the Cloud Control API. Each checks in AWS's order and answers with AWS's texts.
//
// Run on the store thread inside a transaction of the caller's. A refusal is an answer; an Error is a broken store.
#pragma once

#include <chrono>
#include <cstdint>

#include "base/log.h"
#include "base/result.h"
#include "local_cloud/handler_failure.h"
#include "local_cloud/parameters.h"
#include "local_cloud/store.h"
#include "local_cloud/type_facts.h"
#include "net/http_message.h"

namespace squall::local_cloud {

struct HandlerOptions {
  std::size_t page_size = 100;
  std::chrono::milliseconds duration{0};  // how long a change runs
};

// One request on its way.
struct Call {
  const Parameters& parameters;
  const Place& place;
  Store& store;
  TypeFactsCache& types;
  const HandlerOptions& options;
  std::int64_t now_ms;
  Log* log;                       // null: nobody listens
  const HandlerFailure* failure;  // what the type's handler shall answer; null: what it does
};
using Answer = Result<net::HttpResponse>;

// changes.cpp
Answer create_resource(const Call& call);
Answer update_resource(const Call& call);
Answer delete_resource(const Call& call);
// reads.cpp
Answer get_resource(const Call& call);
Answer list_resources(const Call& call);
// requests.cpp
Answer get_resource_request_status(const Call& call);
Answer list_resource_requests(const Call& call);
Answer cancel_resource_request(const Call& call);

// The type a call names, when it has the handler; else how the call is refused. `action` is AWS's word: "CREATE".
struct FoundType {
  const TypeFacts* facts = nullptr;
  std::optional<net::HttpResponse> refusal;
};
FoundType find_type(const Call& call, catalogue::Handler handler, const std::string& action);

// By the identifier as it is stored, or by the JSON form of the primary or an additional identifier.
Result<std::optional<StoredResource>> find_resource(const Call& call, const TypeFacts& facts,
                                                    const std::string& identifier);

}  // namespace squall::local_cloud
