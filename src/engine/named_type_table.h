// aws.cloud_control.resource and .resources: resources of any type by its name, private and third-party types too.
//
// Columns TypeName, Identifier, Properties (the JSON as it came), region; hidden ones data__TypeName, data__Identifier,
// data__ResourceModel (the keys of a list that needs them, as JSON) and profile. `resource` reads one (GetResource),
// `resources` a list (ListResources), whose Properties may lack what only GetResource tells. Session thread only.
#pragma once

#include <string_view>

#include "engine/scan_context.h"
#include "sqlite/sqlite.h"

namespace squall::engine {

// "aws.cloud_control.resource", "aws.cloud_control.resources".
bool is_named_type_table(std::string_view name);

// REQUIRES: is_named_type_table(name). The context must outlive the connection.
Status register_named_type_table(sqlite::Connection& connection, ScanContext& context, const std::string& name);

}  // namespace squall::engine
