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

std::string singular_name(std::string_view resource);  // "VPCEndpoint" -> "vpc_endpoint"
std::string plural_name(std::string_view singular);    // "policy" -> "policies"
std::string column_name(std::string_view property);    // "KMSKeyId" -> "kms_key_id"

}  // namespace squall::catalogue
