// The values that a schema allows for a property, where it lists them: `enum` of the property or of its items, also
// behind a reference into the schema's definitions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace squall::engine {

// For each name the enum as a JSON array, or an empty text. Empty texts too where the schema is no JSON object.
std::vector<std::string> allowed_values(std::string_view schema, const std::vector<std::string_view>& properties);

}  // namespace squall::engine
