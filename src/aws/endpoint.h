// Where the APIs of a region are: the Cloud Control API, STS, and the two of IAM Identity Center.
// Sources: botocore's endpoint rule sets (one rule for all four) and its partitions table. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "net/http_client.h"

namespace squall::aws {

// The partition of a region by the pattern of its name: "aws", "aws-cn", ...; unknown regions count as "aws".
struct Partition {
  std::string_view name;
  std::string_view dns_suffix;
  std::string_view dual_stack_suffix;
};
Partition partition_of(std::string_view region);

struct EndpointQuery {
  std::string_view host_prefix = "cloudcontrolapi";  // "sts", "portal.sso", "oidc"
  std::string_view region = {};
  std::string_view custom_url = {};  // chosen by the user; empty: AWS's own
  bool fips = false;
  bool dual_stack = false;
};
// What to connect to. Errors: no region, a region that is no name, a custom URL together with FIPS or dual-stack.
Result<net::Url> resolve_endpoint(const EndpointQuery& query);

// Whether a host is this machine: such an endpoint needs no credentials.
bool is_loopback(std::string_view host);

}  // namespace squall::aws
