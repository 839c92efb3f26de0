#include "provider/resource_state.h"

#include <nlohmann/json.hpp>

#include "schema/json_patch.h"
#include "schema/model_value.h"

namespace squall::provider {

Result<std::vector<std::optional<std::string>>> read_states(Provider& provider,
                                                            const std::vector<ResourcePlace>& places,
                                                            std::stop_token stop) {
  std::vector<std::unique_ptr<ResourceStream>> streams;
  for (const ResourcePlace& place : places) {
    streams.push_back(TRY(provider.scan({.operation = ScanRequest::Operation::get,
                                         .type_name = place.type_name,
                                         .region = place.region,
                                         .profile = place.profile,
                                         .identifier = place.identifier})));
  }
  std::vector<std::optional<std::string>> states;
  for (const auto& stream : streams) {
    const ResourcePagePtr page = TRY(stream->next(stop));
    states.emplace_back();
    if (page == nullptr) continue;
    if (!page->errors.empty()) return page->errors.front();
    if (!page->entries.empty()) states.back() = std::string(page->entries.front().properties);
  }
  return states;
}

bool is_as_wanted(const catalogue::ResourceType& type, std::string_view current, std::string_view wanted) {
  using Json = nlohmann::ordered_json;
  const Json now = Json::parse(current, nullptr, false);
  Json shown = Json::parse(wanted, nullptr, false);
  if (!now.is_object() || !shown.is_object()) return false;
  for (const std::string_view path : type.write_only()) schema::remove_path(shown, path);
  Json both = now;
  for (const auto& [name, value] : shown.items()) both[name] = value;
  return schema::make_patch(type, now, both).empty();
}

}  // namespace squall::provider
