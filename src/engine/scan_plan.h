// How a scan of a resource table is carried out: a pure function from the constraints that SQLite offers to the call that
// answers them, or to the parameters that are missing. The plan travels to xFilter as text in idxStr, where EXPLAIN QUERY
// PLAN shows it: "GetResource(region=?, data__Identifier IN ?) …".
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/table_shape.h"

namespace squall::engine {

// One term of WHERE or of a join, as sqlite3_index_info gives it. Only equality with binary comparison is of use to a
// cloud's API; SQLite checks everything again, so what is not used costs rows, never correctness.
struct Constraint {
  std::size_t column = 0;
  bool equality = false;  // =, IS or IN, BINARY collation
  bool in_list = false;   // can be taken as a whole list (sqlite3_vtab_in)
  bool usable = false;    // its right side is known when this table is entered
  bool limit = false;     // no term, but LIMIT
};

struct PlanInput {
  std::size_t column = 0;
  bool in_list = false;
};

struct ScanPlan {
  enum class Operation : std::uint8_t { get, list };
  Operation operation = Operation::list;
  bool walks_parents = false;            // of a list: keys that it requires come from its parents
  std::vector<PlanInput> inputs;         // in the order of xFilter's arguments
  std::uint64_t columns_used = 0;        // bit 63: all from the 64th on
  bool limited = false;                  // a LIMIT may end the scan early: pages are not asked for ahead
  bool scope_comes_later = false;        // not encoded: region or profile are told by a table that is read later
  std::vector<std::size_t> constraints;  // not encoded: which constraint each input came from
  double cost = 0;
  std::int64_t rows = 0;

  std::string encode(const TableShape& shape) const;
  static std::optional<ScanPlan> decode(std::string_view text);
  bool uses(std::size_t column) const { return (columns_used >> (column < 63 ? column : 63)) & 1; }
};

struct MissingParameters {
  std::vector<std::string> names;   // columns to give
  bool given_but_unusable = false;  // a term is there, but depends on a table that SQLite reads later
  bool cannot_list = false;         // the type has no list handler
  bool cannot_read = false;         // the type has no read handler either
  bool not_by_equality = false;     // region or profile: LIKE, <> … cannot choose which to ask
};

// `has_region_terms`: a term of the statement names the table's region, whether or not SQLite offers it (region_terms.h).
std::variant<ScanPlan, MissingParameters> make_scan_plan(const TableShape& shape,
                                                         std::span<const Constraint> constraints,
                                                         std::uint64_t columns_used, bool has_region_terms = false);

// The error that tells a user what to add; the position is left to the caller.
Error missing_parameters_error(const TableShape& shape, const MissingParameters& missing);

}  // namespace squall::engine
