// Which region a type is asked in: the rules for services that are the same in all of them. Pure.
#pragma once

#include <string>
#include <string_view>

namespace squall::engine {

// iam, route53, cloudfront and their like: one list, whatever the region.
bool is_global_service(std::string_view service);

// The region of a partition that answers for its global services; of "us-east-1"'s where the region is none we know.
std::string home_region(std::string_view region);

// The region inside "arn:aws:service:REGION:account:…"; empty where there is none.
std::string_view region_of_arn(std::string_view identifier);

}  // namespace squall::engine
