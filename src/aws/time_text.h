// Points in time as AWS's services and tools write them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace squall::aws {

// "2026-11-25T12:00:00Z", also with a fraction, "UTC" or "+00:00" behind it; nothing when it is no such text.
std::optional<Clock::Time> parse_iso_time(std::string_view text);
// "2026-11-25T12:00:00Z".
std::string iso_time(Clock::Time time);
// The Date header: "Wed, 25 Nov 2026 12:00:00 GMT" (RFC 9110, IMF-fixdate).
std::optional<Clock::Time> parse_http_date(std::string_view text);

}  // namespace squall::aws
