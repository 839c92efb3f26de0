// The catalogue that is compiled into the binary: the library squall_catalogue_embedded, linked by cli/ and tests only.
#pragma once

#include <cstddef>
#include <span>

namespace squall::catalogue {

std::span<const std::byte> embedded_blob();

}  // namespace squall::catalogue
