// The forms of an Identifier: a plain value, "A|B|C" in the order of the schema's primaryIdentifier, or JSON keyed by
// property name ({"DatabaseName":"D","TableName":"T"}), which additional identifiers must use.
// Source: AWS's Cloud Control user guide, "Identifying resources".
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/catalogue.h"

namespace squall::schema {

// The parts as "A|B".
std::string join_identifier(const std::vector<std::string>& parts);

// Exactly `count` parts, or nothing.
std::optional<std::vector<std::string>> split_identifier(std::string_view identifier, std::size_t count);

// The keyed form: names and their values as text; nothing where the text is no JSON object of plain values.
std::optional<std::map<std::string, std::string>> keyed_identifier(std::string_view identifier);

}  // namespace squall::schema
