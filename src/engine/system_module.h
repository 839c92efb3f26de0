// The SQLite virtual table module behind every table of the schema squall. Read-only; each scan takes a snapshot.
#pragma once

#include "engine/snapshot_table.h"
#include "sqlite/sqlite.h"

namespace squall::engine {

// Registers the table under its whole name ("squall.types"). A snapshot that fails is the statement's error text.
Status register_system_table(sqlite::Connection& connection, SnapshotTable table);

// The name means nothing any more; what its rows pointed to may go. REQUIRES: no statement reads it.
void drop_system_table(sqlite::Connection& connection, const std::string& name);

}  // namespace squall::engine
