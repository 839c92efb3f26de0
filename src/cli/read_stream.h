// A whole input in memory, bounded: a folder, or what never ends, is an error and no crash.
#pragma once

#include <array>
#include <istream>
#include <string>

#include "base/result.h"

namespace squall::cli {

// `name` is for the messages.
inline Result<std::string> read_stream(std::istream& in, const std::string& name, std::size_t bytes_max) {
  std::string text;
  std::array<char, 65536> piece{};
  while (in) {
    in.read(piece.data(), piece.size());
    text.append(piece.data(), static_cast<std::size_t>(in.gcount()));
    if (text.size() > bytes_max)
      return data_error(name + " is larger than " + std::to_string(bytes_max >> 20) + " MiB");
  }
  if (in.bad()) return usage_error("cannot read " + name);
  return text;
}

}  // namespace squall::cli
