// The JSON in which containers' and instances' endpoints give credentials.
#pragma once

#include <string>
#include <string_view>

#include "aws/credentials/source.h"

namespace squall::aws {

// {"AccessKeyId":..., "SecretAccessKey":..., "Token":..., "Expiration":..., "AccountId":...}; `whose` goes into errors.
Result<Credentials> read_metadata_credentials(std::string_view json, const std::string& whose);

}  // namespace squall::aws
