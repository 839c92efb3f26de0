#include "local_cloud/behaviours/ipv4_block.h"

#include <charconv>

namespace squall::local_cloud {

namespace {

// The number in front, up to and with `end`; nothing where there is none.
std::optional<std::uint32_t> take_number(std::string_view& text, char end, std::uint32_t most) {
  const auto stop = end == '\0' ? text.size() : text.find(end);
  if (stop == std::string_view::npos || stop == 0 || stop > 3 || (stop > 1 && text[0] == '0')) return std::nullopt;
  std::uint32_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + stop, number);
  if (read.ptr != text.data() + stop || number > most) return std::nullopt;
  text.remove_prefix(end == '\0' ? stop : stop + 1);
  return number;
}

}  // namespace

std::string Ipv4Block::text() const {
  std::string made;
  for (const unsigned shift : {24U, 16U, 8U, 0U})
    made += std::to_string(first >> shift & 255U) + (shift > 0 ? "." : "/");
  return made + std::to_string(prefix);
}

std::optional<Ipv4Block> read_ipv4_block(std::string_view text) {
  std::uint32_t address = 0;
  for (const char end : {'.', '.', '.', '/'}) {
    const auto number = take_number(text, end, 255);
    if (!number) return std::nullopt;
    address = address << 8U | *number;
  }
  const auto prefix = take_number(text, '\0', 32);
  if (!prefix) return std::nullopt;
  const std::uint32_t mask = *prefix == 0 ? 0 : ~std::uint32_t{0} << (32 - *prefix);
  return Ipv4Block{address & mask, static_cast<int>(*prefix)};
}

}  // namespace squall::local_cloud
