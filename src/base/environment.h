// The process's environment variables, handed in so that tests can choose them.
#pragma once

#include <functional>
#include <optional>
#include <string>

namespace squall {

// The value of a variable; nothing when it is unset or empty (AWS's clients treat the two alike).
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

Environment process_environment();

}  // namespace squall
