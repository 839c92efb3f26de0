// The text of a statement as people may see it: without the write-only values that its changes give.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "provider/journal.h"

namespace squall::provider {

// With *** for the values, however the statement quotes them. Where one of them cannot be found, for it was put together of
// pieces, all literals are hidden and the comments left out.
std::string masked_statement(std::string_view statement, const std::vector<JournalEntry>& entries);

}  // namespace squall::provider
