// How a change goes on with the clock: what its ProgressEvent says, and what is done when it is due. No timers: whoever
// has a writing transaction first settles what is due.
#pragma once

#include <cstdint>
#include <string>

#include "base/log.h"
#include "base/result.h"
#include "local_cloud/json_input.h"
#include "local_cloud/store.h"
#include "local_cloud/type_facts.h"

namespace squall::local_cloud {

constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kRequestKeptMs = 7 * 24 * kHourMs;
constexpr std::int64_t kClientTokenKeptMs = 36 * kHourMs;

// "PENDING" in the first quarter of its time, then "IN_PROGRESS", until it has ended.
std::string operation_status(const StoredRequest& request, std::int64_t now_ms);
Json progress_event(const StoredRequest& request, std::int64_t now_ms);
// The answer to the call that asked for the change: nothing has ended yet, and the service has chosen no name.
Json first_event(const StoredRequest& request, bool identifier_known);

// Does what the request asks for and marks it as ended then; an exception ends it as FAILED, and is logged. The caller
// stores it.
Status settle(StoredRequest& request, Store& store, TypeFactsCache& types, Log* log);
// Settles all open requests that are due, in the order in which they are.
Status settle_due(std::int64_t now_ms, Store& store, TypeFactsCache& types, Log* log);

}  // namespace squall::local_cloud
