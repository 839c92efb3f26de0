// The one SQLite virtual table module behind every resource table. Read-only to SQLite.
//
// A table is registered as an eponymous-only module under its whole name ("aws.sagemaker.images") when a statement names
// it. Errors that SQLite could only print as text are left in the context as Errors.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "engine/scan_plan.h"
#include "engine/table_shape.h"
#include "provider/provider.h"
#include "sqlite/sqlite.h"

namespace squall::engine {

// What all tables of a session share. Session thread only.
struct ScanContext {
  provider::Provider& provider;
  std::stop_token stop = {};
  std::optional<Error> error = {};  // why xFilter, xNext or xColumn failed

  // The plan that came nearest to being possible, of a table whose parameters are missing.
  struct Missing {
    const TableShape* shape = nullptr;
    MissingParameters parameters;
    std::size_t usable_terms = 0;
  };
  std::optional<Missing> missing = {};
};

// The context and the catalogue must outlive the connection.
Status register_table(sqlite::Connection& connection, ScanContext& context, TableShape shape);

}  // namespace squall::engine
