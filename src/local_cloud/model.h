// Reading a resource's model by its type's facts: identifiers, names, what a read may show. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "local_cloud/json_input.h"
#include "local_cloud/store.h"
#include "local_cloud/type_facts.h"
#include "schema/model_value.h"

namespace squall::local_cloud {

using schema::remove_path;
using schema::value_at;
// The value at the path as the text that stands in an identifier; empty where it is missing.
std::string text_at(const Json& model, std::string_view path);

// The primary identifier, "A|B"; empty when a part is missing.
std::string identifier_of(const TypeFacts& facts, const Json& model);

// The other names of a resource, as the store keeps them: one for every additional identifier whose parts are all there.
std::vector<std::string> names_of(const TypeFacts& facts, const Json& model);
// The name that `names_of` gives for the additional identifier with that number and these parts.
std::string name_of(std::size_t additional, const std::vector<std::string>& parts);

// Under what the store knows the resource besides its identifier.
ResourceKeys keys_of(const TypeFacts& facts, const Place& place, const Json& model);
// The parent of a model, or of what a list asks for; empty where not all of its parts are there.
std::string parent_of(const TypeFacts& facts, const Json& model);
std::string parent_text(const std::vector<std::string>& parts);

// Where the resources of a type live that is asked for there: those of a global service in the partition's home region.
Place home_of(const TypeFacts& facts, const Place& place);
Place global_home(const Place& place);

void remove_write_only(const TypeFacts& facts, Json& model);
// All but those that are create-only as well, which a patch may not even name.
void remove_changeable_write_only(const TypeFacts& facts, Json& model);

}  // namespace squall::local_cloud
