#include "engine/regions.h"

#include <algorithm>
#include <array>

namespace squall::engine {

namespace {

constexpr std::array<std::string_view, 7> kGlobalServices = {
    "budgets", "cloudfront", "globalaccelerator", "iam", "organizations", "route53", "shield"};

}  // namespace

bool is_global_service(std::string_view service) {
  return std::find(kGlobalServices.begin(), kGlobalServices.end(), service) != kGlobalServices.end();
}

std::string home_region(std::string_view region) {
  if (region.starts_with("cn-")) return "cn-north-1";
  if (region.starts_with("us-gov-")) return "us-gov-west-1";
  return "us-east-1";
}

std::string_view region_of_arn(std::string_view identifier) {
  if (!identifier.starts_with("arn:")) return {};
  for (int i = 0; i < 3; ++i) {
    const auto colon = identifier.find(':');
    if (colon == std::string_view::npos) return {};
    identifier.remove_prefix(colon + 1);
  }
  return identifier.substr(0, identifier.find(':'));
}

}  // namespace squall::engine
