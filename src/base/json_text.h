// Small pieces of JSON as text: quoting a string, reading one back. Documents are parsed by simdjson or nlohmann.
#pragma once

#include <string>
#include <string_view>

namespace squall {

// The text as a JSON string with its quotes (RFC 8259); bytes that are no UTF-8 pass as they are.
std::string json_quote(std::string_view text);
void append_json_quoted(std::string& out, std::string_view text);

// What a JSON string with its quotes stands for. Escapes that mean nothing become U+FFFD.
std::string json_unquote(std::string_view quoted);

// null, "[]" or "{}", with any white space inside.
bool is_empty_json(std::string_view text);

}  // namespace squall
