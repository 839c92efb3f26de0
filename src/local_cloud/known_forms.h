// The forms of names, ARNs and addresses that the commonest types give to their resources, where no rule finds them.
//
// A template says {partition}, {region}, {account}, {suffix}, {name} (the resource's own), {path} (its Path,
// "/" where it has none), {host} (its Url without the scheme), {uuid}, {hex6}, {hex17}.
// Source: AWS's Service Authorization Reference (ARN formats) and the services' guides.
#pragma once

#include <string_view>

namespace squall::local_cloud {

// Empty: the value of that property follows the general rules.
std::string_view known_form(std::string_view type_name, std::string_view property);

// How a service stands in ARNs: AWS::StepFunctions is "states"; those of global services name no region.
struct ArnService {
  std::string_view word;
  bool has_region = true;
};
// `service` as in names of tables: "stepfunctions".
ArnService arn_service(std::string_view service);

}  // namespace squall::local_cloud
