#include "local_cloud/behaviours/hooks.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/ascii.h"
#include "local_cloud/invented_values.h"
#include "local_cloud/model.h"
#include "net/sigv4.h"

namespace squall::local_cloud {

namespace {

constexpr std::size_t kBatch = 500;

Result<std::string> new_token(const Creation& creation) {
  const std::string counter = "ids of " + creation.facts.name;
  const std::int64_t number = TRY(creation.store.next_number(creation.place, counter));
  return net::sha256_hex(creation.place.account + "/" + creation.place.region + "/" + counter + "/" +
                         std::to_string(number));
}

}  // namespace

std::string text_of(const Json& model, const char* name) {
  const auto found = model.find(name);
  return found != model.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool is_true(const Json& model, const char* name) {
  const auto found = model.find(name);
  return found != model.end() && *found == true;
}

void set_default(Json& model, const char* name, Json value) {
  if (!model.contains(name)) model[name] = std::move(value);
}

const NumberRange* outside(const Json& model, std::span<const NumberRange> ranges) {
  for (const NumberRange& range : ranges) {
    const auto found = model.find(range.property);
    if (found == model.end() || !found->is_number_integer()) continue;
    if (*found < range.least || *found > range.most) return &range;
  }
  return nullptr;
}

bool has_only(std::string_view text, std::string_view more) {
  return std::all_of(text.begin(), text.end(),
                     [more](char c) { return is_ascii_alnum(c) || more.find(c) != std::string_view::npos; });
}

Refusal constraint_refusal(const std::string& value, const std::string& at, const std::string& rule) {
  return invalid("1 validation error detected: Value '" + value + "' at '" + at +
                 "' failed to satisfy constraint: Member must " + rule);
}

Refusal range_refusal(const Json& model, const NumberRange& range, const std::string& at) {
  const Json& number = model[range.property];
  return constraint_refusal(json_text(number), at,
                            number < range.least ? "have value greater than or equal to " + std::to_string(range.least)
                                                 : "have value less than or equal to " + std::to_string(range.most));
}

std::string arn_prefix(const Place& place, std::string_view service) {
  return "arn:" + partition_of(place.region) + ":" + std::string(service) + ":" + place.region + ":" + place.account +
         ":";
}

std::string arn_part(std::string_view arn, int part) {
  for (int i = 0; i < part; ++i) {
    const auto colon = arn.find(':');
    if (colon == std::string_view::npos) return {};
    arn.remove_prefix(colon + 1);
  }
  return std::string(part == 5 ? arn : arn.substr(0, arn.find(':')));
}

Result<std::string> new_id(const Creation& creation, std::string_view prefix) {
  return std::string(prefix) + "0" + TRY(new_token(creation)).substr(0, 16);
}

Result<std::string> new_name(const Creation& creation, std::string_view prefix) {
  return std::string(prefix) + TRY(new_token(creation)).substr(0, 17);
}

Result<std::string> new_uuid_text(const Creation& creation) {
  std::string letters = TRY(new_token(creation)).substr(0, 32);
  for (const std::size_t dash : {8, 13, 18, 23}) letters.insert(dash, "-");
  return letters;
}

Result<bool> exists(Store& store, const Place& place, const std::string& type, const std::string& identifier) {
  return TRY(store.find(place, type, identifier)).has_value();
}

Result<Json> find_model(Store& store, const Place& place, const std::string& type, const std::string& identifier) {
  const auto found = TRY(store.find(place, type, identifier));
  return found ? parse_stored(found->properties) : Json();
}

Result<bool> has_children(Store& store, const Place& place, const std::string& type, const std::string& parent) {
  return !TRY(store.list(place, type, 0, 1, parent_text({parent}))).empty();
}

Result<bool> any_resource(Store& store, const Place& place, const std::string& type,
                          const std::function<bool(const Json&)>& is_such) {
  for (std::int64_t after = 0;;) {
    const auto batch = TRY(store.list(place, type, after, kBatch));
    for (const StoredResource& resource : batch) {
      after = resource.id;
      if (is_such(parse_stored(resource.properties))) return true;
    }
    if (batch.size() < kBatch) return false;
  }
}

bool lists_text(const Json& model, const char* name, const std::string& text) {
  const auto list = model.find(name);
  return list != model.end() && list->is_array() && std::find(list->begin(), list->end(), Json(text)) != list->end();
}

Status erase_children(Store& store, const Place& place, const std::string& type, const std::string& parent) {
  return for_each_child(store, place, type, parent,
                        [&store](const StoredResource& child, const Json&) { return store.erase(child.id); });
}

Status for_each_child(Store& store, const Place& place, const std::string& type, const std::string& parent,
                      const Visit& visit) {
  for (std::int64_t after = 0;;) {
    const auto batch = TRY(store.list(place, type, after, kBatch, parent_text({parent})));
    for (const StoredResource& child : batch) {
      after = child.id;
      TRY(visit(child, parse_stored(child.properties)));
    }
    if (batch.size() < kBatch) return {};
  }
}

}  // namespace squall::local_cloud
