// Times of a ProgressEvent as a user reads them.
#pragma once

#include <string>

namespace squall::engine {

// Seconds since the epoch as ISO 8601, in UTC, to the millisecond; empty for 0, which stands for a time not told.
std::string event_time_text(double seconds);

}  // namespace squall::engine
