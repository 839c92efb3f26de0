// Calls of the Cloud Control API, one a line: the operation, a space, the JSON body. Each has an answer that a client can
// read; an answered call leaves a store whose every resource can be dumped and loaded again.
#include <cstddef>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <string_view>

#include "catalogue/embedded.h"
#include "local_cloud/handler.h"
#include "local_cloud/loader.h"

namespace {

using namespace squall;
using Json = nlohmann::ordered_json;
constexpr std::size_t kCallsMax = 50;

template <typename T>
void must(const T& result) {
  if (!result.ok()) __builtin_trap();
}

void check(const net::HttpResponse& response) {
  const Json body = Json::parse(response.body, nullptr, false);
  if (!body.is_object()) __builtin_trap();
  if (response.status == 200) return;
  if (response.status != 400 && response.status != 500) __builtin_trap();
  for (const char* name : {"__type", "Message"}) {
    if (!body.contains(name) || !body[name].is_string()) __builtin_trap();
  }
}

// A change that lasts lets calls meet those under way; each line is a second later.
void call(local_cloud::Handler& handler, local_cloud::Store& store, std::string_view line, Clock::Time now) {
  const auto space = std::min(line.find(' '), line.size());
  const net::HttpRequest request{.headers = {{"X-Amz-Target", "CloudApiService." + std::string(line.substr(0, space))}},
                                 .body = std::string(line.substr(std::min(space + 1, line.size())))};
  const local_cloud::HandlerOptions options{.page_size = 2, .duration = std::chrono::milliseconds(1'500)};
  must(store.begin(true));
  must(handler.settle(store, now));
  const auto answer = handler.handle(request, store, now, options);
  must(answer);
  must(store.commit());
  check(*answer);
}

void dump(local_cloud::Store& store) {
  std::ostringstream lines;
  must(store.begin(false));
  must(local_cloud::dump_store(lines, store));
  // What a hook throws is caught, and ends as such a failure.
  const auto requests =
      store.list_requests({"123456789012", "us-east-1"}, std::numeric_limits<std::int64_t>::max(), 0, kCallsMax);
  must(requests);
  for (const auto& request : *requests) {
    if (request.error_code == "InternalFailure") __builtin_trap();
  }
  store.rollback();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 50'000) return 0;
  static const auto catalogue = catalogue::Catalogue::open(catalogue::embedded_blob()).value();
  static local_cloud::Handler handler(catalogue);
  static local_cloud::Store store = local_cloud::Store::open(":memory:").value();
  Clock::Time now{std::chrono::seconds(1'700'000'000)};
  must(store.begin(true));
  must(store.clear());
  must(store.commit());
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  for (std::size_t calls = 0; calls < kCallsMax && !rest.empty(); ++calls) {
    const auto end = std::min(rest.find('\n'), rest.size());
    call(handler, store, rest.substr(0, end), now);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    now += std::chrono::seconds(1);
  }
  now += std::chrono::seconds(10);
  must(store.begin(true));
  must(handler.settle(store, now));
  must(store.commit());
  dump(store);
  return 0;
}
