// A command line as its words, in the manner of a POSIX shell but without one: quotes and backslashes, nothing else.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace squall::aws {

// Nothing when a quote is not closed.
std::optional<std::vector<std::string>> split_words(std::string_view text);

}  // namespace squall::aws
