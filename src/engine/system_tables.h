// squall.types, .tables, .columns, .methods, .permissions: the catalogue's facts as tables, for SHOW, DESCRIBE and joins.
//
// Eponymous-only virtual tables, registered when a statement names one. Rows are made from the catalogue at the first
// scan of a connection and kept: the catalogue does not change under a session. Session thread only.
#pragma once

#include <string_view>

#include "catalogue/catalogue.h"
#include "sqlite/sqlite.h"

namespace squall::engine {

bool is_system_table(std::string_view name);  // "squall.types"

// REQUIRES: is_system_table(name). The catalogue must outlive the connection.
Status register_system_table(sqlite::Connection& connection, const catalogue::Catalogue& catalogue,
                             std::string_view name);

}  // namespace squall::engine
