// The regions of AWS, by partition. Source: AWS's partitions table, as its SDKs ship it.
#pragma once

#include <span>
#include <string_view>

namespace squall::catalogue {

struct Region {
  std::string_view name;       // "eu-west-1"
  std::string_view partition;  // "aws"
};

// Ordered by partition, then by name.
std::span<const Region> regions();

}  // namespace squall::catalogue
