// Splitting a script into statements at the semicolons that end one (not those inside CREATE TRIGGER … BEGIN … END,
// strings or comments).
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace squall::sql {

struct StatementSpan {
  std::size_t begin;  // the first token that is neither space nor comment
  std::size_t end;    // behind the last such token, without the semicolon
  bool terminated;    // a semicolon ended it
};

// Statements with nothing in them (";;", comments only) are left out.
std::vector<StatementSpan> split_statements(std::string_view script);

}  // namespace squall::sql
