#include "provider/journaled_apply.h"

#include <algorithm>
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

// The steps of one set, one behind the other.
class SetApplier {
 public:
  SetApplier(Provider& provider, ChangeObserver& observer, std::stop_token stop)
      : provider_(provider), observer_(observer), stop_(std::move(stop)) {}

  // The entries of all steps, in their order. The journal (null: not kept) has them as set `set`.
  Result<AppliedChanges> run(Journal* journal, std::int64_t set, const std::vector<JournalEntry>& entries,
                             const std::vector<ApplySettings>& settings) {
    journal_ = journal;
    set_ = set;
    if (!entries.empty() && entries.back().step >= static_cast<int>(settings.size()))
      return internal_error("a change that belongs to no step");
    std::size_t end = 0;
    for (std::size_t step = 0; step < settings.size(); ++step) {
      const std::size_t begin = end;
      while (end < entries.size() && entries[end].step == static_cast<int>(step)) ++end;
      auto outcomes = apply(entries, begin, end, settings[step]);
      if (!outcomes) {
        record_not_sent(entries, begin, outcomes.error().message);
        if (step == 0) return std::move(outcomes).error();
        outcomes = refused(end - begin, outcomes.error());
      }
      ++applied_.steps;
      const bool failed = applied_.not_recorded || std::any_of(outcomes->begin(), outcomes->end(),
                                                               [](const auto& outcome) { return outcome.error; });
      for (ChangeOutcome& outcome : *outcomes) applied_.outcomes.push_back(std::move(outcome));
      if (!failed) continue;
      // After an interruption resume goes on.
      if (!stop_.stop_requested()) record_not_sent(entries, end, kBehindFailure);
      break;
    }
    return std::move(applied_);
  }

 private:
  // One outcome an entry; that of one with the status UNCHANGED says just that, for it is not sent.
  Result<std::vector<ChangeOutcome>> apply(const std::vector<JournalEntry>& entries, std::size_t begin, std::size_t end,
                                           const ApplySettings& settings) {
    std::vector<ChangeOutcome> outcomes(end - begin);
    std::vector<std::size_t> indices;
    for (std::size_t i = begin; i < end; ++i) {
      if (entries[i].status == kUnchanged)
        outcomes[i - begin].status = kUnchanged;
      else
        indices.push_back(i);
    }
    if (indices.empty()) return outcomes;
    auto applied = TRY(send(entries, indices, settings));
    for (std::size_t i = 0; i < indices.size(); ++i) outcomes[indices[i] - begin] = std::move(applied[i]);
    return outcomes;
  }

  Result<std::vector<ChangeOutcome>> send(const std::vector<JournalEntry>& entries,
                                          const std::vector<std::size_t>& indices, const ApplySettings& settings) {
    if (journal_ == nullptr) return provider_.apply(changes_of(entries, indices), observer_, settings, stop_);
    JournalObserver recording(*journal_, set_, indices, observer_);
    auto outcomes = provider_.apply(changes_of(entries, indices), recording, settings, stop_);
    (void)recording.settle();  // its failure is noted
    if (recording.failure()) applied_.not_recorded = recording.failure();
    return outcomes;
  }

  // Nothing of it shall be sent later. Where this fails too, the first reason matters more.
  void record_not_sent(const std::vector<JournalEntry>& entries, std::size_t begin, std::string_view reason) {
    for (std::size_t i = begin; i < entries.size() && journal_ != nullptr; ++i) {
      if (entries[i].status != kUnchanged) (void)journal_->record_end(set_, i, "FAILED", reason);
    }
  }

  static std::vector<ChangeOutcome> refused(std::size_t count, const Error& error) {
    std::vector<ChangeOutcome> outcomes(count);
    for (ChangeOutcome& outcome : outcomes) outcome.error = error;
    return outcomes;
  }

  Provider& provider_;
  ChangeObserver& observer_;
  std::stop_token stop_;
  Journal* journal_ = nullptr;
  std::int64_t set_ = 0;
  AppliedChanges applied_;
};

bool is_to_be_sent(const JournalEntry& entry) { return entry.status != kUnchanged; }

Result<AppliedChanges> apply_set(const JournalSource& source, Provider& provider, std::string_view statement,
                                 std::vector<JournalEntry> entries, const std::vector<ApplySettings>& settings,
                                 ChangeObserver& observer, std::stop_token stop) {
  SetApplier applier(provider, observer, stop);
  const auto sent = std::find_if(entries.begin(), entries.end(), is_to_be_sent);
  if (sent == entries.end()) return applier.run(nullptr, 0, entries, settings);
  Places places(provider, stop);
  for (JournalEntry& entry : entries) TRY(places.fill(entry));
  if (!source || sent->endpoint.empty()) return applier.run(nullptr, 0, entries, settings);
  Journal& journal = *TRY(source());
  const std::int64_t set = TRY(journal.begin_set(statement, entries));
  const Owned owned(journal, set);
  return applier.run(&journal, set, entries, settings);
}

}  // namespace

Result<AppliedChanges> apply_journaled(const JournalSource& source, Provider& provider, std::string_view statement,
                                       std::vector<JournalEntry> entries, ChangeObserver& observer,
                                       ApplySettings settings, std::stop_token stop) {
  return apply_set(source, provider, statement, std::move(entries), {std::move(settings)}, observer, std::move(stop));
}

Result<AppliedChanges> apply_journaled(const JournalSource& source, Provider& provider, std::string_view statement,
                                       std::vector<JournaledStep> steps, ChangeObserver& observer,
                                       const std::shared_ptr<CallMeter>& meter, std::stop_token stop) {
  std::vector<JournalEntry> entries;
  std::vector<ApplySettings> settings;
  for (JournaledStep& step : steps) {
    for (JournalEntry& entry : step.entries) {
      entry.step = static_cast<int>(settings.size());
      entries.push_back(std::move(entry));
    }
    settings.push_back({.wait = step.wait, .meter = meter});
  }
  return apply_set(source, provider, statement, std::move(entries), settings, observer, std::move(stop));
}

Result<AppliedChanges> apply_recorded(Journal& journal, Provider& provider, const JournalSet& set,
                                      const std::vector<std::size_t>& indices, ChangeObserver& observer,
                                      ApplySettings settings, std::stop_token stop) {
  JournalObserver recording(journal, set.id, indices, observer);
  auto outcomes = provider.apply(changes_of(set.entries, indices), recording, std::move(settings), std::move(stop));
  (void)recording.settle();
  if (!outcomes) return std::move(outcomes).error();
  return AppliedChanges{.outcomes = std::move(outcomes).value(), .steps = 1, .not_recorded = recording.failure()};
}

}  // namespace squall::provider
