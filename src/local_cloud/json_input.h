// JSON from outside, parsed with a bound on its nesting: nlohmann's parser goes as deep as the text.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace squall::local_cloud {

using Json = nlohmann::ordered_json;

// Discarded where the text is no JSON, or nests too deeply.
Json parse_json(std::string_view text);
// What keeps a text from being JSON, and where: lines and columns (in bytes) from 1. REQUIRES: parse_json discards it.
struct JsonFault {
  std::size_t line = 0;
  std::size_t column = 0;
  std::string text;     // "unexpected '}'; expected string literal"; tells nothing of the values
  bool at_end = false;  // it only goes on too short
};
JsonFault json_fault(std::string_view text);
// A key that stands twice in one object of a JSON text; empty: none. (Parsing keeps one of them.)
std::string repeated_key(std::string_view text);
// What was written by this program: no check of the nesting.
Json parse_stored(const std::string& text);
// Without a fault on texts that are no UTF-8.
std::string json_text(const Json& value);
// The word of AWS's validator for the kind of a value: "String", "JSONObject".
std::string kind_word(const Json& value);

}  // namespace squall::local_cloud
