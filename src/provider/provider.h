// The port between SQL and a cloud: what the engine asks for, and how answers come back.
//
// The engine holds one Provider; aws/ implements it over the Cloud Control API (the local cloud is reached through the
// same adapter, over a different Transport). Calls are made from session threads; a stream belongs to one session.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "provider/arrivals.h"
#include "provider/call_meter.h"
#include "provider/change.h"
#include "provider/system_table.h"

namespace squall::provider {

// One page of resources, kept as the JSON text that came: columns are found in it when they are used.
// The arena has at least 64 spare bytes behind its end, which simdjson reads over.
struct ResourcePage {
  struct Entry {
    std::string_view identifier;
    std::string_view properties;   // a JSON object
    bool detailed = false;         // as GetResource tells them: nothing is left out but write-only values
    std::string_view region = {};  // its own, where that is known and not the page's
  };
  std::string region;
  bool all_regions = false;  // the list tells resources of all regions, whichever was asked
  std::vector<Entry> entries;
  std::vector<std::unique_ptr<char[]>> arenas;  // own what the entries point to
  std::vector<Error> errors = {};               // of details that could not be read; their entries are not in the page
};

using ResourcePagePtr = std::shared_ptr<const ResourcePage>;

// The requests for changes are read likewise: each is an entry whose identifier is its RequestToken and whose properties are
// its ProgressEvent, as the service wrote it.
struct ScanRequest {
  enum class Operation { get, list, get_request, list_requests };
  Operation operation = Operation::list;
  std::string type_name;  // "AWS::SageMaker::ImageVersion"; get_request, list_requests: empty
  std::string region;
  std::string profile = {};         // empty: the session's
  std::string identifier = {};      // get; get_request: the RequestToken
  std::string resource_model = {};  // list: JSON object with the keys the handler requires; empty: none
  // list_requests: the API's ResourceRequestStatusFilter, a JSON object; empty: all of them.
  std::string request_filter = {};
  // list: the properties that the statement uses. An entry whose listed Properties lack one of them is read with
  // GetResource, in parallel, before its page is handed out; empty: lists are enough.
  std::vector<std::string> wanted = {};
  bool pages_ahead = true;  // list: ask for the next page while one is read; false: only when it is needed
  // Rung with the tag whenever the stream may have become ready(); none: nobody waits for several streams at once.
  std::shared_ptr<ArrivalQueue> arrivals = {};
  std::uint64_t tag = 0;
  std::shared_ptr<CallMeter> meter = {};  // counts the calls; one that it refuses fails with kind limit
};

constexpr bool reads_one(ScanRequest::Operation operation) {
  return operation == ScanRequest::Operation::get || operation == ScanRequest::Operation::get_request;
}
constexpr bool reads_requests(ScanRequest::Operation operation) {
  return operation == ScanRequest::Operation::get_request || operation == ScanRequest::Operation::list_requests;
}

// Pages of one scan, in the list's order.
class ResourceStream {
 public:
  virtual ~ResourceStream() = default;
  // Blocks until a page, the end (a null pointer), or an error. Session thread only. A stop request ends the wait with
  // an error of kind interrupted.
  virtual Result<ResourcePagePtr> next(std::stop_token stop) = 0;
  // Whether next() would return at once.
  virtual bool ready() = 0;
};

class Provider {
 public:
  virtual ~Provider() = default;
  // Starts at once. A get of something that is not there yields an empty stream, not an error.
  virtual Result<std::unique_ptr<ResourceStream>> scan(ScanRequest request) = 0;
  // The account that a profile (empty: the session's) belongs to; empty where nobody can tell. May ask a service, once.
  virtual Result<std::string> account_id(const std::string& profile, std::stop_token stop) = 0;
  // Sends the changes in parallel (in order where their order_key says so) and follows each to its end. Blocks; one outcome
  // a change, in the set's order. A stop request ends the wait: what was sent goes on in the cloud, and its outcome is
  // uncertain. An error only where nothing was sent.
  virtual Result<std::vector<ChangeOutcome>> apply(std::vector<Change> changes, ChangeObserver& observer,
                                                   ApplySettings settings, std::stop_token stop);
  // Whether the profile may change anything at all (allowed_account_ids of the AWS config file).
  virtual Status may_change(const std::string& profile, std::stop_token stop);
  // CancelResourceRequest: the event that it answers with.
  virtual Result<ProgressEvent> cancel(const std::string& profile, const std::string& region,
                                       const std::string& request_token, std::stop_token stop);
  // Where calls of a profile and region go, for the journal: "https://cloudcontrolapi.us-east-1.amazonaws.com",
  // "local:~/.local/share/squall/local.db", the path written out; empty: changes are not worth keeping (local::memory:).
  virtual Result<std::string> endpoint(const std::string& profile, const std::string& region);
  // The tables that show the provider's state.
  virtual std::vector<SystemTable> system_tables() { return {}; }
  // The region of statements that name none; an error that says where one can be set.
  virtual Result<std::string> default_region() = 0;
};

}  // namespace squall::provider
