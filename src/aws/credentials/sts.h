// The three calls of AWS STS that credentials need. Its protocol is a form in, XML out ("AWS Query").
//
// Blocking, on the thread of a lookup. An error carries STS's code and text; secrets are never in it.
#pragma once

#include <map>
#include <string>

#include "aws/credentials/source.h"

namespace squall::aws {

using StsParameters = std::map<std::string, std::string>;

// AssumeRole, signed by `signer`.
Result<Credentials> assume_role(const SourceContext& context, const Credentials& signer, StsParameters parameters);
// AssumeRoleWithWebIdentity, which is not signed.
Result<Credentials> assume_role_with_web_identity(const SourceContext& context, StsParameters parameters);

// The text of GetCallerIdentity's request body, and the account in its answer.
inline constexpr std::string_view kCallerIdentityForm = "Action=GetCallerIdentity&Version=2011-06-15";
Result<std::string> account_of_caller_identity(const net::HttpResponse& response);

// The text of the first element of that name, entities resolved; empty where there is none.
std::string xml_text(std::string_view xml, std::string_view element);
// "arn:aws:iam::123456789012:role/x" -> "123456789012"; empty where it is no ARN with an account.
std::string account_of_arn(std::string_view arn);
// Where STS is asked: the settings' region, else one of the partition that the role's ARN names.
std::string sts_region(const SourceContext& context, std::string_view role_arn);

}  // namespace squall::aws
