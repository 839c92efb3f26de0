// Who signs: keys, and where they came from.
//
// One source a file in this folder; the chain asks them in an explicit order and says, when none has any, what each of
// them looked for. Sources so far: environment variables. (The profile files, SSO, roles, containers and instances are
// not built yet, and the error says so.)
#pragma once

#include <optional>
#include <string>

#include "base/environment.h"
#include "base/result.h"
#include "net/sigv4.h"

namespace squall::aws {

struct Credentials {
  net::SigningKey key;
  std::string source;                          // "environment"
  std::optional<std::string> account_id = {};  // where the source tells
};

// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_ACCOUNT_ID. Nothing when no key is set; a key
// without its secret is an error, not "try the next".
Result<std::optional<Credentials>> environment_credentials(const Environment& environment);

// The chain: the first source that has credentials, or an error of kind credentials.
Result<Credentials> find_credentials(const Environment& environment);

}  // namespace squall::aws
