#include "engine/allowed_values.h"

#include <simdjson.h>

#include <algorithm>
#include <functional>

namespace squall::engine {

namespace {

using simdjson::dom::element;

constexpr int kStepsMax = 8;  // references and items: deeper ones tell nothing of the property itself
constexpr std::string_view kDefinitions = "#/definitions/";

bool names_enum(std::string_view schema) {
  constexpr std::string_view kEnum = "\"enum\"";
  static const std::boyer_moore_horspool_searcher kSearcher(kEnum.begin(), kEnum.end());
  return std::search(schema.begin(), schema.end(), kSearcher) != schema.end();
}

std::string enum_of(const element& root, element node) {
  for (int step = 0; step < kStepsMax; ++step) {
    element next;
    std::string_view reference;
    if (node["enum"].get(next) == simdjson::SUCCESS) return simdjson::minify(next);
    if (node["$ref"].get_string().get(reference) == simdjson::SUCCESS) {
      if (!reference.starts_with(kDefinitions)) return {};
      if (root["definitions"][reference.substr(kDefinitions.size())].get(next) != simdjson::SUCCESS) return {};
    } else if (node["items"].get(next) != simdjson::SUCCESS) {
      return {};
    }
    node = next;
  }
  return {};
}

}  // namespace

std::vector<std::string> allowed_values(std::string_view schema, const std::vector<std::string_view>& properties) {
  static thread_local simdjson::dom::parser parser;
  std::vector<std::string> values(properties.size());
  element root;
  // A look for the word is far shorter than reading a schema that has no list of values.
  if (!names_enum(schema)) return values;
  simdjson::dom::object members;
  if (parser.parse(schema.data(), schema.size()).get(root) != simdjson::SUCCESS ||
      root["properties"].get_object().get(members) != simdjson::SUCCESS)
    return values;
  std::size_t guess = 0;  // the schema's order, mostly
  for (const auto& member : members) {
    std::size_t index = guess < properties.size() && properties[guess] == member.key ? guess : 0;
    while (index < properties.size() && properties[index] != member.key) ++index;
    if (index == properties.size()) continue;
    values[index] = enum_of(root, member.value);
    guess = index + 1;
  }
  return values;
}

}  // namespace squall::engine
