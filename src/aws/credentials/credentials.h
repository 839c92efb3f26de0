// Who signs: keys, where they came from, and until when they are good. A plain value; never printed but for its source.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "net/sigv4.h"

namespace squall::aws {

struct Credentials {
  net::SigningKey key;
  std::string source = {};                     // "environment", "assume-role (arn:...)"
  std::optional<std::string> account_id = {};  // where the source tells
  std::optional<Clock::Time> expires_at = {};  // nothing: they do not expire
};

}  // namespace squall::aws
