// SHOW and DESCRIBE: each becomes a SELECT over the squall.* tables. A pure function of the text and the catalogue.
//
// Names nobody knows are errors that point into the user's text and offer the nearest name.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "catalogue/catalogue.h"

namespace squall::engine {

// Nothing: the statement is neither. Forms that are not built are errors that say so.
Result<std::optional<std::string>> rewrite_show(std::string_view statement, const catalogue::Catalogue& catalogue);

}  // namespace squall::engine
