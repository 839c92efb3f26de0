#include "provider/resume.h"

#include <algorithm>
#include <map>

#include "provider/journaled_apply.h"
#include "provider/resource_state.h"

namespace squall::provider {
namespace {

// How long Cloud Control knows a ClientToken. An hour less: the change may be repeated for a while.
constexpr std::chrono::hours kTokenLives{35};
constexpr const char* kRequestForgotten = "RequestTokenNotFoundException";

// Whether an entry is of an endpoint and account that the provider stands for.
class Ours {
 public:
  Ours(Provider& provider, std::stop_token stop) : provider_(provider), stop_(std::move(stop)) {}

  bool operator()(const JournalEntry& entry) {
    const Change& change = entry.change;
    const auto [place, is_new] = endpoints_.try_emplace({change.profile, change.region});
    if (is_new) {
      auto told = provider_.endpoint(change.profile, change.region);
      if (told) place->second = *told;
    }
    if (place->second.empty() || place->second != entry.endpoint) return false;
    const auto [account, is_unknown] = accounts_.try_emplace(change.profile);
    if (is_unknown) {
      auto told = provider_.account_id(change.profile, stop_);
      if (!told && !failure_) failure_ = told.error();
      account->second = told ? *told : "";
    }
    return account->second == entry.account_id;
  }
  // Why an account could not be told, if one could not.
  const std::optional<Error>& failure() const { return failure_; }

 private:
  Provider& provider_;
  std::stop_token stop_;
  std::map<std::pair<std::string, std::string>, std::string> endpoints_;
  std::map<std::string, std::string> accounts_;
  std::optional<Error> failure_;
};

class SetResumer {
 public:
  SetResumer(const ResumeParts& parts, const JournalSet& set, std::vector<std::size_t> indices, std::stop_token stop)
      : parts_(parts), set_(set), indices_(std::move(indices)), stop_(std::move(stop)) {}

  Result<ResumedSet> run() {
    std::vector<std::size_t> to_apply;
    for (const std::size_t index : indices_) (can_be_applied(index) ? to_apply : forgotten_).push_back(index);
    if (!to_apply.empty()) TRY(apply(to_apply));
    if (!forgotten_.empty() && !stop_.stop_requested()) TRY(look_at_forgotten());
    const auto now = TRY(parts_.journal.set(set_.id));
    if (!now) return internal_error("the journal lost a change set while it was finished");
    ResumedSet resumed{.id = set_.id, .statement = set_.statement, .changes = {}};
    for (const std::size_t index : indices_) resumed.changes.push_back(now->entries[index]);
    return resumed;
  }

 private:
  bool can_be_applied(std::size_t index) const {
    return !set_.entries[index].change.request_token.empty() || parts_.clock.now() - set_.begun < kTokenLives;
  }

  Status apply(const std::vector<std::size_t>& to_apply) {
    const auto outcomes =
        TRY(apply_recorded(parts_.journal, parts_.provider, set_, to_apply, parts_.observer, {}, stop_));
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      // The service tells of a request for a week.
      const auto& error = outcomes[i].error;
      if (error && error->code == kRequestForgotten) forgotten_.push_back(to_apply[i]);
    }
    return {};
  }

  Status look_at_forgotten() {
    std::vector<ResourcePlace> places;
    std::vector<std::size_t> known;
    for (const std::size_t index : forgotten_) {
      const Change& change = set_.entries[index].change;
      const std::string& identifier = change.identifier.empty() ? change.expected_identifier : change.identifier;
      if (identifier.empty()) {
        TRY(end(index, "FAILED", "not sent again after so long: the resource may exist; its identifier is not known"));
        continue;
      }
      places.push_back({change.type_name, change.region, change.profile, identifier});
      known.push_back(index);
    }
    const auto states = TRY(read_states(parts_.provider, places, stop_));
    for (std::size_t i = 0; i < known.size(); ++i) TRY(judge(known[i], states[i]));
    return {};
  }

  Status judge(std::size_t index, const std::optional<std::string>& state) {
    const JournalEntry& entry = set_.entries[index];
    const auto type = parts_.catalogue.find_type(entry.change.type_name);
    const bool is_delete = entry.change.operation == ChangeOperation::delete_;
    if (is_delete && !state) return end(index, "NOT_FOUND", "the resource is not there any more");
    if (is_delete) return end(index, "FAILED", "not sent again after so long: the resource is there");
    if (!state) return end(index, "FAILED", "not sent again after so long: the resource is not there");
    if (!entry.after.empty() && type && is_as_wanted(*type, *state, entry.after))
      return end(index, "SUCCESS", "not sent again after so long: the resource is as it was to be");
    return end(index, "FAILED", "not sent again after so long: the resource is there, but not as it was to be");
  }

  Status end(std::size_t index, std::string_view status, std::string_view message) {
    return parts_.journal.record_end(set_.id, index, status, message);
  }

  const ResumeParts& parts_;
  const JournalSet& set_;
  std::vector<std::size_t> indices_;
  std::vector<std::size_t> forgotten_;  // by the service
  std::stop_token stop_;
};

}  // namespace

Result<std::vector<ResumedSet>> resume(const ResumeParts& parts, std::stop_token stop) {
  Ours ours(parts.provider, stop);
  const auto sets = TRY(parts.journal.take_unfinished([&](const JournalEntry& entry) { return ours(entry); }));
  if (ours.failure()) return *ours.failure();
  std::vector<ResumedSet> resumed;
  for (const JournalSet& set : sets) {
    std::vector<std::size_t> indices;
    for (std::size_t i = 0; i < set.entries.size(); ++i) {
      if (!is_final_status(set.entries[i].status) && ours(set.entries[i])) indices.push_back(i);
    }
    resumed.push_back(TRY(SetResumer(parts, set, std::move(indices), stop).run()));
    parts.journal.let_go(set.id);
    if (stop.stop_requested()) break;
  }
  return resumed;
}

}  // namespace squall::provider
