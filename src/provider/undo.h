// The changes that take a recorded change set back: a DELETE of what it created, a patch to the state before an update, a new
// resource of the state before a delete. The last change is taken back first.
//
// All or nothing: what changed since, or what the journal knows too little of, is an error that tells of each such change,
// and then nothing is to be sent. Session thread only; reads the resources, changes nothing.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "catalogue/catalogue.h"
#include "provider/journal.h"
#include "provider/provider.h"

namespace squall::provider {

struct UndoPlan {
  std::vector<JournalEntry> entries;  // as apply_journaled() takes them
  std::vector<std::string> notices;   // what is not as it was even then, and what needs nothing
};

struct UndoParts {
  Journal& journal;
  Provider& provider;
  const catalogue::Catalogue& catalogue;
  std::function<std::string()> new_client_token;
};

Result<UndoPlan> plan_undo(const UndoParts& parts, std::int64_t set, std::stop_token stop);

}  // namespace squall::provider
