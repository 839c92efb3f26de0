#include "aws/endpoint.h"

#include <array>

#include "base/ascii.h"

namespace squall::aws {

namespace {

struct PartitionPrefix {
  std::string_view region_prefix;
  Partition partition;
};

constexpr Partition kCommercial = {"aws", "amazonaws.com", "api.aws"};

// The first prefix that fits wins; what fits none is the commercial partition.
constexpr std::array<PartitionPrefix, 7> kPartitions = {{
    {"cn-", {"aws-cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn"}},
    {"us-gov-", {"aws-us-gov", "amazonaws.com", "api.aws"}},
    {"us-isob-", {"aws-iso-b", "sc2s.sgov.gov", "api.aws.scloud"}},
    {"us-isof-", {"aws-iso-f", "csp.hci.ic.gov", "api.aws.hci.ic.gov"}},
    {"us-iso-", {"aws-iso", "c2s.ic.gov", "api.aws.ic.gov"}},
    {"eu-isoe-", {"aws-iso-e", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"}},
    {"eusc-", {"aws-eusc", "amazonaws.eu", "api.amazonwebservices.eu"}},
}};

bool is_region_name(std::string_view region) {
  if (region.empty() || region.size() > 63) return false;
  for (char c : region) {
    if (!is_ascii_alnum(c) && c != '-') return false;
  }
  return true;
}

}  // namespace

Partition partition_of(std::string_view region) {
  for (const auto& entry : kPartitions) {
    if (region.starts_with(entry.region_prefix)) return entry.partition;
  }
  return kCommercial;
}

Result<net::Url> resolve_endpoint(const EndpointQuery& query) {
  if (!query.custom_url.empty()) {
    if (query.fips || query.dual_stack) {
      return usage_error("an endpoint of one's own (" + std::string(query.custom_url) + ") cannot be combined with " +
                             (query.fips ? "FIPS" : "dual-stack") + " endpoints",
                         query.fips ? "unset AWS_USE_FIPS_ENDPOINT, or leave the endpoint out"
                                    : "unset AWS_USE_DUALSTACK_ENDPOINT, or leave the endpoint out");
    }
    if (query.region.empty() || is_region_name(query.region)) return net::parse_url(query.custom_url);
  }
  // A region becomes part of a host's name: anything else in it could name another host.
  if (!is_region_name(query.region)) {
    return sql_error("'" + std::string(query.region) + "' is not the name of a region",
                     "a region looks like us-east-1");
  }
  const Partition partition = partition_of(query.region);
  return net::parse_url("https://" + std::string(query.host_prefix) + (query.fips ? "-fips." : ".") +
                        std::string(query.region) + "." +
                        std::string(query.dual_stack ? partition.dual_stack_suffix : partition.dns_suffix));
}

bool is_loopback(std::string_view host) {
  if (host == "localhost" || host == "::1") return true;
  if (!host.starts_with("127.")) return false;
  return host.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace squall::aws
