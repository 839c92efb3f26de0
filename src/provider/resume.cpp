#include "provider/resume.h"

#include <algorithm>
#include <map>
#include <set>

#include "provider/journaled_apply.h"
#include "provider/resource_state.h"

namespace squall::provider {
namespace {

// How long Cloud Control knows a ClientToken. An hour less: the change may be repeated for a while.
constexpr std::chrono::hours kTokenLives{35};
constexpr std::chrono::minutes kClockSkewMax{30};
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
    const bool here = !place->second.empty() && place->second == entry.endpoint;
    // An account that could not be told then is taken to be that of the profile.
    if (here && (entry.account_id.empty() || entry.account_id == account_of(change.profile))) return true;
    others_.insert(entry.endpoint + (entry.account_id.empty() ? "" : ", account " + entry.account_id) +
                   (change.profile.empty() ? "" : ", profile " + change.profile));
    return false;
  }
  // Why an account could not be told, if one could not.
  const std::optional<Error>& failure() const { return failure_; }
  const std::set<std::string>& others() const { return others_; }

 private:
  const std::string& account_of(const std::string& profile) {
    const auto [account, is_unknown] = accounts_.try_emplace(profile);
    if (is_unknown) {
      auto told = provider_.account_id(profile, stop_);
      if (!told && !failure_) failure_ = told.error();
      if (told) account->second = *std::move(told);
    }
    return account->second;
  }

  Provider& provider_;
  std::stop_token stop_;
  std::map<std::pair<std::string, std::string>, std::string> endpoints_;
  std::map<std::string, std::string> accounts_;  // empty: it could not be told
  std::set<std::string> others_;
  std::optional<Error> failure_;
};

class SetResumer {
 public:
  SetResumer(const ResumeParts& parts, JournalSet set, std::vector<std::size_t> indices, std::stop_token stop)
      : parts_(parts),
        set_(std::move(set)),
        indices_(std::move(indices)),
        tokens_live_(is_recent(parts.clock.now() - set_.begun)),
        stop_(std::move(stop)) {}

  Result<ResumedSet> run() {
    for (auto begin = indices_.begin(); begin != indices_.end() && !stop_.stop_requested();) {
      const int step = set_.entries[*begin].step;
      const auto end =
          std::find_if(begin, indices_.end(), [&](std::size_t index) { return set_.entries[index].step != step; });
      const Before before = TRY(state_before(step));
      if (before == Before::open) break;
      TRY(run_step({begin, end}, before == Before::failed));
      begin = end;
    }
    const auto now = TRY(now_in_journal());
    ResumedSet resumed{.id = set_.id, .statement = set_.statement, .changes = {}};
    for (const std::size_t index : indices_) resumed.changes.push_back(now.entries[index]);
    return resumed;
  }

 private:
  // A set from the future was begun by a clock that was wrong: nobody knows how old it is.
  static bool is_recent(Clock::Time::duration age) { return age > -kClockSkewMax && age < kTokenLives; }

  Status run_step(const std::vector<std::size_t>& indices, bool behind_failure) {
    if (behind_failure) {
      for (const std::size_t index : indices) TRY(end(index, "FAILED", kBehindFailure));
      return {};
    }
    std::vector<std::size_t> to_apply;
    forgotten_.clear();
    for (const std::size_t index : indices) {
      Change& change = set_.entries[index].change;
      if (const auto later = TRY(changed_since(set_.entries[index]))) {
        if (change.request_token.empty()) {
          TRY(end(index, "FAILED", "not sent: change set " + std::to_string(*later) + " changed the resource since"));
          continue;
        }
        change.only_follow = true;
      }
      change.may_be_sent = !TRY(parts_.journal.shares_token(set_.id, index));
      change.only_follow = change.only_follow || !tokens_live_;
      (tokens_live_ || !change.request_token.empty() ? to_apply : forgotten_).push_back(index);
    }
    if (!to_apply.empty()) TRY(apply(to_apply));
    if (!forgotten_.empty() && !stop_.stop_requested()) TRY(look_at_forgotten());
    return {};
  }

  // The later set of this journal that changed the resource of an entry.
  Result<std::optional<std::int64_t>> changed_since(const JournalEntry& entry) {
    JournalEntry named = entry;
    if (named.change.identifier.empty()) named.change.identifier = entry.change.expected_identifier;
    if (named.change.identifier.empty()) return std::optional<std::int64_t>();
    return parts_.journal.changed_after(set_.id, named);
  }

  Result<JournalSet> now_in_journal() {
    auto now = TRY(parts_.journal.set(set_.id));
    if (!now) return internal_error("the journal lost a change set while it was finished");
    return *std::move(now);
  }

  // How the earlier statements of the transaction stand.
  enum class Before { done, failed, open };
  Result<Before> state_before(int step) {
    if (step == 0) return Before::done;
    const JournalSet now = TRY(now_in_journal());
    Before before = Before::done;
    for (const JournalEntry& entry : now.entries) {
      if (entry.step >= step) continue;
      if (entry.status == "FAILED" || entry.status == "CANCEL_COMPLETE") return Before::failed;
      if (!is_final_status(entry.status)) before = Before::open;
    }
    return before;
  }

  Status apply(const std::vector<std::size_t>& to_apply) {
    const AppliedChanges applied =
        TRY(apply_recorded(parts_.journal, parts_.provider, set_, to_apply, parts_.observer, {}, stop_));
    for (std::size_t i = 0; i < applied.outcomes.size(); ++i) {
      const ChangeOutcome& outcome = applied.outcomes[i];
      // The service tells of a request for a week.
      const bool is_unknown = outcome.error && outcome.error->code == kRequestForgotten;
      const bool may_be_another = !tokens_live_ && outcome.uncertain && outcome.status == "FAILED";
      if (is_unknown || may_be_another) forgotten_.push_back(to_apply[i]);
    }
    if (applied.not_recorded) return *applied.not_recorded;
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
    if (entry.after.empty())
      return end(index, "FAILED", "not sent again after so long: nobody can tell whether the patch was applied");
    if (type && is_as_wanted(*type, *state, entry.after))
      return end(index, "SUCCESS", "not sent again after so long: the resource is as it was to be");
    return end(index, "FAILED", "not sent again after so long: the resource is there, but not as it was to be");
  }

  Status end(std::size_t index, std::string_view status, std::string_view message) {
    return parts_.journal.record_end(set_.id, index, status, message);
  }

  const ResumeParts& parts_;
  JournalSet set_;
  std::vector<std::size_t> indices_;
  bool tokens_live_;
  std::vector<std::size_t> forgotten_;  // by the service
  std::stop_token stop_;
};

}  // namespace

Result<Resumed> resume(const ResumeParts& parts, std::stop_token stop) {
  Ours ours(parts.provider, stop);
  const auto is_ours = [&](const JournalEntry& entry) { return ours(entry); };
  auto sets = TRY(parts.journal.take_unfinished(is_ours));
  Resumed resumed{.sets = {}, .others = {ours.others().begin(), ours.others().end()}, .failure = ours.failure()};
  for (JournalSet& set : sets) {
    if (stop.stop_requested()) break;
    std::vector<std::size_t> indices;
    for (std::size_t i = 0; i < set.entries.size(); ++i) {
      if (!is_final_status(set.entries[i].status) && ours(set.entries[i])) indices.push_back(i);
    }
    const std::int64_t id = set.id;
    auto finished = SetResumer(parts, std::move(set), std::move(indices), stop).run();
    parts.journal.let_go(id);
    if (!finished) {
      resumed.failure = std::move(finished).error();
      break;
    }
    resumed.sets.push_back(std::move(finished).value());
  }
  return resumed;
}

}  // namespace squall::provider
