// squall.changes: a row a change of the journal, the newest set first. Write-only values are ***.
#pragma once

#include "provider/journaled_apply.h"
#include "provider/system_table.h"

namespace squall::provider {

// The source is asked at each snapshot; where it gives none the table is empty.
SystemTable changes_table(JournalSource source);

}  // namespace squall::provider
