// EXPLAIN of INSERT, UPDATE and DELETE on resources: the calls that change something, behind those of the query inside.
// A pure function.
#pragma once

#include <optional>
#include <vector>

#include "catalogue/catalogue.h"
#include "engine/explain.h"
#include "sql/dml.h"

namespace squall::engine {

// `rows` are the reads of the query inside; `changes` is how many rows it has, where that is known without asking the cloud.
// `region` is where a statement that names none runs.
void add_changes(std::vector<ExplainRow>& rows, const sql::DmlStatement& statement, const catalogue::Table& table,
                 const std::optional<std::uint64_t>& changes, const std::string& region);

}  // namespace squall::engine
