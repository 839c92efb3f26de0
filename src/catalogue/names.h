// From CloudFormation's spelling to SQL's: service, resource and column names. Pure functions.
//
// The rules reproduce the published documentation of the `aws` provider, its odd names included (`e_c2_vpc_id`), because
// users' statements name them. catalogue/README.md tells them in prose.
#pragma once

#include <string>
#include <string_view>

namespace squall::catalogue {

// "AWS::SageMaker::ImageVersion" -> {"sagemaker", "ImageVersion"}; empty parts where the text is no type's name.
struct TypeNameParts {
  std::string provider;  // "AWS"
  std::string service;   // "sagemaker"
  std::string resource;  // "ImageVersion"
};
TypeNameParts split_type_name(std::string_view name);

// What the service is called in SQL: "sagemaker". Types of others than AWS are in AWS's registry too, so their tables are
// under aws as well: "acme_tools" for Acme::Tools::Saw. AWS's own services have no `_`, so that neither takes a name.
std::string service_name(const TypeNameParts& parts);

std::string singular_name(std::string_view resource);   // "VPCEndpoint" -> "vpc_endpoint"
std::string plural_name(std::string_view singular);     // "policy" -> "policies"
std::string column_name(std::string_view property);     // "KMSKeyId" -> "kms_key_id"
std::string nested_column_name(std::string_view path);  // "Schedule/ScheduleId" -> "schedule_schedule_id"

}  // namespace squall::catalogue
