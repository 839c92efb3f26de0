#include "engine/changes/upsert.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "base/ascii.h"
#include "engine/changes/json_document.h"
#include "engine/changes/returned_table.h"
#include "sql/lexer.h"

namespace squall::engine {

namespace {

constexpr const char* kCurrentTable = "squall.returned";
constexpr const char* kExcludedTable = "squall.excluded";

using Names = std::vector<std::string_view>;

std::string listed(const catalogue::ResourceType& type, const Names& names) {
  std::string text;
  for (std::string_view name : names) {
    const auto property = type.find_property(name);
    text += (text.empty() ? "" : ", ") + std::string(property ? type.property(*property).column : name);
  }
  return text;
}

bool has_all(const Json& model, const Names& names) {
  return std::all_of(names.begin(), names.end(), [&model](std::string_view name) {
    const auto value = model.find(std::string(name));
    return value != model.end() && !value->is_structured() && !value->is_null();
  });
}

// The names of the identifier that the model gives whole; empty: none.
Names given_identifier(const catalogue::ResourceType& type, const Json& model) {
  Names primary = type.primary_identifier();
  if (has_all(model, primary)) return primary;
  for (const Names& additional : type.additional_identifiers()) {
    if (!additional.empty() && has_all(model, additional)) return additional;
  }
  return {};
}

Error needs_identifier(const PlanInputs& inputs) {
  const catalogue::ResourceType& type = inputs.shape.table.type;
  Names settable = type.primary_identifier();
  const auto is_settable = [&type](std::string_view name) {
    const auto property = type.find_property(name);
    return property && !type.property(*property).has(catalogue::kReadOnly);
  };
  if (!std::all_of(settable.begin(), settable.end(), is_settable)) {
    settable.clear();
    for (const Names& additional : type.additional_identifiers()) {
      if (settable.empty() && std::all_of(additional.begin(), additional.end(), is_settable)) settable = additional;
    }
  }
  if (settable.empty())
    return at_span(sql_error("ON CONFLICT is not possible: AWS makes the identifier of " + std::string(type.name()) +
                                 ", so a new one never meets an old one",
                             "UPDATE the old one, or INSERT without ON CONFLICT"),
                   inputs.statement.on_conflict);
  return at_span(sql_error("ON CONFLICT needs the whole identifier in every row: " + listed(type, settable)),
                 inputs.statement.on_conflict);
}

// ON CONFLICT (image_name): no other columns can meet an old resource than those of its identifier.
Status check_target_columns(const PlanInputs& inputs, const Names& identifier) {
  for (const sql::NamedSpan& name : inputs.statement.conflict_target) {
    const auto column = inputs.shape.find(name.name);
    const bool fits =
        column && inputs.shape.columns[*column].role == ColumnRole::property &&
        std::find(identifier.begin(), identifier.end(), inputs.shape.columns[*column].key) != identifier.end();
    const bool place = column && (inputs.shape.columns[*column].role == ColumnRole::region);
    if (!fits && !place)
      return at_span(sql_error(name.name + " is no part of the identifier",
                               "ON CONFLICT (" + listed(inputs.shape.table.type, identifier) + ")"),
                     name.span);
  }
  return {};
}

std::string keyed(const catalogue::ResourceType& type, const Names& names, const Json& model,
                  const std::string& expected) {
  if (names == type.primary_identifier()) return expected;
  Json key = Json::object();
  for (std::string_view name : names) key[std::string(name)] = model[std::string(name)];
  return document_text(key);
}

class Upsert {
 public:
  Upsert(const PlanInputs& inputs, const ChangeHost& host, ChangePlan& plan)
      : inputs_(inputs), host_(host), plan_(plan) {}

  Status resolve() {
    TRY(find_existing());
    if (existing_.empty()) return {};
    if (inputs_.statement.conflict_do_nothing) {
      for (std::size_t place : existing_) plan_.changes[place].unchanged = true;
      return {};
    }
    return update_existing();
  }

 private:
  // Those that are there get their state and identifier.
  Status find_existing() {
    const catalogue::ResourceType& type = inputs_.shape.table.type;
    std::vector<ReadWish> wishes;
    for (const PlannedChange& planned : plan_.changes) {
      const Json model = Json::parse(planned.after, nullptr, false);
      const Names identifier = given_identifier(type, model);
      if (identifier.empty()) return needs_identifier(inputs_);
      TRY(check_target_columns(inputs_, identifier));
      wishes.push_back({std::string(type.name()), planned.change.region, planned.change.profile,
                        keyed(type, identifier, model, planned.change.expected_identifier)});
    }
    TRY(check_repeats(wishes));
    auto states = TRY(read_states(inputs_.provider, wishes, inputs_.meter, inputs_.stop));
    for (std::size_t i = 0; i < states.size(); ++i) {
      if (states[i].properties.empty()) continue;
      PlannedChange& planned = plan_.changes[i];
      desired_.push_back(planned);
      desired_.back().before = planned.after;  // as the table of the excluded rows shows it
      desired_.back().unchanged = true;
      planned.before = std::move(states[i].properties);
      planned.change.identifier = std::move(states[i].identifier);
      existing_.push_back(i);
    }
    return {};
  }

  // Which of two rows of one resource would meet the other cannot be known.
  Status check_repeats(const std::vector<ReadWish>& wishes) {
    std::set<std::array<std::string, 3>> seen;
    for (std::size_t i = 0; i < wishes.size(); ++i) {
      if (seen.insert({wishes[i].profile, wishes[i].region, wishes[i].identifier}).second) continue;
      if (!inputs_.statement.conflict_do_nothing)
        return at_span(sql_error("two rows are of one resource: " + wishes[i].identifier + " in " + wishes[i].region,
                                 "give each resource once"),
                       inputs_.statement.on_conflict);
      plan_.changes[i].unchanged = true;
    }
    return {};
  }

  Status update_existing() {
    const auto& assignments = inputs_.statement.conflict_assignments;
    auto columns = TRY(set_columns(inputs_, assignments));
    for (const sql::Assignment& assignment : assignments) {
      if (assignment.columns.size() != 1)
        return at_span(sql_error("DO UPDATE SET takes one column at a time"), assignment.columns.front().span);
    }
    if (!inputs_.shape.table.type.has_handler(catalogue::Handler::update))
      return at_span(sql_error(std::string(inputs_.shape.table.type.name()) + " has no update handler",
                               "ON CONFLICT DO NOTHING leaves what is there as it is"),
                     inputs_.statement.on_conflict);
    const RowBuffer rows = TRY(evaluate());
    for (std::size_t place : existing_) plan_.changes[place].unchanged = true;  // unless a row says otherwise
    std::vector<std::pair<Identity, std::vector<OwnedValue>>> updates;
    std::vector<std::size_t> places;
    for (const auto& row : rows.rows()) {
      const std::size_t place = existing_[static_cast<std::size_t>(row[0].integer)];
      const PlannedChange& planned = plan_.changes[place];
      updates.push_back({{.identifier = planned.change.identifier,
                          .region = planned.change.region,
                          .profile = planned.change.profile,
                          .detailed = true,
                          .properties = planned.before},
                         {row.begin() + 1, row.end()}});
      places.push_back(place);
    }
    auto changes = TRY(plan_updates_of(inputs_, std::move(columns), updates, plan_));
    for (std::size_t i = 0; i < places.size(); ++i) {
      PlannedChange& planned = plan_.changes[places[i]];
      keep_parameters(planned.change, changes[i].change);
      planned = std::move(changes[i]);
    }
    return {};
  }

  // What the row says of how it is to be done, unless SET says otherwise.
  void keep_parameters(const provider::Change& row, provider::Change& update) const {
    if (update.role_arn.empty()) update.role_arn = row.role_arn;
    if (update.type_version_id.empty()) update.type_version_id = row.type_version_id;
    if (!names_token(inputs_.statement.conflict_assignments)) update.client_token = row.client_token;
  }
  static bool names_token(const std::vector<sql::Assignment>& assignments) {
    return std::any_of(assignments.begin(), assignments.end(), [](const sql::Assignment& assignment) {
      return ascii_lower(assignment.columns.front().name).ends_with("clienttoken");
    });
  }

  // The values of SET for each row that is there, the old under the table's name, the new as `excluded`.
  Result<RowBuffer> evaluate() {
    std::vector<ReturnedChange> current;
    std::vector<ReturnedChange> excluded;
    std::vector<PlannedChange> old;
    for (std::size_t place : existing_) {
      old.push_back(plan_.changes[place]);
      old.back().unchanged = true;
    }
    for (std::size_t i = 0; i < existing_.size(); ++i) {
      current.push_back({.planned = &old[i]});
      excluded.push_back({.planned = &desired_[i]});
    }
    TRY(host_.register_table(
        returned_table(kCurrentTable, inputs_.shape, current, inputs_.provider, inputs_.meter, inputs_.stop)));
    host_.drop_table(kExcludedTable);
    TRY(host_.register_table(
        returned_table(kExcludedTable, inputs_.shape, excluded, inputs_.provider, inputs_.meter, inputs_.stop)));
    const sql::DmlStatement& statement = inputs_.statement;
    const std::string name = sql::quote_name(statement.alias.name.empty() ? inputs_.shape.name : statement.alias.name);
    const std::string row = "." + sql::quote_name(kReturnedRow);
    // One scope inside another: a bare name is the old row's, as in SQLite.
    const std::string of_old =
        " FROM " + sql::quote_name(kCurrentTable) + " AS " + name + " WHERE " + name + row + " = excluded" + row;
    sql::ComposedText query;
    query.add("SELECT excluded" + row);
    for (const sql::Assignment& assignment : statement.conflict_assignments) {
      query.add(", (SELECT (");
      query.add_source(inputs_.source, assignment.expression);
      query.add(")" + of_old + ")");
    }
    query.add(" FROM " + sql::quote_name(kExcludedTable) + " AS excluded");
    if (!statement.conflict_where.empty()) {
      query.add(" WHERE EXISTS (SELECT 1" + of_old + " AND (");
      query.add_source(inputs_.source, statement.conflict_where);
      query.add("))");
    }
    RowBuffer rows;
    auto done = host_.run(query.text(), rows);
    // They point to what ends here.
    host_.drop_table(kCurrentTable);
    host_.drop_table(kExcludedTable);
    if (!done) return query.in_source(std::move(done).error());
    return rows;
  }

  const PlanInputs& inputs_;
  const ChangeHost& host_;
  ChangePlan& plan_;
  std::vector<std::size_t> existing_;   // places in the plan
  std::vector<PlannedChange> desired_;  // of those, in their order
};

}  // namespace

Status resolve_conflicts(const PlanInputs& inputs, const ChangeHost& host, ChangePlan& plan) {
  return Upsert(inputs, host, plan).resolve();
}

}  // namespace squall::engine
