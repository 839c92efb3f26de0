// What the types inside a VPC share: the VPC must be there, and a security group's name is its own within it.
#pragma once

#include "local_cloud/behaviours/hooks.h"

namespace squall::local_cloud {

// Whether a Lambda function of the place has it in that list of its VpcConfig.
Result<bool> function_in_network(Store& store, const Place& place, const char* list, const std::string& identifier);
Result<Refusal> require_vpc(const Creation& creation);
// The rule that lets all traffic out.
Json all_traffic();
// Names of a security group by which another of the same name is refused.
std::vector<std::string> group_names(const Json& model);

}  // namespace squall::local_cloud
