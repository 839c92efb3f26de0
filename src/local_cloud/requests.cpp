// GetResourceRequestStatus, ListResourceRequests, CancelResourceRequest: following the changes that were asked for.
#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "local_cloud/answers.h"
#include "local_cloud/operations.h"
#include "local_cloud/page_token.h"
#include "local_cloud/progress.h"
#include "net/sigv4.h"

namespace squall::local_cloud {

namespace {

constexpr std::int64_t kResultsDefault = 20;

net::HttpResponse unknown_token(const std::string& token) {
  return refusal("RequestTokenNotFoundException", "Request with token " + token + " was not found");
}

bool admits(const std::vector<std::string>& words, const std::string& word) {
  return words.empty() || std::find(words.begin(), words.end(), word) != words.end();
}

std::string scope_of(const Call& call) {
  std::string text = call.place.account + "/" + call.place.region;
  for (const auto& word : call.parameters.operations) text += "/" + word;
  for (const auto& word : call.parameters.statuses) text += "+" + word;
  return net::sha256_hex(text).substr(0, 16);
}

}  // namespace

Answer get_resource_request_status(const Call& call) {
  const std::string& token = call.parameters.request_token;
  const auto request = TRY(call.store.find_request(call.place, token, call.now_ms - kRequestKeptMs));
  if (!request) return unknown_token(token);
  return answer({{"ProgressEvent", progress_event(*request, call.now_ms)}});
}

// The newest first. (AWS's order is not known.)
Answer list_resource_requests(const Call& call) {
  constexpr std::size_t kBatch = 100;
  constexpr std::size_t kLookedAtMax = 5'000;
  const auto wanted = static_cast<std::size_t>(call.parameters.results_max.value_or(kResultsDefault));
  const std::string scope = scope_of(call);
  std::int64_t before = std::numeric_limits<std::int64_t>::max();
  if (const std::string& token = call.parameters.next_token; !token.empty() && !read_page_token(token, scope, before))
    return refusal("InvalidRequestException", "Invalid NextToken");
  Json summaries = Json::array();
  std::string next_token;
  std::size_t looked_at = 0;
  for (bool more = true; more && next_token.empty();) {
    // Looking for few among many must not keep others waiting: the page is then short, or empty, with a token.
    if (looked_at >= kLookedAtMax) {
      next_token = page_token(scope, before);
      break;
    }
    const auto batch = TRY(call.store.list_requests(call.place, before, call.now_ms - kRequestKeptMs, kBatch));
    more = batch.size() == kBatch;
    looked_at += batch.size();
    for (const StoredRequest& request : batch) {
      if (!admits(call.parameters.operations, request.operation) ||
          !admits(call.parameters.statuses, operation_status(request, call.now_ms)))
        continue;
      // Only one that is told of yet proves that there is a further page.
      if (summaries.size() == wanted) {
        next_token = page_token(scope, before);
        break;
      }
      summaries.push_back(progress_event(request, call.now_ms));
      before = request.id;
    }
    if (next_token.empty() && !batch.empty()) before = batch.back().id;
  }
  Json body = {{"ResourceRequestStatusSummaries", std::move(summaries)}};
  if (!next_token.empty()) body["NextToken"] = next_token;
  return answer(body);
}

Answer cancel_resource_request(const Call& call) {
  const std::string& token = call.parameters.request_token;
  auto request = TRY(call.store.find_request(call.place, token, call.now_ms - kRequestKeptMs));
  if (!request) return unknown_token(token);
  if (request->status == kOpen) {
    request->status = "CANCEL_COMPLETE";
    request->ended_ms = call.now_ms;
    TRY(call.store.end_request(*request));
  } else if (request->status != "CANCEL_COMPLETE") {
    return refusal("ValidationException", "Request " + token + " is already in status " + request->status);
  }
  return answer({{"ProgressEvent", progress_event(*request, call.now_ms)}});
}

}  // namespace squall::local_cloud
