#include "schema/identifier.h"

#include <nlohmann/json.hpp>

namespace squall::schema {

std::string join_identifier(const std::vector<std::string>& parts) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) text += (i > 0 ? "|" : "") + parts[i];
  return text;
}

std::optional<std::vector<std::string>> split_identifier(std::string_view identifier, std::size_t count) {
  if (count == 1) return std::vector<std::string>{std::string(identifier)};
  std::vector<std::string> parts;
  while (true) {
    const auto bar = identifier.find('|');
    parts.emplace_back(identifier.substr(0, bar));
    if (bar == std::string_view::npos) break;
    identifier.remove_prefix(bar + 1);
  }
  if (parts.size() != count) return std::nullopt;
  return parts;
}

std::optional<std::map<std::string, std::string>> keyed_identifier(std::string_view identifier) {
  if (!identifier.starts_with("{")) return std::nullopt;
  const auto document = nlohmann::json::parse(identifier, nullptr, false);
  if (!document.is_object()) return std::nullopt;
  std::map<std::string, std::string> keyed;
  for (const auto& [name, value] : document.items()) {
    if (value.is_object() || value.is_array()) return std::nullopt;
    keyed[name] = value.is_string() ? value.get<std::string>() : value.dump();
  }
  return keyed;
}

}  // namespace squall::schema
