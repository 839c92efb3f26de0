// Models and schemas from outside: the first line is a schema, the rest a model. Checking one against the other ends, and
// what it says can be printed.
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>

#include "schema/validator.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto line = text.find('\n');
  if (line == std::string_view::npos || size > 20'000) return 0;
  int depth = 0;
  for (char c : text) {
    depth += c == '[' || c == '{' ? 1 : 0;
    if (depth > 100) return 0;  // who parses a model refuses what is nested more deeply
  }
  const auto model = nlohmann::ordered_json::parse(text.substr(line + 1), nullptr, false);
  if (model.is_discarded()) return 0;
  const squall::schema::Validator validator(text.substr(0, line));
  validator.compile_patterns();
  const auto violations = validator.violations(model);
  if (!violations.empty() && squall::schema::model_validation_text(violations).empty()) __builtin_trap();
  return 0;
}
