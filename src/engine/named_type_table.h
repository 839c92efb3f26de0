// The virtual tables of aws.cloud_control: resources of any type by its name, private and third-party types too, and the
// requests for changes.
//
// `resource` reads one resource (GetResource), `resources` a list (ListResources), whose Properties may lack what only
// GetResource tells; `resource_request` one request (GetResourceRequestStatus), `resource_requests` those that the service
// still knows (ListResourceRequests). Their columns are in named_tables. Session thread only.
#pragma once

#include <string_view>

#include "engine/scan_context.h"
#include "sqlite/sqlite.h"

namespace squall::engine {

// "aws.cloud_control.resource" and its like.
bool is_named_type_table(std::string_view name);

// REQUIRES: is_named_type_table(name). The context must outlive the connection.
Status register_named_type_table(sqlite::Connection& connection, ScanContext& context, const std::string& name);

}  // namespace squall::engine
