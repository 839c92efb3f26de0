#include "engine/changes/json_document.h"

#include <nlohmann/json.hpp>

#include "catalogue/json_depth.h"

namespace squall::engine {

namespace {

// "[json.exception.parse_error.101] parse error at line 1, column 3: syntax error while parsing value - unexpected …"
std::string library_text(std::string_view text) {
  const auto dash = text.find(" - ");
  const auto colon = text.find(": ");
  if (dash != std::string_view::npos)
    text.remove_prefix(dash + 3);
  else if (colon != std::string_view::npos)
    text.remove_prefix(colon + 2);
  // What was read may be a secret.
  return std::string(text.substr(0, text.find("; last read:")));
}

}  // namespace

Result<Json> parse_document(std::string_view text) {
  if (catalogue::is_nested_deeper(text, 100)) return data_error("the JSON nests too deeply");
  try {
    return Json::parse(text);
  } catch (const Json::parse_error& error) {
    return data_error("no JSON: at character " + std::to_string(error.byte) + " " + library_text(error.what()));
  } catch (const Json::out_of_range&) {
    return data_error("no JSON that AWS takes: a number in it is too large");
  } catch (const Json::exception& error) {
    return data_error("no JSON: " + library_text(error.what()));
  }
}

std::string document_text(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace squall::engine
