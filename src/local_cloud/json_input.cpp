#include "local_cloud/json_input.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

namespace squall::local_cloud {

namespace {

constexpr std::size_t kDepthMax = 100;

// Where it goes deeper than we parse; npos: nowhere.
std::size_t too_deep_at(std::string_view text) {
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
      if (++depth > kDepthMax) return i;
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  return std::string_view::npos;
}

// "[json.exception.parse_error.101] parse error at line 1, column 3: syntax error while parsing value - invalid literal;
// last read: '…'; expected '}'": what was read may be a secret.
std::string fault_text(std::string text) {
  const auto dash = text.find(" - ");
  const auto colon = text.find(": ");
  if (dash != std::string::npos)
    text.erase(0, dash + 3);
  else if (colon != std::string::npos)
    text.erase(0, colon + 2);
  const auto read = text.find("; last read: ");
  if (read == std::string::npos) return text;
  const auto expected = text.rfind("'; expected ");
  return text.substr(0, read) + (expected == std::string::npos || expected < read ? "" : text.substr(expected + 1));
}

JsonFault fault_at(std::string_view text, std::size_t at, std::string why) {
  const std::string_view before = text.substr(0, at);
  const auto newline = before.rfind('\n');
  return {.line = 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')),
          .column = 1 + before.size() - (newline == std::string_view::npos ? 0 : newline + 1),
          .text = std::move(why),
          .at_end = at >= text.size()};
}

// Hears the keys of a text.
class KeyListener final : public nlohmann::json_sax<Json> {
 public:
  const std::string& repeated() const { return repeated_; }

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override {
    keys_.emplace_back();
    return true;
  }
  bool key(string_t& name) override {
    if (keys_.back().insert(name).second) return true;
    repeated_ = name;
    return false;
  }
  bool end_object() override {
    keys_.pop_back();
    return true;
  }
  bool start_array(std::size_t) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

 private:
  std::vector<std::set<std::string>> keys_;  // of the objects that are open
  std::string repeated_;
};

}  // namespace

Json parse_json(std::string_view text) {
  return too_deep_at(text) != std::string_view::npos ? Json(Json::value_t::discarded)
                                                     : Json::parse(text, nullptr, false);
}

JsonFault json_fault(std::string_view text) {
  if (const std::size_t deep = too_deep_at(text); deep != std::string_view::npos)
    return fault_at(text, deep, "it nests more than " + std::to_string(kDepthMax) + " deep");
  try {
    if (!Json::parse(text).is_discarded()) return {};
  } catch (const Json::parse_error& error) {
    return fault_at(text, error.byte == 0 ? 0 : error.byte - 1, fault_text(error.what()));
  } catch (const Json::exception& error) {
    return fault_at(text, 0, fault_text(error.what()));
  }
  return {};
}

std::string repeated_key(std::string_view text) {
  if (too_deep_at(text) != std::string_view::npos) return {};
  KeyListener listener;
  (void)Json::sax_parse(text, &listener);
  return listener.repeated();
}

Json parse_stored(const std::string& text) { return Json::parse(text, nullptr, false); }

std::string json_text(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string kind_word(const Json& value) {
  if (value.is_string()) return "String";
  if (value.is_boolean()) return "Boolean";
  if (value.is_number_integer()) return "Integer";
  if (value.is_number()) return "Double";
  if (value.is_array()) return "JSONArray";
  if (value.is_object()) return "JSONObject";
  return "Null";
}

}  // namespace squall::local_cloud
