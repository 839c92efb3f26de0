// The one SQLite virtual table module behind every resource table. Read-only to SQLite.
//
// A table is registered as an eponymous-only module under its whole name ("aws.sagemaker.images") when a statement names
// it.
#pragma once

#include "engine/scan_context.h"
#include "sqlite/sqlite.h"

namespace squall::engine {

// The context and the catalogue must outlive the connection.
Status register_table(sqlite::Connection& connection, ScanContext& context, TableShape shape);

}  // namespace squall::engine
