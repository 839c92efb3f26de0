#include "cli/download.h"

#include <future>

#include "aws/endpoint.h"
#include "net/http_client.h"

namespace squall::cli {

namespace {

constexpr int kRedirectsMax = 5;

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

Result<net::Url> parse_safe_url(const std::string& url) {
  net::Url parsed = TRY(net::parse_url(url));
  if (!parsed.origin.tls && !aws::is_loopback(parsed.origin.host))
    return usage_error(url + " is not https",
                       "http is taken from this machine alone: what it brings may have been changed");
  return parsed;
}

Result<net::HttpResponse> get(net::HttpClient& client, const net::Url& url) {
  std::promise<Result<net::HttpResponse>> promise;
  client.send({.origin = url.origin, .method = "GET", .target = url.path, .headers = {{"Accept", "*/*"}}},
              [&promise](Result<net::HttpResponse> answer) { promise.set_value(std::move(answer)); });
  return promise.get_future().get();
}

// A Location may be a path alone.
Result<std::string> redirect_target(const net::Url& from, const std::string& url, const net::HttpResponse& answer) {
  const std::string location(net::header(answer.headers, "Location"));
  if (location.starts_with("/") && !location.starts_with("//"))
    return (from.origin.tls ? "https://" : "http://") + from.origin.authority() + location;
  if (location.starts_with("https://") || location.starts_with("http://")) return location;
  return Error{.kind = ErrorKind::network, .message = url + " redirects to '" + location + "', which is no URL"};
}

}  // namespace

Result<std::string> download(const std::string& url, const DownloadOptions& options) {
  net::HttpClient client({.connections_max = 1, .body_bytes_max = options.bytes_max, .ca_file = options.ca_file});
  std::string next = url;
  for (int redirects = 0; redirects <= kRedirectsMax; ++redirects) {
    const net::Url parsed = TRY(parse_safe_url(next));
    auto answer = get(client, parsed);
    if (!answer) {
      Error error = answer.error();
      error.message = "cannot fetch " + next + ": " + error.message;
      return error;
    }
    if (answer->status == 200) return std::move(answer->body);
    if (!is_redirect(answer->status)) {
      return Error{.kind = ErrorKind::network,
                   .message = "cannot fetch " + next + ": it answers with status " + std::to_string(answer->status),
                   .http_status = answer->status};
    }
    next = TRY(redirect_target(parsed, next, *answer));
  }
  return Error{.kind = ErrorKind::network,
               .message = url + " redirects more than " + std::to_string(kRedirectsMax) + " times"};
}

}  // namespace squall::cli
