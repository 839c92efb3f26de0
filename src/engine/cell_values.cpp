#include "engine/cell_values.h"

#include <charconv>

#include "base/ascii.h"
#include "base/json_text.h"

namespace squall::engine {

namespace {

constexpr unsigned int kJsonSubtype = 'J';  // what SQLite's JSON functions know JSON text by

void set_number(sqlite3_context* out, std::string_view raw) {
  std::int64_t integer = 0;
  const auto whole = std::from_chars(raw.data(), raw.data() + raw.size(), integer);
  if (whole.ec == std::errc() && whole.ptr == raw.data() + raw.size()) return sqlite3_result_int64(out, integer);
  double real = 0;
  std::from_chars(raw.data(), raw.data() + raw.size(), real);
  sqlite3_result_double(out, real);
}

}  // namespace

void set_text(sqlite3_context* out, std::string_view text) {
  sqlite3_result_text64(out, text.empty() ? "" : text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

void set_json(sqlite3_context* out, std::string_view raw) {
  switch (raw.empty() ? 'n' : raw.front()) {
    case 'n': return sqlite3_result_null(out);
    case 't': return sqlite3_result_int(out, 1);
    case 'f': return sqlite3_result_int(out, 0);
    case '"':
      if (raw.find('\\') == std::string_view::npos) return set_text(out, raw.substr(1, raw.size() - 2));
      return set_text(out, json_unquote(raw));
    case '[':
    case '{': set_text(out, raw); return sqlite3_result_subtype(out, kJsonSubtype);
    default: return set_number(out, raw);
  }
}

void set_typed(sqlite3_context* out, std::string_view text, DataType type) {
  if (type == DataType::integer || type == DataType::number) return set_number(out, text);
  if (type == DataType::boolean)
    return sqlite3_result_int(out, equal_ignoring_case(text, "true") || text == "1" ? 1 : 0);
  set_text(out, text);
}

}  // namespace squall::engine
