#include "aws/credentials/metadata_answer.h"

#include "aws/time_text.h"

namespace squall::aws {

Result<Credentials> read_metadata_credentials(std::string_view json, const std::string& whose) {
  Credentials credentials{.key = {.access_key_id = json_field(json, "AccessKeyId"),
                                  .secret_access_key = Secret(json_field(json, "SecretAccessKey")),
                                  .session_token = Secret(json_field(json, "Token"))}};
  if (credentials.key.access_key_id.empty() || credentials.key.secret_access_key.empty())
    return credentials_error(whose + " answered without AccessKeyId and SecretAccessKey");
  const std::string expiry = json_field(json, "Expiration");
  credentials.expires_at = parse_iso_time(expiry);
  if (!expiry.empty() && !credentials.expires_at)
    return credentials_error(whose + " answered with an Expiration that is no time: " + expiry);
  if (const auto account = json_field(json, "AccountId"); !account.empty()) credentials.account_id = account;
  return credentials;
}

}  // namespace squall::aws
