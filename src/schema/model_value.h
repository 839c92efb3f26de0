// The values inside a model, by the catalogue's paths ("Schedule/ScheduleId", "Rules/*/Secret"). Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace squall::schema {

// The value at "Schedule/ScheduleId"; null where it is missing. Through no array.
const nlohmann::ordered_json* value_at(const nlohmann::ordered_json& model, std::string_view path);

// True where there is a value at "Rules/*/Arn"; arrays on the way are gone through.
bool has_value(const nlohmann::ordered_json& model, std::string_view path);

// Gives the model the value at "Code/ZipFile", with the objects on the way; false where something else is in the way.
bool put_value(nlohmann::ordered_json& model, std::string_view path, nlohmann::ordered_json value);

// Removes the values at "Code/ZipFile", "Rules/*/Secret"; arrays on the way are gone through.
void remove_path(nlohmann::ordered_json& node, std::string_view path);

// True where the place, step by step, is at or inside what the path names: "*" is any step, and an index that the path does
// not mention is one of an array on the way. A place that only leads towards it does not count.
bool is_inside(std::string_view path, const std::vector<std::string>& place);
// A step that may be one into an array: "0", "17", "-".
bool is_index(std::string_view step);

// Equal as JSON: the order of an object's members does not count, and neither does how a number is written (1, 1.0).
bool same_value(const nlohmann::ordered_json& one, const nlohmann::ordered_json& other);

// The members of an object, ordered by name. They point into it.
std::vector<std::pair<std::string_view, const nlohmann::ordered_json*>> sorted_members(
    const nlohmann::ordered_json& object);

}  // namespace squall::schema
