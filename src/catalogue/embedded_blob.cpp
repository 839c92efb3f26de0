#include "catalogue/embedded.h"

// Made by the assembler from catalogue/embedded_blob.S.in.
extern "C" const std::byte squall_catalogue_begin[];
extern "C" const std::byte squall_catalogue_end[];

namespace squall::catalogue {

std::span<const std::byte> embedded_blob() { return {squall_catalogue_begin, squall_catalogue_end}; }

}  // namespace squall::catalogue
