// A block of IPv4 addresses in CIDR form: "10.0.0.0/16". Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace squall::local_cloud {

struct Ipv4Block {
  std::uint32_t first = 0;  // its lowest address
  int prefix = 0;

  std::string text() const;  // "10.0.0.0/16"
  std::uint64_t end() const { return first + (std::uint64_t{1} << (32 - prefix)); }
  bool contains(const Ipv4Block& other) const { return first <= other.first && other.end() <= end(); }
  bool overlaps(const Ipv4Block& other) const { return first < other.end() && other.first < end(); }
};
// Bits behind the prefix are dropped, as EC2 does. Nothing: no block; numbers have no zeros in front.
std::optional<Ipv4Block> read_ipv4_block(std::string_view text);

}  // namespace squall::local_cloud
