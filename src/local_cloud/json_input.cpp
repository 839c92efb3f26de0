#include "local_cloud/json_input.h"

#include <nlohmann/json.hpp>

namespace squall::local_cloud {

namespace {

constexpr std::size_t kDepthMax = 100;

bool nests_too_deeply(std::string_view text) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kDepthMax) return true;
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  return false;
}

}  // namespace

Json parse_json(std::string_view text) {
  return nests_too_deeply(text) ? Json(Json::value_t::discarded) : Json::parse(text, nullptr, false);
}

Json parse_stored(const std::string& text) { return Json::parse(text, nullptr, false); }

std::string json_text(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string kind_word(const Json& value) {
  if (value.is_string()) return "String";
  if (value.is_boolean()) return "Boolean";
  if (value.is_number_integer()) return "Integer";
  if (value.is_number()) return "Number";
  if (value.is_array()) return "JSONArray";
  if (value.is_object()) return "JSONObject";
  return "Null";
}

}  // namespace squall::local_cloud
