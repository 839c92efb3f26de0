#include <algorithm>
#include <array>
#include <ctime>
#include <nlohmann/json.hpp>

#include "engine/changes/model_checks.h"
#include "engine/changes/planner.h"
#include "engine/changes/property_json.h"
#include "schema/json_patch.h"
#include "schema/model_value.h"
#include "sql/lexer.h"

namespace squall::engine {

namespace {

// A change of a resource that is there; changes of one resource are done in their order.
PlannedChange change_of(const catalogue::ResourceType& type, const Identity& identity,
                        provider::ChangeOperation operation, catalogue::Handler handler) {
  PlannedChange planned{.change = {.operation = operation,
                                   .type_name = std::string(type.name()),
                                   .region = identity.region,
                                   .profile = identity.profile,
                                   .identifier = identity.identifier,
                                   .client_token = new_client_token()},
                        .before = identity.properties,
                        .before_is_whole = identity.detailed};
  planned.change.timeout = std::chrono::minutes(type.timeout_minutes(handler));
  planned.change.order_key =
      identity.profile + "\n" + identity.region + "\n" + planned.change.type_name + "\n" + identity.identifier;
  return planned;
}

// A write-only value of a type, and what is known of it over all resources of the statement.
struct WriteOnly {
  std::string path;      // "Code/ZipFile"
  std::string property;  // "Code"
  std::string shown;     // the column, or the path inside of one
  bool may_be_there = false;
  bool is_recalled = false;  // of one at least
  bool is_unknown = false;   // of one at least
};

// Those that an update can give: not create-only, and not a part of one that is write-only as a whole.
std::vector<WriteOnly> updatable_write_only(const catalogue::ResourceType& type) {
  std::vector<WriteOnly> values;
  const auto paths = type.write_only();
  for (std::string_view path : paths) {
    const std::string_view top = path.substr(0, path.find('/'));
    const auto index = type.find_property(top);
    const bool create_only = index && type.property(*index).has(catalogue::kCreateOnly);
    const bool is_part = std::any_of(paths.begin(), paths.end(), [path](std::string_view other) {
      return path.size() > other.size() && path.starts_with(other) && path[other.size()] == '/';
    });
    if (!index || create_only || is_part) continue;
    values.push_back({.path = std::string(path),
                      .property = std::string(top),
                      .shown = std::string(path == top ? type.property(*index).column : path)});
  }
  return values;
}

class UpdatePlanner {
 public:
  UpdatePlanner(const PlanInputs& inputs, std::vector<BoundColumn> columns)
      : inputs_(inputs),
        type_(inputs.shape.table.type),
        columns_(std::move(columns)),
        checks_(inputs.shape, !inputs.options.validate, [this](std::string_view property) { return place(property); }) {
    write_only_ = updatable_write_only(type_);
    for (const BoundColumn& each : columns_) {
      const bool property = each.column->role == ColumnRole::property;
      takes_text_.push_back(property && takes_text(checks_.schema(), each.column->key));
      if (property) set_.insert(each.column->key);
      has_patch_ = has_patch_ || is(each, "PatchDocument");
    }
  }

  bool has_patch() const { return has_patch_; }

  // `values`: of SET, in its order.
  Result<PlannedChange> plan(const Identity& identity, const OwnedValue* values) {
    PlannedChange planned = change_of(type_, identity, provider::ChangeOperation::update, catalogue::Handler::update);
    for (std::size_t i = 0; i < columns_.size(); ++i) take_parameter(columns_[i], values[i], planned.change);
    TRY(has_patch_ ? plan_patch(values, planned) : plan_difference(values, planned));
    return planned;
  }

  // Write-only values that the service holds and nobody tells: an update may lose them.
  std::vector<std::string> values_at_risk() const {
    std::vector<std::string> names;
    for (const WriteOnly& each : write_only_) {
      if (each.may_be_there && !patched_.contains(each.property) && (each.is_unknown || !each.is_recalled))
        names.push_back(each.shown);
    }
    return names;
  }
  // Columns that were set to NULL where that cannot be told to the service.
  const std::set<std::string>& not_taken_out() const { return not_taken_out_; }

  // What was sent again from the journal, for people.
  const std::set<std::string>& recalled() const { return recalled_; }

 private:
  static bool is(const BoundColumn& each, std::string_view parameter) {
    return each.column->role == ColumnRole::parameter && each.column->name.ends_with(parameter);
  }

  std::optional<std::pair<std::size_t, std::size_t>> place(std::string_view property) const {
    for (const BoundColumn& each : columns_) {
      if (each.column->role == ColumnRole::property && each.column->key == property)
        return std::pair(each.span.begin, each.span.end - each.span.begin);
    }
    const sql::Span& target = inputs_.statement.target;
    return std::pair(target.begin, target.end - target.begin);
  }

  static void take_parameter(const BoundColumn& each, const OwnedValue& value, provider::Change& change) {
    if (value.is_null() || value.as_text().empty()) return;
    if (is(each, "ClientToken")) change.client_token = value.as_text();
    if (is(each, "RoleArn")) change.role_arn = value.as_text();
    if (is(each, "TypeVersionId")) change.type_version_id = value.as_text();
  }

  Status plan_patch(const OwnedValue* values, PlannedChange& planned) {
    const auto which = std::find_if(columns_.begin(), columns_.end(),
                                    [](const BoundColumn& each) { return is(each, "PatchDocument"); });
    const OwnedValue& value = values[which - columns_.begin()];
    auto patch = parse_document(value.as_text());
    if (!patch) return at_span(sql_error("the PatchDocument is " + patch.error().message), which->span);
    if (inputs_.options.validate) {
      const schema::PatchFault fault = schema::check_patch(type_, *patch);
      if (!fault.text.empty())
        return at_span(sql_error(fault.text, fault.code == "NotUpdatableException"
                                                 ? "this needs replacement: DELETE the resource and INSERT it anew"
                                                 : ""),
                       which->span);
      if (auto fits = check_given(*patch); !fits) return at_span(std::move(fits).error(), which->span);
    }
    if (patch->is_array()) {
      for (const Json& operation : *patch) note_patched(operation);
      planned.unchanged = patch->empty();
    }
    const Json before = planned.before.empty() ? Json() : TRY(parse_document(planned.before));
    // Without a read any part may be there.
    for (WriteOnly& each : write_only_) each.may_be_there = note_place(each, before) || planned.before.empty();
    if (!planned.before.empty() && patch->is_array()) {
      Json after = before;
      if (!schema::apply_patch(*patch, after)) planned.after = document_text(after);
    }
    // As given: AWS reads the user's own text.
    planned.change.patch_document = value.as_text();
    return {};
  }

  // What the patch gives whole properties; what it does inside of one is judged with the rest of it, by AWS.
  Status check_given(const Json& patch) const {
    Json given = Json::object();
    for (const Json& operation : patch) {
      const std::string path = operation.value("path", "");
      const std::string property = path.substr(0, path.find('/', 1)).substr(path.empty() ? 0 : 1);
      if (!property.empty() && !type_.find_property(property)) given[property] = nullptr;
      if (path == "/" + property && operation.contains("value") && operation.value("op", "") != "test")
        given[property] = operation["value"];
    }
    return checks_.given(given);
  }

  void note_patched(const Json& operation) {
    if (!operation.is_object() || !operation.contains("path") || !operation["path"].is_string()) return;
    std::string path = operation["path"];
    if (path.starts_with('/')) path.erase(0, 1);
    patched_.insert(path.substr(0, path.find('/')));
  }

  Status plan_difference(const OwnedValue* values, PlannedChange& planned) {
    Json before = TRY(parse_document(planned.before));
    if (!before.is_object()) return data_error("the properties of " + planned.change.identifier + " are no object");
    Json after = before;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i].column->role != ColumnRole::property) continue;
      TRY(set_property(columns_[i], takes_text_[i], values[i], after));
    }
    for (std::string_view path : schema::changed_create_only(type_, before, after)) {
      const std::string property(path.substr(0, path.find('/')));
      const auto [begin, length] = *place(property);
      return sql_error("/" + std::string(path) + " cannot be changed: it is create-only, so this needs replacement",
                       "DELETE the resource and INSERT it anew")
          .at(begin, length);
    }
    Json patch = schema::make_patch(type_, before, after);
    planned.unchanged = patch.empty();
    if (planned.unchanged) note_not_taken_out(values);
    if (!planned.unchanged && TRY(recall_write_only(planned.change, after)))
      patch = schema::make_patch(type_, before, after);
    if (!planned.unchanged) TRY(checks_.update(without_read_only(after), set_));
    planned.after = document_text(after);
    planned.change.patch_document = document_text(patch);
    return {};
  }

  // Write-only values that the statement leaves alone, as a change of this journal gave them last: without them the
  // handler would take them for gone. Whether there was one.
  Result<bool> recall_write_only(const provider::Change& change, Json& model) {
    bool found = false;
    for (WriteOnly& each : write_only_) {
      const bool is_set = set_.contains(each.property);
      if (is_set && (each.path == each.property || schema::has_value(model, each.path))) continue;
      if (!note_place(each, model)) continue;
      const auto value = TRY(journaled_value(change, each.path));
      Json json = value ? Json::parse(value->json, nullptr, false) : Json(Json::value_t::discarded);
      if (json.is_discarded() || !schema::put_value(model, each.path, std::move(json))) {
        each.is_unknown = true;
        continue;
      }
      each.is_recalled = found = true;
      recalled_.insert(each.shown + " is sent again as it was given on " + date_text(value->time) +
                       " (from the journal)");
    }
    return found;
  }

  // Whether a model has a place for the value: its property, or the object that would hold it.
  static bool note_place(WriteOnly& each, const Json& model) {
    const std::size_t slash = each.path.rfind('/');
    const bool there = slash == std::string::npos || schema::has_value(model, each.path.substr(0, slash));
    each.may_be_there = each.may_be_there || there;
    return there;
  }

  Result<std::optional<provider::Journal::KnownValue>> journaled_value(const provider::Change& change,
                                                                       const std::string& path) const {
    using Known = std::optional<provider::Journal::KnownValue>;
    if (!inputs_.options.journal || path.find('*') != std::string::npos) return Known();
    const std::string endpoint = TRY(inputs_.provider.endpoint(change.profile, change.region));
    if (endpoint.empty()) return Known();
    const auto account = inputs_.provider.account_id(change.profile, inputs_.stop);
    return TRY(inputs_.options.journal())
        ->last_write_only_value({.type_name = change.type_name,
                                 .endpoint = endpoint,
                                 .account_id = account ? *account : std::string(),
                                 .region = change.region,
                                 .identifier = change.identifier,
                                 .path = path});
  }

  static std::string date_text(Clock::Time time) {
    const std::time_t seconds = Clock::Time::clock::to_time_t(time);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 16> text{};
    return std::string(text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d", &parts));
  }

  // A patch cannot take out what a read does not show, and without another difference there is none.
  void note_not_taken_out(const OwnedValue* values) {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const bool property = columns_[i].column->role == ColumnRole::property;
      if (property && values[i].is_null() && type_.property(columns_[i].column->property).has(catalogue::kWriteOnly))
        not_taken_out_.insert(columns_[i].column->name);
    }
  }

  Status set_property(const BoundColumn& bound, bool text, const OwnedValue& value, Json& model) const {
    const std::string& name = bound.column->key;
    if (value.is_null()) {
      model.erase(name);
      return {};
    }
    auto json = json_of_value(value, type_.property(bound.column->property), text);
    if (!json) return at_span(std::move(json).error(), bound.span);
    model[name] = std::move(json).value();
    return {};
  }

  // What the service made is its own affair.
  Json without_read_only(Json model) const {
    for (std::string_view path : type_.read_only()) {
      if (path.find('/') == std::string_view::npos) model.erase(std::string(path));
    }
    return model;
  }

  const PlanInputs& inputs_;
  const catalogue::ResourceType type_;
  const std::vector<BoundColumn> columns_;
  const ModelChecks checks_;
  std::vector<bool> takes_text_;
  std::vector<WriteOnly> write_only_;
  std::set<std::string> set_;
  std::set<std::string, std::less<>> patched_;
  std::set<std::string> recalled_;
  std::set<std::string> not_taken_out_;
  bool has_patch_ = false;
};

using Identities = std::vector<std::pair<Identity, std::size_t>>;

// GetResource of those whose list did not tell all.
Status read_details(const PlanInputs& inputs, Identities& identities) {
  std::vector<ReadWish> wishes;
  std::vector<Identity*> undetailed;
  for (auto& [identity, row] : identities) {
    if (identity.detailed) continue;
    wishes.push_back(
        {std::string(inputs.shape.table.type.name()), identity.region, identity.profile, identity.identifier});
    undetailed.push_back(&identity);
  }
  const auto states = TRY(read_states(inputs.provider, wishes, inputs.meter, inputs.stop));
  for (std::size_t i = 0; i < undetailed.size(); ++i) {
    if (states[i].properties.empty()) continue;
    undetailed[i]->properties = states[i].properties;
    undetailed[i]->detailed = true;
  }
  return {};
}

// The current state that an update starts from; who is gone by now leaves.
Status read_missing_details(const PlanInputs& inputs, Identities& identities) {
  const catalogue::ResourceType& type = inputs.shape.table.type;
  const bool whole =
      std::all_of(identities.begin(), identities.end(), [](const auto& each) { return each.first.detailed; });
  if (!whole && !type.has_handler(catalogue::Handler::read))
    return at_span(sql_error(std::string(type.name()) + " has no read handler: its current state cannot be told",
                             "SET data__PatchDocument = '[…]' needs no read"),
                   inputs.statement.target);
  TRY(read_details(inputs, identities));
  std::erase_if(identities, [](const auto& each) { return !each.first.detailed; });
  return {};
}

// What RETURNING shows of a resource that is then gone.
Status read_last_states(const PlanInputs& inputs, Identities& identities) {
  if (!inputs.shape.table.type.has_handler(catalogue::Handler::read)) return {};
  return read_details(inputs, identities);
}

// Whether RETURNING names a property that the identifier does not tell.
bool returns_properties(const PlanInputs& inputs) {
  const std::string_view returning = inputs.statement.returning.in(inputs.source);
  const auto identifiers = inputs.shape.table.type.primary_identifier();
  for (const sql::Token& token : sql::tokenize(returning)) {
    if (token.in(returning) == "*") return true;  // a product too: it costs a read, no more
    if (token.kind != sql::TokenKind::name && token.kind != sql::TokenKind::quoted_name) continue;
    const auto index = inputs.shape.find(sql::name_of(token, returning));
    if (!index || inputs.shape.columns[*index].role != ColumnRole::property) continue;
    if (std::find(identifiers.begin(), identifiers.end(), inputs.shape.columns[*index].key) == identifiers.end())
      return true;
  }
  return false;
}

Status tell_write_only(const PlanInputs& inputs, const UpdatePlanner& planner,
                       const std::vector<PlannedChange>& changes, ChangePlan& plan) {
  const bool changed =
      std::any_of(changes.begin(), changes.end(), [](const PlannedChange& planned) { return !planned.unchanged; });
  for (const std::string& text : planner.recalled()) plan.notices.push_back(inputs.shape.name + ": " + text);
  for (const std::string& name : planner.not_taken_out())
    plan.notices.push_back(
        inputs.shape.name + ": " + name +
        " = NULL alone changes nothing: AWS does not tell this write-only value, so no patch can take "
        "it out; it is left out where another property changes");
  const auto names = planner.values_at_risk();
  if (!changed || names.empty()) return {};
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  const std::string text = inputs.shape.name + ": " + list +
                           (names.size() == 1 ? " is write-only: AWS does not tell its value"
                                              : " are write-only: AWS does not tell their values") +
                           ", and the update may reset " + (names.size() == 1 ? "it" : "them");
  const std::string hint = "SET " + (names.size() == 1 ? "it" : std::string("them")) +
                           " in the same statement to keep " + (names.size() == 1 ? "it" : "them");
  if (inputs.options.refuse_write_only) return at_span(sql_error(text, hint), inputs.statement.target);
  plan.notices.push_back(text + "; " + hint);
  return {};
}

}  // namespace

Result<ChangePlan> plan_update(const PlanInputs& inputs, const RowBuffer& rows) {
  UpdatePlanner planner(inputs, TRY(set_columns(inputs, inputs.statement.assignments)));
  auto identities = TRY(identities_of(inputs, rows));
  if (!planner.has_patch()) TRY(read_missing_details(inputs, identities));
  ChangePlan plan{.shape = &inputs.shape, .wait = !inputs.statement.nowait};
  for (const auto& [identity, row] : identities)
    plan.changes.push_back(TRY(planner.plan(identity, rows.rows()[row].data() + kIdentityColumns)));
  TRY(tell_write_only(inputs, planner, plan.changes, plan));
  return plan;
}

Result<std::vector<PlannedChange>> plan_updates_of(
    const PlanInputs& inputs, std::vector<BoundColumn> columns,
    const std::vector<std::pair<Identity, std::vector<OwnedValue>>>& rows, ChangePlan& plan) {
  UpdatePlanner planner(inputs, std::move(columns));
  std::vector<PlannedChange> changes;
  changes.reserve(rows.size());
  for (const auto& [identity, values] : rows) changes.push_back(TRY(planner.plan(identity, values.data())));
  TRY(tell_write_only(inputs, planner, changes, plan));
  return changes;
}

Result<ChangePlan> plan_delete(const PlanInputs& inputs, const RowBuffer& rows) {
  const catalogue::ResourceType& type = inputs.shape.table.type;
  ChangePlan plan{.shape = &inputs.shape, .wait = !inputs.statement.nowait};
  auto identities = TRY(identities_of(inputs, rows));
  if (returns_properties(inputs)) TRY(read_last_states(inputs, identities));
  for (const auto& [identity, row] : identities) {
    plan.changes.push_back(change_of(type, identity, provider::ChangeOperation::delete_, catalogue::Handler::delete_));
  }
  return plan;
}

}  // namespace squall::engine
