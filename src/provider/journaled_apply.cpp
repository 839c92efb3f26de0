#include "provider/journaled_apply.h"

#include <map>

#include "provider/journal_observer.h"

namespace squall::provider {
namespace {

// Asked once a profile and region.
class Places {
 public:
  Places(Provider& provider, std::stop_token stop) : provider_(provider), stop_(std::move(stop)) {}

  Status fill(JournalEntry& entry) {
    const Change& change = entry.change;
    auto& endpoint = endpoints_[{change.profile, change.region}];
    if (!endpoint) endpoint = TRY(provider_.endpoint(change.profile, change.region));
    entry.endpoint = *endpoint;
    if (entry.endpoint.empty()) return {};
    auto& account = accounts_[change.profile];
    if (!account) {
      auto told = provider_.account_id(change.profile, stop_);
      if (!told && told.error().kind == ErrorKind::interrupted) return std::move(told).error();
      account = told ? *std::move(told) : std::string();
    }
    entry.account_id = *account;
    return {};
  }

 private:
  Provider& provider_;
  std::stop_token stop_;
  std::map<std::pair<std::string, std::string>, std::optional<std::string>> endpoints_;
  std::map<std::string, std::optional<std::string>> accounts_;
};

std::vector<Change> changes_of(const std::vector<JournalEntry>& entries, const std::vector<std::size_t>& indices) {
  std::vector<Change> changes;
  for (const std::size_t index : indices) changes.push_back(entries[index].change);
  return changes;
}

std::vector<std::size_t> to_send(const std::vector<JournalEntry>& entries) {
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].status != kUnchanged) indices.push_back(i);
  }
  return indices;
}

// Lets a set go when all is done, however it ended.
class Owned {
 public:
  Owned(Journal& journal, std::int64_t set) : journal_(journal), set_(set) {}
  ~Owned() { journal_.let_go(set_); }
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;

 private:
  Journal& journal_;
  std::int64_t set_;
};

Result<AppliedChanges> apply_kept(Journal& journal, Provider& provider, std::string_view statement,
                                  const std::vector<JournalEntry>& entries, const std::vector<std::size_t>& indices,
                                  ChangeObserver& observer, ApplySettings settings, std::stop_token stop) {
  const std::int64_t set = TRY(journal.begin_set(statement, entries));
  const Owned owned(journal, set);
  JournalObserver recording(journal, set, indices, observer);
  auto outcomes = provider.apply(changes_of(entries, indices), recording, std::move(settings), std::move(stop));
  if (outcomes) return AppliedChanges{std::move(outcomes).value(), recording.failure()};
  // Nothing was sent, and nothing of it shall be sent later. Where this fails too, the first reason matters more.
  for (const std::size_t index : indices) (void)journal.record_end(set, index, "FAILED", outcomes.error().message);
  return std::move(outcomes).error();
}

}  // namespace

Result<AppliedChanges> apply_journaled(const JournalSource& source, Provider& provider, std::string_view statement,
                                       std::vector<JournalEntry> entries, ChangeObserver& observer,
                                       ApplySettings settings, std::stop_token stop) {
  AppliedChanges applied{.outcomes = std::vector<ChangeOutcome>(entries.size())};
  for (ChangeOutcome& outcome : applied.outcomes) outcome.status = kUnchanged;
  const std::vector<std::size_t> indices = to_send(entries);
  if (indices.empty()) return applied;
  Places places(provider, stop);
  for (JournalEntry& entry : entries) TRY(places.fill(entry));
  Journal* const journal = source && !entries[indices[0]].endpoint.empty() ? TRY(source()) : nullptr;
  AppliedChanges sent;
  if (journal != nullptr) {
    sent = TRY(
        apply_kept(*journal, provider, statement, entries, indices, observer, std::move(settings), std::move(stop)));
  } else {
    sent.outcomes = TRY(provider.apply(changes_of(entries, indices), observer, std::move(settings), std::move(stop)));
  }
  for (std::size_t i = 0; i < indices.size(); ++i) applied.outcomes[indices[i]] = std::move(sent.outcomes[i]);
  applied.not_recorded = std::move(sent.not_recorded);
  return applied;
}

Result<AppliedChanges> apply_recorded(Journal& journal, Provider& provider, const JournalSet& set,
                                      const std::vector<std::size_t>& indices, ChangeObserver& observer,
                                      ApplySettings settings, std::stop_token stop) {
  JournalObserver recording(journal, set.id, indices, observer);
  auto outcomes =
      TRY(provider.apply(changes_of(set.entries, indices), recording, std::move(settings), std::move(stop)));
  return AppliedChanges{std::move(outcomes), recording.failure()};
}

}  // namespace squall::provider
