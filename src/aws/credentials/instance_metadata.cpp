// The metadata service of an EC2 instance (IMDSv2, and v1 where the instance still allows it).
#include <charconv>

#include "aws/credentials/metadata_answer.h"
#include "aws/credentials/source.h"
#include "base/ascii.h"
#include "net/http_client.h"
#include "net/message_head.h"

namespace squall::aws {

namespace {

constexpr std::string_view kRolePath = "/latest/meta-data/iam/security-credentials/";
// A service that cannot renew in time goes on with what it has: so does the client, for this much longer.
constexpr std::chrono::minutes kStaleExtension{15};

int number_of(const SourceContext& context, const char* name, int otherwise) {
  const auto text = context.environment(name);
  int number = 0;
  if (!text) return otherwise;
  const auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), number);
  return failure == std::errc() && number >= 1 && number <= 100 ? number : otherwise;
}

bool is_true(const SourceContext& context, const char* name) {
  return ascii_lower(context.environment(name).value_or("")) == "true";
}

Result<net::Url> service_of(const SourceContext& context) {
  if (const auto url = context.environment("AWS_EC2_METADATA_SERVICE_ENDPOINT")) return net::parse_url(*url);
  const bool ipv6 = ascii_lower(context.environment("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE").value_or("")) == "ipv6";
  return net::parse_url(ipv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254");
}

class MetadataService {
 public:
  MetadataService(const SourceContext& context, net::Origin origin)
      : context_(context),
        origin_(std::move(origin)),
        timeout_(number_of(context, "AWS_METADATA_SERVICE_TIMEOUT", 1)),
        attempts_max_(number_of(context, "AWS_METADATA_SERVICE_NUM_ATTEMPTS", 1)) {}

  // Whether the service answers at all; with a session token where it gives one.
  Result<bool> open() {
    net::HttpRequest request = request_of("PUT", "/latest/api/token");
    request.headers = {{"x-aws-ec2-metadata-token-ttl-seconds", "21600"}};
    auto response = ask(std::move(request));
    if (!response) {
      if (response.error().kind == ErrorKind::interrupted) return std::move(response).error();
      return false;
    }
    if (response->status == 200 && net::is_field_value(response->body)) {
      token_ = Secret(response->body);
      return true;
    }
    // An instance that knows only the first version, or lets it pass.
    const bool old = response->status == 403 || response->status == 404 || response->status == 405;
    return old && !is_true(context_, "AWS_EC2_METADATA_V1_DISABLED");
  }

  Result<net::HttpResponse> get(std::string path) {
    net::HttpRequest request = request_of("GET", std::move(path));
    if (!token_.empty()) request.headers = {{"x-aws-ec2-metadata-token", token_.reveal()}};
    return ask(std::move(request));
  }

 private:
  net::HttpRequest request_of(const char* method, std::string path) const {
    return {.origin = origin_,
            .method = method,
            .target = std::move(path),
            .connect_timeout = std::chrono::seconds(timeout_),
            .read_timeout = std::chrono::seconds(timeout_)};
  }

  Result<net::HttpResponse> ask(const net::HttpRequest& request) {
    for (int attempt = 1;; ++attempt) {
      auto response = context_.call(request);
      const bool again = response ? response->status >= 500 : response.error().kind == ErrorKind::network;
      if (!again || attempt >= attempts_max_) return response;
    }
  }

  const SourceContext& context_;
  const net::Origin origin_;
  const int timeout_;
  const int attempts_max_;
  Secret token_;
};

}  // namespace

Result<Lookup> find_on_instance(const SourceContext& context) {
  if (is_true(context, "AWS_EC2_METADATA_DISABLED")) return not_here("AWS_EC2_METADATA_DISABLED is true");
  const net::Url url = TRY(service_of(context));
  MetadataService service(context, url.origin);
  if (!TRY(service.open())) return not_here("no metadata service answers at " + url.origin.authority());
  const auto roles = TRY(service.get(std::string(kRolePath)));
  const std::string role = roles.body.substr(0, roles.body.find_first_of("\r\n"));
  if (roles.status != 200 || role.empty() || !net::is_request_target(role)) return not_here("the instance has no role");
  const auto answer = TRY(service.get(std::string(kRolePath) + role));
  if (answer.status != 200)
    return credentials_error("the instance's metadata service answered with status " + std::to_string(answer.status));
  auto credentials = TRY(read_metadata_credentials(answer.body, "the instance's metadata service"));
  credentials.source = "instance metadata (" + role + ")";
  const auto now = context.clock.now();
  if (credentials.expires_at && *credentials.expires_at <= now) credentials.expires_at = now + kStaleExtension;
  return Lookup{.found = std::move(credentials)};
}

}  // namespace squall::aws
