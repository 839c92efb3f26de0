// What may stand in the head of an HTTP/1.1 message (RFC 9110, 9112). Whatever comes from outside (a token of a
// configuration file, a name in an answer) is checked with these before it is written, so that it cannot add a field or
// a message of its own.
#pragma once

#include <algorithm>
#include <string_view>

#include "base/ascii.h"

namespace squall::net {

// A method or the name of a field.
inline bool is_token(std::string_view text) {
  constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return is_ascii_alnum(c) || kOthers.find(c) != std::string_view::npos;
  });
}

// The value of a field: no control characters but the tab.
inline bool is_field_value(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
  });
}

// Path and query; other bytes than ASCII pass, as they do with most servers.
inline bool is_request_target(std::string_view text) {
  return !text.empty() && std::none_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= 0x20 || byte == 0x7f;
  });
}

}  // namespace squall::net
