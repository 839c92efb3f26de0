// The credentials endpoint of a container (ECS, EKS pod identity).
#include <algorithm>
#include <array>

#include "aws/credentials/metadata_answer.h"
#include "aws/credentials/source.h"
#include "aws/endpoint.h"
#include "net/http_client.h"
#include "net/message_head.h"

namespace squall::aws {

namespace {

constexpr int kAttemptsMax = 3;
constexpr std::chrono::seconds kTimeout{2};
// A token over plain HTTP goes only to addresses that lead no further than the machine.
constexpr std::array<std::string_view, 3> kPlainHosts = {"169.254.170.2", "169.254.170.23", "fd00:ec2::23"};

Result<std::optional<net::Url>> endpoint_of(const SourceContext& context) {
  if (const auto path = context.environment("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")) {
    if (!path->starts_with('/'))
      return credentials_error("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI does not begin with /: '" + *path + "'");
    return std::optional(TRY(net::parse_url("http://169.254.170.2" + *path)));
  }
  const auto text = context.environment("AWS_CONTAINER_CREDENTIALS_FULL_URI");
  if (!text) return std::optional<net::Url>();
  net::Url url = TRY(net::parse_url(*text));
  const std::string& host = url.origin.host;
  const bool plain_is_safe =
      is_loopback(host) || std::find(kPlainHosts.begin(), kPlainHosts.end(), host) != kPlainHosts.end();
  if (!url.origin.tls && !plain_is_safe) {
    return credentials_error(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI: credentials are not asked of " + host + " over plain http",
        "use https, 169.254.170.2, 169.254.170.23, [fd00:ec2::23] or this machine");
  }
  return std::optional(std::move(url));
}

Result<std::string> authorization_of(const SourceContext& context) {
  std::string token;
  if (const auto path = context.environment("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")) {
    const auto text = TRY(context.read_file(*path));
    if (!text) return credentials_error("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: there is no file " + *path);
    token = *text;
  } else if (const auto value = context.environment("AWS_CONTAINER_AUTHORIZATION_TOKEN")) {
    token = *value;
  }
  if (!net::is_field_value(token))
    return credentials_error("the container's authorization token holds a line break or another control character");
  return token;
}

}  // namespace

Result<Lookup> find_in_container(const SourceContext& context) {
  const auto url = TRY(endpoint_of(context));
  if (!url)
    return not_here("neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set");
  const std::string authorization = TRY(authorization_of(context));
  net::HttpRequest request{.origin = url->origin,
                           .method = "GET",
                           .target = url->path,
                           .headers = {{"Accept", "application/json"}},
                           .connect_timeout = kTimeout,
                           .read_timeout = kTimeout};
  if (!authorization.empty()) request.headers.emplace_back("Authorization", authorization);
  for (int attempt = 1;; ++attempt) {
    auto response = context.call(request);
    if (response && response->status == 200) {
      auto credentials = TRY(read_metadata_credentials(response->body, "the container's endpoint"));
      credentials.source = "container";
      return Lookup{.found = std::move(credentials)};
    }
    const bool again = response ? response->status >= 500 : response.error().kind == ErrorKind::network;
    if (again && attempt < kAttemptsMax) continue;
    if (!response) {
      Error error = std::move(response).error();
      if (error.kind == ErrorKind::interrupted) return error;
      return credentials_error("the container's endpoint for credentials cannot be asked: " + error.message);
    }
    return credentials_error("the container's endpoint for credentials answered with status " +
                             std::to_string(response->status));
  }
}

}  // namespace squall::aws
