// Finishing what a process left: the changes of the journal's sets that have no owner.
//
// A request that the service has taken is followed to its end. What may not have been sent is sent under the same
// ClientToken as long as the service remembers it (36 hours), so that nothing is done twice; after that the resource is
// looked at and told of, and nothing is sent. Session thread only.
#pragma once

#include <stop_token>
#include <vector>

#include "base/clock.h"
#include "catalogue/catalogue.h"
#include "provider/journal.h"
#include "provider/provider.h"

namespace squall::provider {

struct ResumedSet {
  std::int64_t id = 0;
  std::string statement;
  std::vector<JournalEntry> changes;  // those that were taken up, as they stand now
};

struct ResumeParts {
  Journal& journal;
  Provider& provider;
  const catalogue::Catalogue& catalogue;
  const Clock& clock;
  ChangeObserver& observer;
};

// Only sets of the provider's own endpoints and accounts, the oldest first. After an error or a stop request the rest is
// still in the journal, to be taken up again.
Result<std::vector<ResumedSet>> resume(const ResumeParts& parts, std::stop_token stop);

}  // namespace squall::provider
