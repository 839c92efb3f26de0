// JSON documents that are changed: parsed with a bound on their nesting, and told apart by where they are wrong.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "base/result.h"

namespace squall::engine {

using Json = nlohmann::ordered_json;

// The error says at which character the text stops being JSON.
Result<Json> parse_document(std::string_view text);
// Without a fault on texts that are no UTF-8.
std::string document_text(const Json& value);

}  // namespace squall::engine
