#include "provider/undo.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/ascii.h"
#include "provider/resource_state.h"
#include "schema/json_patch.h"
#include "schema/model_value.h"

namespace squall::provider {
namespace {

using Json = nlohmann::ordered_json;
using catalogue::Handler;
using catalogue::ResourceType;

std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Handler handler_of(ChangeOperation operation) {
  switch (operation) {
    case ChangeOperation::create: return Handler::create;
    case ChangeOperation::update: return Handler::update;
    case ChangeOperation::delete_: break;
  }
  return Handler::delete_;
}

ChangeOperation inverse_of(ChangeOperation operation) {
  switch (operation) {
    case ChangeOperation::create: return ChangeOperation::delete_;
    case ChangeOperation::update: return ChangeOperation::update;
    case ChangeOperation::delete_: break;
  }
  return ChangeOperation::create;
}

// Makes the inverse of one recorded change.
class Inverse {
 public:
  Inverse(const UndoParts& parts, std::int64_t set, const JournalEntry& done, const ResourceType& type, UndoPlan& plan)
      : parts_(parts), set_(set), done_(done), type_(type), plan_(plan) {}

  // Why it cannot be made; empty: it is in the plan, or nothing is to be done.
  Result<std::string> add(const std::optional<std::string>& now) {
    switch (done_.change.operation) {
      case ChangeOperation::create: return take_back_create(now);
      case ChangeOperation::update: return take_back_update(now);
      case ChangeOperation::delete_: break;
    }
    return take_back_delete(now);
  }

 private:
  Result<std::string> take_back_create(const std::optional<std::string>& now) {
    if (!now) return nothing_to_do("it is not there any more");
    if (!is_as_wanted(type_, *now, done_.after)) return std::string("it was changed since");
    const std::string additions = additions_of(Json::parse(*now, nullptr, false));
    if (!additions.empty()) {
      if (const auto later = TRY(parts_.journal.changed_after(set_, done_)))
        return "it was changed since, by change set " + std::to_string(*later);
      notice("it has values that the change did not give: " + additions);
    }
    plan_.entries.push_back(inverse(*now, {}));
    return std::string();
  }

  // Defaults of the service, or somebody's work: nobody can tell.
  std::string additions_of(const Json& now) const {
    const Json given = Json::parse(done_.after, nullptr, false);
    std::string names;
    for (const auto& [name, value] : now.items()) {
      const auto property = type_.find_property(name);
      const bool theirs = property && type_.property(*property).has(catalogue::kReadOnly);
      if (!theirs && !given.contains(name)) names += (names.empty() ? "" : ", ") + name;
    }
    return names;
  }

  Result<std::string> take_back_update(const std::optional<std::string>& now) {
    if (done_.before.empty()) return std::string("its state before was not read");
    if (!now) return std::string("it is not there any more");
    if (!is_as_wanted(type_, *now, done_.after)) return std::string("it was changed since");
    const Json current = Json::parse(*now, nullptr, false);
    const Json before = Json::parse(done_.before, nullptr, false);
    const Json after = Json::parse(done_.after, nullptr, false);
    if (!current.is_object() || !before.is_object() || !after.is_object())
      return std::string("its state before cannot be read");
    if (has_again(current, before, after)) return std::string("it was changed since");
    Json target = with_old_values(current, before, after);
    TRY(put_write_only(target, true));
    const Json patch = schema::make_patch(type_, current, target);
    if (patch.empty()) return nothing_to_do("it is as it was before");
    JournalEntry entry = inverse(*now, text_of(target));
    entry.change.patch_document = text_of(patch);
    plan_.entries.push_back(std::move(entry));
    return std::string();
  }

  // Whether something that the change took out has been given anew.
  static bool has_again(const Json& now, const Json& before, const Json& after) {
    for (const auto& [name, value] : before.items()) {
      const auto current = now.find(name);
      if (current == now.end()) continue;
      const auto kept = after.find(name);
      if (kept == after.end()) return true;
      if (value.is_object() && kept->is_object() && current->is_object() && has_again(*current, value, *kept))
        return true;
    }
    return false;
  }

  // The resource as it is, but for the properties (also those inside of objects) that the change altered: what it has got since stays.
  static Json with_old_values(Json target, const Json& before, const Json& after) {
    for (const auto& [name, value] : before.items()) {
      const auto altered = after.find(name);
      const auto current = target.find(name);
      if (altered != after.end() && current != target.end() && value.is_object() && altered->is_object() &&
          current->is_object()) {
        *current = with_old_values(*current, value, *altered);
        continue;
      }
      if (altered == after.end() || !schema::same_value(*altered, value)) target[name] = value;
    }
    for (const auto& [name, value] : after.items()) {
      if (!before.contains(name)) target.erase(name);
    }
    return target;
  }

  Result<std::string> take_back_delete(const std::optional<std::string>& now) {
    if (done_.before.empty())
      return std::string(
          "its state before was not read; a DELETE reads it where its WHERE needs more than the identifier");
    if (now) return std::string("a resource of this identifier is there again");
    Json target = Json::parse(done_.before, nullptr, false);
    if (!target.is_object()) return std::string("its state before cannot be read");
    for (const std::string_view path : type_.read_only()) schema::remove_path(target, path);
    TRY(put_write_only(target, false));
    for (const std::string_view name : type_.required()) {
      if (!target.contains(name)) return "the value of " + std::string(name) + ", which it needs, is not known";
    }
    JournalEntry entry = inverse({}, text_of(target));
    entry.change.desired_state = entry.after;
    entry.change.identifier.clear();
    plan_.entries.push_back(std::move(entry));
    return std::string();
  }

  // A read shows no write-only values: those that the journal knows from earlier are given again. `changed`: only those
  // that the change set, which is all that an update can have altered.
  Status put_write_only(Json& target, bool changed) {
    const Json after = Json::parse(done_.after, nullptr, false);
    for (const std::string_view path : type_.write_only()) {
      if (changed && !schema::has_value(after, path)) continue;
      const auto known = TRY(parts_.journal.last_write_only_value({.type_name = done_.change.type_name,
                                                                   .endpoint = done_.endpoint,
                                                                   .account_id = done_.account_id,
                                                                   .region = done_.change.region,
                                                                   .identifier = done_.change.identifier,
                                                                   .path = std::string(path),
                                                                   .before_set = set_}));
      const bool put = known && schema::put_value(target, path, Json::parse(known->json, nullptr, false));
      if (!put && (changed || is_of_top(path)))
        notice("the value of " + std::string(path) + ", if it had one, is not known");
    }
    return {};
  }
  static bool is_of_top(std::string_view path) { return path.find('/') == std::string_view::npos; }

  JournalEntry inverse(std::string before, std::string after) const {
    JournalEntry entry = done_;
    Change& change = entry.change;
    change = {.operation = inverse_of(done_.change.operation),
              .type_name = done_.change.type_name,
              .region = done_.change.region,
              .profile = done_.change.profile,
              .identifier = done_.change.identifier,
              .client_token = parts_.new_client_token(),
              .role_arn = done_.change.role_arn,
              .type_version_id = done_.change.type_version_id,
              .order_key = done_.change.order_key};
    change.timeout = std::chrono::minutes(type_.timeout_minutes(handler_of(change.operation)));
    entry.step = 0;  // what one change set did in steps is taken back in the order of its keys
    entry.before = std::move(before);
    entry.after = std::move(after);
    entry.status = kPlanned;
    entry.error_code.clear();
    entry.message.clear();
    return entry;
  }

  std::string nothing_to_do(const std::string& why) {
    notice(why);
    return {};
  }
  void notice(const std::string& text) {
    plan_.notices.push_back(done_.resource + " " + done_.change.identifier + ": " + text);
  }

  const UndoParts& parts_;
  std::int64_t set_;
  const JournalEntry& done_;
  const ResourceType& type_;
  UndoPlan& plan_;
};

class Planner {
 public:
  Planner(const UndoParts& parts, std::stop_token stop) : parts_(parts), stop_(std::move(stop)) {}

  Result<UndoPlan> run(const JournalSet& set) {
    TRY(check_finished(set));
    for (const JournalEntry& entry : set.entries) {
      if (entry.status == "SUCCESS") done_.push_back(&entry);
    }
    if (done_.empty()) return sql_error(named(set.id) + " changed nothing: there is nothing to take back");
    std::reverse(done_.begin(), done_.end());
    TRY(check_place());
    const auto states = TRY(states_now());
    for (std::size_t i = 0; i < done_.size(); ++i) TRY(add(set.id, *done_[i], states[i]));
    if (refusals_.empty()) return std::move(plan_);
    std::string message = named(set.id) + " cannot be taken back; nothing was sent:";
    for (const std::string& refusal : refusals_) message += "\n  " + refusal;
    return sql_error(std::move(message));
  }

 private:
  static std::string named(std::int64_t set) { return "change set " + std::to_string(set); }

  static Status check_finished(const JournalSet& set) {
    const auto is_open = [](const JournalEntry& entry) { return !is_final_status(entry.status); };
    if (std::none_of(set.entries.begin(), set.entries.end(), is_open)) return {};
    return sql_error(named(set.id) + " is not finished", "squall resume finishes it, unless it is running");
  }

  // A change is taken back only where it was made.
  Status check_place() {
    for (const JournalEntry* entry : done_) {
      const Change& change = entry->change;
      const std::string endpoint = TRY(parts_.provider.endpoint(change.profile, change.region));
      if (endpoint != entry->endpoint) {
        return usage_error("the change set was made at " + entry->endpoint + ", not at " +
                               (endpoint.empty() ? "a cloud in memory" : endpoint),
                           "choose the same --cloud, --endpoint-url and --profile");
      }
      if (entry->account_id.empty()) continue;  // it could not be told then
      const std::string account = TRY(parts_.provider.account_id(change.profile, stop_));
      if (account != entry->account_id) {
        return usage_error("the change set was made in account " + entry->account_id + ", not in " + account,
                           "choose the same --profile");
      }
    }
    return {};
  }

  Result<std::vector<std::optional<std::string>>> states_now() {
    std::vector<ResourcePlace> places;
    for (const JournalEntry* entry : done_) {
      const Change& change = entry->change;
      places.push_back({change.type_name, change.region, change.profile, change.identifier});
    }
    return read_states(parts_.provider, places, stop_);
  }

  Status add(std::int64_t set, const JournalEntry& done, const std::optional<std::string>& now) {
    const auto type = parts_.catalogue.find_type(done.change.type_name);
    std::string refusal;
    if (!type) {
      refusal = "the catalogue has no type " + done.change.type_name;
    } else if (!type->has_handler(handler_of(inverse_of(done.change.operation)))) {
      refusal = "the type has no handler to " + ascii_lower(name_of(inverse_of(done.change.operation))) + " it";
    } else {
      refusal = TRY(Inverse(parts_, set, done, *type, plan_).add(now));
    }
    if (!refusal.empty()) {
      refusals_.push_back(std::string(name_of(done.change.operation)) + " of " + done.resource + " " +
                          done.change.identifier + ": " + refusal);
    }
    return {};
  }

  const UndoParts& parts_;
  std::stop_token stop_;
  std::vector<const JournalEntry*> done_;  // the last first
  std::vector<std::string> refusals_;
  UndoPlan plan_;
};

}  // namespace

Result<UndoPlan> plan_undo(const UndoParts& parts, std::int64_t set, std::stop_token stop) {
  const auto found = TRY(parts.journal.set(set));
  if (!found) {
    return usage_error("the journal has no change set " + std::to_string(set),
                       "SELECT id, statement, time FROM squall.changes shows them");
  }
  return Planner(parts, std::move(stop)).run(*found);
}

}  // namespace squall::provider
