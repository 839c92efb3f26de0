// Where the Cloud Control API of a region is.
// Sources: botocore's endpoint rule set for cloudcontrol and its partitions table.
#pragma once

#include <string>
#include <string_view>

#include "base/environment.h"
#include "base/result.h"
#include "net/http_client.h"

namespace squall::aws {

// The partition of a region by the pattern of its name: "aws", "aws-cn", ...; unknown regions count as "aws".
struct Partition {
  std::string_view name;
  std::string_view dns_suffix;
};
Partition partition_of(std::string_view region);

// An endpoint that the user chose: `explicit_url` (--endpoint-url), else AWS_ENDPOINT_URL_CLOUDCONTROL, else
// AWS_ENDPOINT_URL (both unless AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is true); empty: AWS's own.
std::string chosen_endpoint(const std::string& explicit_url, const Environment& environment);

// The origin to connect to for a region.
Result<net::Url> cloud_control_endpoint(const std::string& chosen_url, std::string_view region);

// Whether a host is this machine: such an endpoint needs no credentials.
bool is_loopback(std::string_view host);

}  // namespace squall::aws
