// The token behind a page: "<scope>-<id of the last entry told>", of the characters that the API allows. A token belongs to
// one list, whose scope is a digest of all that was asked. Pure.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>

namespace squall::local_cloud {

inline std::string page_token(const std::string& scope, std::int64_t last) {
  return scope + "-" + std::to_string(last);
}

// False: it belongs to another list, or is none.
inline bool read_page_token(const std::string& token, const std::string& scope, std::int64_t& last) {
  if (token.size() <= scope.size() + 1 || !token.starts_with(scope) || token[scope.size()] != '-') return false;
  const char* begin = token.data() + scope.size() + 1;
  const auto parsed = std::from_chars(begin, token.data() + token.size(), last);
  return parsed.ec == std::errc() && parsed.ptr == token.data() + token.size() && last > 0;
}

}  // namespace squall::local_cloud
