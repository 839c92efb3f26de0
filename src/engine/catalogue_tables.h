// The tables of the schema squall that show the catalogue: squall.providers, .services, .resources, .types, .columns,
// .methods, .permissions and .regions. SHOW and DESCRIBE read them, and so can everybody.
#pragma once

#include <string_view>
#include <vector>

#include "catalogue/catalogue.h"
#include "engine/snapshot_table.h"

namespace squall::engine {

// The catalogue must outlive the tables.
std::vector<SnapshotTable> catalogue_tables(const catalogue::Catalogue& catalogue);

// What AWS calls a handler: "create", "read", "update", "delete", "list".
std::string_view name_of(catalogue::Handler handler);

}  // namespace squall::engine
