// Which tables of a statement have a term about their region, by the text: SQLite offers a table only those of its terms
// that it can hand over, and a term that it keeps (region = 'a' OR x, (region, x) IN (…)) must not be answered from the
// default region alone. A pure function.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace squall::engine {

// `folded`: the statement as SQLite reads it, with "aws.sqs.queues" for a table. The names of those tables whose `region` a
// WHERE or ON of their own SELECT names, as it is or behind their name; what a subquery compares with it is not looked at. A table that
// also stands somewhere without such a term is not among them: which of the two SQLite asks for cannot be told.
std::set<std::string> tables_with_region_terms(std::string_view folded);

}  // namespace squall::engine
