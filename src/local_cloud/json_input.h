// JSON from outside, parsed with a bound on its nesting: nlohmann's parser goes as deep as the text.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace squall::local_cloud {

using Json = nlohmann::ordered_json;

// Discarded where the text is no JSON, or nests too deeply.
Json parse_json(std::string_view text);
// What was written by this program: no check of the nesting.
Json parse_stored(const std::string& text);
// Without a fault on texts that are no UTF-8.
std::string json_text(const Json& value);
// The word of AWS's validator for the kind of a value: "String", "JSONObject".
std::string kind_word(const Json& value);

}  // namespace squall::local_cloud
