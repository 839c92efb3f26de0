// Write-only columns that a statement names: AWS tells no value of them, so they read as NULL. Pure functions of the text.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/table_shape.h"
#include "sql/span.h"

namespace squall::engine {

// Names of the target's columns in a part of a statement, and where they stand: bare ones, and those behind the target's
// name (images.image_name, i.image_name). In a subquery a bare name is mostly one of its own tables, so there it does not count.
struct NamedColumn {
  const TableColumn* column = nullptr;
  sql::Span span = {};
};
std::vector<NamedColumn> columns_named_in(std::string_view source, const sql::Span& part, const TableShape& shape,
                                          std::string_view alias);

bool is_write_only(const TableShape& shape, const TableColumn& column);

// "aws.rds.db_clusters: master_user_password is write-only: …"; empty: the text names none that is read. `read`: in lower
// case; the text may name columns of other tables too.
std::string write_only_notice(const TableShape& shape, std::string_view text, const std::set<std::string>& read);

}  // namespace squall::engine
