#include <nlohmann/json.hpp>

#include "engine/changes/model_checks.h"
#include "engine/changes/planner.h"
#include "engine/changes/property_json.h"
#include "schema/identifier.h"

namespace squall::engine {

namespace {

class InsertPlanner {
 public:
  InsertPlanner(const PlanInputs& inputs, std::vector<BoundColumn> columns)
      : inputs_(inputs),
        type_(inputs.shape.table.type),
        columns_(std::move(columns)),
        checks_(inputs.shape, !inputs.options.validate, [this](std::string_view property) { return place(property); }) {
    for (const BoundColumn& each : columns_) {
      const bool property = each.column->role == ColumnRole::property;
      takes_text_.push_back(property && takes_text(checks_.schema(), each.column->key));
    }
  }

  Result<PlannedChange> plan(const std::vector<OwnedValue>& row) {
    PlannedChange planned;
    provider::Change& change = planned.change;
    change = {.operation = provider::ChangeOperation::create, .type_name = std::string(type_.name()), .region = {}};
    change.timeout = std::chrono::minutes(type_.timeout_minutes(catalogue::Handler::create));
    Json model = Json::object();
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      // NULL leaves the property out.
      if (!row[i].is_null()) TRY(take(columns_[i], takes_text_[i], row[i], change, model));
    }
    if (change.region.empty()) change.region = TRY(default_region_of(inputs_));
    if (change.client_token.empty()) change.client_token = new_client_token();
    TRY(checks_.create(model));
    name_order(model, change);
    planned.after = document_text(model);
    change.desired_state = planned.after;
    return planned;
  }

 private:
  std::optional<std::pair<std::size_t, std::size_t>> place(std::string_view property) const {
    for (const BoundColumn& each : columns_) {
      if (each.column->role == ColumnRole::property && each.column->key == property)
        return std::pair(each.span.begin, each.span.end - each.span.begin);
    }
    const sql::Span& target = inputs_.statement.target;
    return std::pair(target.begin, target.end - target.begin);
  }

  Status take(const BoundColumn& bound, bool text, const OwnedValue& value, provider::Change& change, Json& model) {
    const TableColumn& column = *bound.column;
    switch (column.role) {
      case ColumnRole::region: change.region = value.as_text(); return {};
      case ColumnRole::profile: change.profile = value.as_text(); return {};
      case ColumnRole::property: return take_property(bound, text, value, model);
      default: return take_parameter(bound, value, change, model);
    }
  }

  Status take_property(const BoundColumn& bound, bool text, const OwnedValue& value, Json& model) {
    const catalogue::Property property = type_.property(bound.column->property);
    if (property.has(catalogue::kReadOnly))
      return at_span(
          sql_error(bound.column->name + " is read-only: the service sets it", "leave the column out, or give NULL"),
          bound.span);
    auto json = json_of_value(value, property, text);
    if (!json) return at_span(std::move(json).error(), bound.span);
    model[std::string(property.name)] = std::move(json).value();
    return {};
  }

  Status take_parameter(const BoundColumn& bound, const OwnedValue& value, provider::Change& change, Json& model) {
    const std::string& name = bound.column->name;
    if (name.ends_with("ClientToken") && !value.as_text().empty()) change.client_token = value.as_text();
    if (name.ends_with("RoleArn")) change.role_arn = value.as_text();
    if (name.ends_with("TypeVersionId")) change.type_version_id = value.as_text();
    if (!name.ends_with("DesiredState")) return {};
    auto document = parse_document(value.as_text());
    if (!document) return at_span(sql_error(name + " is " + document.error().message), bound.span);
    if (!document->is_object()) return at_span(sql_error(name + " is no JSON object"), bound.span);
    for (const auto& [key, ignored] : document->items()) {
      (void)ignored;
      const auto property = type_.find_property(key);
      if (property && type_.property(*property).has(catalogue::kReadOnly))
        return at_span(sql_error(key + " is read-only: the service sets it", "take it out of " + name), bound.span);
    }
    model = std::move(document).value();
    return {};
  }

  // Resources of one name, and children of one parent, are made one behind the other, in the order of the rows.
  void name_order(const Json& model, provider::Change& change) const {
    const auto text_of = [&model](std::string_view key) {
      const auto value = model.find(std::string(key));
      if (value == model.end() || value->is_structured()) return std::string();
      return value->is_string() ? value->get<std::string>() : value->dump();
    };
    std::vector<std::string> parts;
    for (std::string_view part : type_.primary_identifier()) {
      parts.push_back(text_of(part));
      if (!parts.back().empty()) continue;
      parts.clear();
      break;
    }
    if (!parts.empty()) change.expected_identifier = schema::join_identifier(parts);
    std::string key = change.expected_identifier;
    for (const auto& alternative : type_.list_keys()) {
      std::string parent;
      for (std::string_view name : alternative) parent += "\n" + text_of(name);
      if (parent.find_first_not_of('\n') == std::string::npos) continue;
      key = parent;
      break;
    }
    if (!key.empty()) change.order_key = change.profile + "\n" + change.region + "\n" + change.type_name + "\n" + key;
  }

  const PlanInputs& inputs_;
  const catalogue::ResourceType type_;
  const std::vector<BoundColumn> columns_;
  const ModelChecks checks_;
  std::vector<bool> takes_text_;
};

}  // namespace

Result<ChangePlan> plan_insert(const PlanInputs& inputs, const RowBuffer& rows) {
  std::vector<BoundColumn> columns = TRY(insert_columns(inputs));
  ChangePlan plan{.shape = &inputs.shape, .wait = !inputs.statement.nowait};
  if (rows.columns().size() != columns.size()) {
    return at_span(sql_error(inputs.shape.name + " is given " + std::to_string(rows.columns().size()) + " values for " +
                             std::to_string(columns.size()) + " columns"),
                   inputs.statement.source);
  }
  InsertPlanner planner(inputs, std::move(columns));
  for (const auto& row : rows.rows()) plan.changes.push_back(TRY(planner.plan(row)));
  return plan;
}

}  // namespace squall::engine
