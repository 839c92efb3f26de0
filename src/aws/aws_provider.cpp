#include "aws/aws_provider.h"

#include "aws/endpoint.h"
#include "aws/scan.h"

namespace squall::aws {

namespace {

// What the local cloud is signed with where the environment has no keys; its account is told by the key id.
Credentials placeholder_credentials() {
  return {.key = {.access_key_id = "123456789012", .secret_access_key = Secret("local")}, .source = "placeholder"};
}

bool is_loopback_url(const std::string& url) {
  const auto parsed = net::parse_url(url);
  return parsed.ok() && is_loopback(parsed->origin.host);
}

}  // namespace

AwsProvider::AwsProvider(net::Transport& transport, net::Timer& timer, const Clock& clock, Environment environment,
                         AwsOptions options)
    : environment_(std::move(environment)),
      options_(std::move(options)),
      credentials_optional_(options_.local || is_loopback_url(chosen_endpoint(options_.endpoint_url, environment_))),
      cloud_(
          transport, timer, clock,
          {.endpoint_url = options_.local ? "http://127.0.0.1" : chosen_endpoint(options_.endpoint_url, environment_),
           .credentials = [this] { return credentials(); },
           .retry = options_.retry}) {}

Result<Credentials> AwsProvider::credentials() const {
  auto found = TRY(environment_credentials(environment_));
  if (found) return *std::move(found);
  if (credentials_optional_) return placeholder_credentials();
  return find_credentials(environment_);
}

Result<std::unique_ptr<provider::ResourceStream>> AwsProvider::scan(provider::ScanRequest request) {
  if (!request.profile.empty()) {
    return sql_error("profiles are not built yet: profile = '" + request.profile + "' cannot be used",
                     "leave the profile out; credentials come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
  }
  if (request.operation == provider::ScanRequest::Operation::get) return start_get(cloud_, std::move(request));
  return start_list(cloud_, std::move(request));
}

Result<std::string> AwsProvider::default_region() {
  if (!options_.region.empty()) return options_.region;
  for (const char* name : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
    if (auto region = environment_(name)) return *region;
  }
  if (options_.local) return std::string("us-east-1");
  return sql_error(
      "no region: the statement names none, and neither --region nor AWS_REGION nor AWS_DEFAULT_REGION is set",
      "add WHERE region = 'us-east-1', or set one of them");
}

}  // namespace squall::aws
