// What behaviours have in common: refusals, values of a model, other resources of the store.
//
// Used inside a hook, so within its transaction. An Error is a broken store, never a refusal.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "local_cloud/behaviours/behaviours.h"

namespace squall::local_cloud {

inline Refusal refused(std::string code, std::string message) {
  return HandlerFailure{std::move(code), std::move(message)};
}
inline Refusal invalid(std::string message) { return refused("InvalidRequest", std::move(message)); }

// The text or the truth of a property; empty, false where it is missing or something else.
std::string text_of(const Json& model, const char* name);
bool is_true(const Json& model, const char* name);
void set_default(Json& model, const char* name, Json value);

// The first of these whose whole number is outside of its range; null: none. Of a table that is declared in order.
struct NumberRange {
  const char* property;
  std::int64_t least;
  std::int64_t most;
};
const NumberRange* outside(const Json& model, std::span<const NumberRange> ranges);
// ASCII letters, digits, and those.
bool has_only(std::string_view text, std::string_view more);
// What many services say of a value before they do anything: "1 validation error detected: Value 'a b' at 'roleName' failed
// to satisfy constraint: Member must " and the rule.
Refusal constraint_refusal(const std::string& value, const std::string& at, const std::string& rule);
// The same for a number that is outside of its range, named as in the service's API.
Refusal range_refusal(const Json& model, const NumberRange& range, const std::string& at);

// "arn:aws:sagemaker:us-east-1:123456789012:" for the service's word in ARNs.
std::string arn_prefix(const Place& place, std::string_view service);
// The part of an ARN with that number: 3 is the region, 4 the account, 5 what follows (all of it).
std::string arn_part(std::string_view arn, int part);

// "vpc-0" and 16 hexadecimal digits; never given twice.
Result<std::string> new_id(const Creation& creation, std::string_view prefix);
// A name for a resource that the caller gave none: "queue-" and 17 hexadecimal digits.
Result<std::string> new_name(const Creation& creation, std::string_view prefix);

// A UUID that tells apart what has no name, as "7d222…-…".
Result<std::string> new_uuid_text(const Creation& creation);

Result<bool> exists(Store& store, const Place& place, const std::string& type, const std::string& identifier);
Result<Json> find_model(Store& store, const Place& place, const std::string& type, const std::string& identifier);

// Resources of a type with a `parent`, by its value.
Result<bool> has_children(Store& store, const Place& place, const std::string& type, const std::string& parent);
Status erase_children(Store& store, const Place& place, const std::string& type, const std::string& parent);
// Whether some resource of the type, whatever its parent, is such a one.
Result<bool> any_resource(Store& store, const Place& place, const std::string& type,
                          const std::function<bool(const Json&)>& is_such);
// Whether a property is a list with that text in it.
bool lists_text(const Json& model, const char* name, const std::string& text);
using Visit = std::function<Status(const StoredResource&, const Json&)>;
Status for_each_child(Store& store, const Place& place, const std::string& type, const std::string& parent,
                      const Visit& visit);

}  // namespace squall::local_cloud
