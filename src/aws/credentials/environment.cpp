#include "aws/credentials/source.h"
#include "aws/time_text.h"

namespace squall::aws {

// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_ACCOUNT_ID, AWS_CREDENTIAL_EXPIRATION.
Result<Lookup> find_in_environment(const SourceContext& context) {
  if (context.profile.is_explicit) return not_here("a profile was chosen, which the variables do not override");
  const auto key_id = context.environment("AWS_ACCESS_KEY_ID");
  const auto secret = context.environment("AWS_SECRET_ACCESS_KEY");
  if (!key_id && !secret) return not_here("AWS_ACCESS_KEY_ID is not set");
  if (!key_id || !secret) {
    return credentials_error(key_id ? "AWS_ACCESS_KEY_ID is set but AWS_SECRET_ACCESS_KEY is not"
                                    : "AWS_SECRET_ACCESS_KEY is set but AWS_ACCESS_KEY_ID is not",
                             "set both, or neither");
  }
  // The older name is read first, as botocore does.
  auto token = context.environment("AWS_SECURITY_TOKEN");
  if (!token) token = context.environment("AWS_SESSION_TOKEN");
  Credentials credentials{.key = {.access_key_id = *key_id,
                                  .secret_access_key = Secret(*secret),
                                  .session_token = Secret(token.value_or(""))},
                          .source = "environment",
                          .account_id = context.environment("AWS_ACCOUNT_ID")};
  if (const auto expiry = context.environment("AWS_CREDENTIAL_EXPIRATION")) {
    credentials.expires_at = parse_iso_time(*expiry);
    if (!credentials.expires_at)
      return credentials_error("AWS_CREDENTIAL_EXPIRATION is no time: '" + *expiry + "'",
                               "write it as 2026-11-25T12:00:00Z");
    if (*credentials.expires_at <= context.clock.now())
      return credentials_error("the credentials of the environment expired at " + *expiry, "set fresh ones");
  }
  return Lookup{.found = std::move(credentials)};
}

}  // namespace squall::aws
