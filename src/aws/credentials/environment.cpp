#include "aws/credentials/credentials.h"

namespace squall::aws {

Result<std::optional<Credentials>> environment_credentials(const Environment& environment) {
  const auto key_id = environment("AWS_ACCESS_KEY_ID");
  const auto secret = environment("AWS_SECRET_ACCESS_KEY");
  if (!key_id && !secret) return std::optional<Credentials>();
  if (!key_id || !secret) {
    return Error{.kind = ErrorKind::credentials,
                 .message = std::string(key_id ? "AWS_ACCESS_KEY_ID is set but AWS_SECRET_ACCESS_KEY is not"
                                               : "AWS_SECRET_ACCESS_KEY is set but AWS_ACCESS_KEY_ID is not"),
                 .hint = "set both, or neither"};
  }
  // The older name is read first, as botocore does.
  auto token = environment("AWS_SECURITY_TOKEN");
  if (!token) token = environment("AWS_SESSION_TOKEN");
  Credentials credentials{.key = {.access_key_id = *key_id,
                                  .secret_access_key = Secret(*secret),
                                  .session_token = Secret(token.value_or(""))},
                          .source = "environment",
                          .account_id = environment("AWS_ACCOUNT_ID")};
  return std::optional<Credentials>(std::move(credentials));
}

}  // namespace squall::aws
