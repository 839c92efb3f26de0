// EXPLAIN of INSERT, UPDATE and DELETE on resources: the calls that change something, behind those of the query inside.
// A pure function.
#pragma once

#include <optional>
#include <vector>

#include "catalogue/catalogue.h"
#include "engine/explain.h"
#include "sql/dml.h"

namespace squall::engine {

// The rows of the query inside, each a change.
struct ChangeRows {
  std::optional<std::uint64_t> count = {};  // where it is known without asking the cloud
  bool is_exact = false;                    // each row is a change; else some may differ in nothing, or be gone
  std::string regions = {};                 // where a statement that names none runs
  bool reads_state = false;                 // UPDATE: the state of each is read before its change
};

// `rows` are the reads of the query inside; those of the changes are added.
void add_changes(std::vector<ExplainRow>& rows, const sql::DmlStatement& statement, const catalogue::Table& table,
                 const ChangeRows& changes);

}  // namespace squall::engine
