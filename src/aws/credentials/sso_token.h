// The token that 'aws sso login' leaves in ~/.aws/sso/cache, and its renewal.
#pragma once

#include <optional>
#include <string>

#include "aws/credentials/source.h"

namespace squall::aws {

struct SsoToken {
  Secret access_token;
  Clock::Time expires_at;
  // What a renewal needs; absent from the older kind of profile.
  Secret refresh_token = {};
  std::string client_id = {};
  Secret client_secret = {};
  std::optional<Clock::Time> registration_expires_at = {};
  std::string start_url = {};
  std::string region = {};
};

// Nothing when the text is not such a token.
std::optional<SsoToken> parse_sso_token(std::string_view json);
std::string sso_token_json(const SsoToken& token);

// ~/.aws/sso/cache/<SHA-1 of the session's name or start URL>.json
std::string sso_cache_path(const std::string& key, const Environment& environment);

// A token good for at least a moment: read from its file, renewed in its last 15 minutes where that is possible and
// written back. An error tells to log in.
Result<SsoToken> current_sso_token(const SourceContext& context, const std::string& cache_key,
                                   const std::string& sso_region, bool can_renew);

}  // namespace squall::aws
