// The columns of a request for a change, out of its ProgressEvent: times as ISO 8601, ResourceModel as JSON without the
// write-only values of its type. Session thread only.
#pragma once

#include <span>
#include <string_view>

#include "catalogue/catalogue.h"
#include "engine/named_tables.h"
#include "engine/row_cells.h"
#include "sqlite/sqlite.h"

namespace squall::engine {

class RequestCells {
 public:
  // The first of the columns is TypeName.
  RequestCells(const catalogue::Catalogue& catalogue, std::span<const NamedColumn> columns);

  // As RowCells::set_row().
  void set_row(std::string_view event) { cells_.set_row(event); }
  // Hands out a column, NULL where the event has none. An error: the event is no JSON object.
  Status column(sqlite3_context* out, std::size_t index);

 private:
  void set_model(sqlite3_context* out, std::string_view raw);

  const catalogue::Catalogue& catalogue_;
  const std::span<const NamedColumn> columns_;
  RowCells cells_;
};

}  // namespace squall::engine
