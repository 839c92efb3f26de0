// How deep a JSON text is nested: asked before a document is parsed, because walking one that is too deep would overflow
// the stack. A pure function; any text is safe.
#pragma once

#include <string_view>

namespace squall::catalogue {

// The deepest schema of AWS has 12 levels.
constexpr int kJsonDepthMax = 200;

bool is_nested_deeper(std::string_view json, int depth_max);

}  // namespace squall::catalogue
