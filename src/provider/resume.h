// Finishing what a process left: the changes of the journal's sets that have no owner.
//
// A request that the service has taken is followed to its end. What may not have been sent is sent under the same
// ClientToken as long as the service remembers it (36 hours), so that nothing is done twice; after that the resource is
// looked at and told of, and nothing is sent. Session thread only.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
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

struct Resumed {
  std::vector<ResumedSet> sets;  // the oldest first
  // Where changes wait that are not of the provider's own endpoints and accounts, and were left alone:
  // "https://cloudcontrolapi.us-east-1.amazonaws.com, account 123456789012, profile prod".
  std::vector<std::string> others;
  // After it, or after a stop request, the rest is still in the journal, to be taken up again.
  std::optional<Error> failure;
};

Result<Resumed> resume(const ResumeParts& parts, std::stop_token stop);

}  // namespace squall::provider
