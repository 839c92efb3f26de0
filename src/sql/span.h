// A stretch of a text, in bytes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace squall::sql {

struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool empty() const { return end <= begin; }
  std::size_t size() const { return empty() ? 0 : end - begin; }
  // Any text is accepted: what lies behind its end is not there.
  std::string_view in(std::string_view text) const {
    return empty() || begin > text.size() ? std::string_view() : text.substr(begin, end - begin);
  }
};

// A name as it is written at a place, quotes removed.
struct NamedSpan {
  std::string name;
  Span span;
};

}  // namespace squall::sql
