// Walking a type's schema document (TypeFacts::schema): definitions and paths. Pure.
#pragma once

#include <string_view>

#include "local_cloud/json_input.h"

namespace squall::local_cloud {

constexpr int kSchemaDepthMax = 12;  // definitions may contain themselves

// The definition that a node refers to; the node itself where it refers to none.
const Json& resolve(const Json& schema, const Json& node);

// The schema of "Endpoint/Address"; null where the path leaves what is declared. Through no array.
const Json* schema_at(const Json& schema, std::string_view path);

// Whether the object around "Rules/*/Arn" requires the value. Arrays are gone through.
bool is_required(const Json& schema, std::string_view path);

}  // namespace squall::local_cloud
