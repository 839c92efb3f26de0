// Names that nobody knows: which one it was, where it stands, and what may have been meant.
#pragma once

#include <string_view>
#include <vector>

#include "catalogue/catalogue.h"
#include "engine/table_shape.h"
#include "sql/fold.h"
#include "sqlite/sqlite.h"

namespace squall::engine {

// A folded name ("aws.sagemaker.image_versoin") that is no table; points at the part that is wrong.
Error unknown_table_error(const catalogue::Catalogue& catalogue, const sql::FoldedName& name,
                          std::string_view statement);

// Makes SQLite's message ours: positions in the user's text, names as the user writes them, "did you mean".
struct FoldedStatement {
  std::string_view source;
  const sql::FoldedText& folded;
  std::vector<const TableShape*> tables;  // resource tables the statement names
};
Error translate_sqlite_error(Error error, const FoldedStatement& statement, sqlite::Connection& connection);

// Bytes of the token at an offset, so that all of it can be underlined.
std::size_t token_length(std::string_view text, std::size_t offset);

}  // namespace squall::engine
