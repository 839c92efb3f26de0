#include "aws/endpoint.h"

#include <array>

#include "base/ascii.h"

namespace squall::aws {

namespace {

struct PartitionPrefix {
  std::string_view region_prefix;
  Partition partition;
};

// The first prefix that fits wins; what fits none is the commercial partition.
constexpr std::array<PartitionPrefix, 7> kPartitions = {{
    {"cn-", {"aws-cn", "amazonaws.com.cn"}},
    {"us-gov-", {"aws-us-gov", "amazonaws.com"}},
    {"us-isob-", {"aws-iso-b", "sc2s.sgov.gov"}},
    {"us-isof-", {"aws-iso-f", "csp.hci.ic.gov"}},
    {"us-iso-", {"aws-iso", "c2s.ic.gov"}},
    {"eu-isoe-", {"aws-iso-e", "cloud.adc-e.uk"}},
    {"eusc-", {"aws-eusc", "amazonaws.eu"}},
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
  return {"aws", "amazonaws.com"};
}

std::string chosen_endpoint(const std::string& explicit_url, const Environment& environment) {
  if (!explicit_url.empty()) return explicit_url;
  if (ascii_lower(environment("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS").value_or("")) == "true") return {};
  if (auto url = environment("AWS_ENDPOINT_URL_CLOUDCONTROL")) return *url;
  return environment("AWS_ENDPOINT_URL").value_or("");
}

Result<net::Url> cloud_control_endpoint(const std::string& chosen_url, std::string_view region) {
  // A region becomes part of a host's name: anything else in it could name another host.
  if (!is_region_name(region)) {
    return sql_error("'" + std::string(region) + "' is not the name of a region", "a region looks like us-east-1");
  }
  if (!chosen_url.empty()) return net::parse_url(chosen_url);
  const Partition partition = partition_of(region);
  return net::parse_url("https://cloudcontrolapi." + std::string(region) + "." + std::string(partition.dns_suffix));
}

bool is_loopback(std::string_view host) {
  if (host == "localhost" || host == "::1") return true;
  if (!host.starts_with("127.")) return false;
  return host.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace squall::aws
