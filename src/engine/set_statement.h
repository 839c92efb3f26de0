// SET name = value (or TO value): changes one setting of the session. Pure but for the settings it changes.
//
// The value is a string, a number or a bare word (on, off, default). Errors point into the statement.
#pragma once

#include <string_view>

#include "engine/settings.h"

namespace squall::engine {

// False: the statement is no SET, and nothing was changed.
Result<bool> run_set_statement(std::string_view statement, Settings& settings);

}  // namespace squall::engine
