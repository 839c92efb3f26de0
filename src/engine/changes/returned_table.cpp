#include "engine/changes/returned_table.h"

#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "base/ascii.h"
#include "engine/changes/json_document.h"
#include "engine/changes/planner.h"
#include "engine/event_time.h"
#include "engine/request_builder.h"
#include "schema/mask.h"

namespace squall::engine {

namespace {

using provider::ChangeOperation;

constexpr std::array<const char*, 10> kEventColumns = {
    "Identifier",    "Operation", "OperationStatus", "RequestToken",  "ErrorCode",
    "StatusMessage", "EventTime", "RetryAfter",      "ResourceModel", "TypeName"};

std::string event_text(const ReturnedChange& returned, std::string_view column) {
  const provider::Change& change = returned.planned->change;
  const provider::ProgressEvent& event = returned.outcome.event;
  const auto& error = returned.outcome.error;
  if (column == "Identifier") return event.identifier.empty() ? change.identifier : event.identifier;
  if (column == "Operation") return event.operation.empty() ? name_of(change.operation) : event.operation;
  if (column == "OperationStatus") return status_of(returned);
  if (column == "RequestToken") return event.request_token;
  if (column == "ErrorCode") return event.error_code.empty() && error ? error->code : event.error_code;
  if (column == "StatusMessage") return event.status_message.empty() && error ? error->message : event.status_message;
  if (column == "EventTime") return event_time_text(event.event_time);
  if (column == "RetryAfter") return event_time_text(event.retry_after);
  if (column == "ResourceModel") return event.resource_model;
  return event.type_name.empty() ? change.type_name : event.type_name;
}

struct ReturnedColumn {
  ResultColumn shown;
  std::string event = {};               // an event's column
  const TableColumn* column = nullptr;  // or the table's own
  bool row = false;                     // or the number of the row
};

std::vector<ReturnedColumn> columns_of(const TableShape& shape, std::size_t& hidden) {
  std::vector<ReturnedColumn> columns;
  std::set<std::string> taken;
  const auto add = [&](ReturnedColumn column) {
    if (taken.insert(ascii_lower(column.shown.name)).second) columns.push_back(std::move(column));
  };
  for (const TableColumn& column : shape.columns) {
    if (column.role == ColumnRole::property || column.role == ColumnRole::region)
      taken.insert(ascii_lower(column.name));
  }
  for (const char* name : kEventColumns) {
    const DataType type = std::string_view(name) == "ResourceModel" ? DataType::object : DataType::string;
    add({.shown = {name, type}, .event = name});
    add({.shown = {"event__" + std::string(name), type}, .event = name});
  }
  columns.push_back({.shown = {std::string(kReturnedRow), DataType::integer}, .row = true});
  taken.clear();
  for (const ReturnedColumn& column : columns) taken.insert(ascii_lower(column.shown.name));
  for (const bool want_hidden : {true, false}) {
    for (const TableColumn& column : shape.columns) {
      if (column.hidden == want_hidden && column.role != ColumnRole::detailed && column.role != ColumnRole::properties)
        add({.shown = {column.name, column.type}, .column = &column});
    }
    if (want_hidden) hidden = columns.size();
  }
  return columns;
}

// Values of one row; texts are kept by the rows.
class ReturnedRow {
 public:
  ReturnedRow(const TableShape& shape, const ReturnedChange& returned, Json properties, std::string account,
              SnapshotRows& rows)
      : shape_(shape),
        returned_(returned),
        properties_(std::move(properties)),
        account_(std::move(account)),
        rows_(rows) {}

  void add(const ReturnedColumn& column, std::size_t row) {
    if (column.row) return rows_.add(static_cast<std::int64_t>(row));
    if (column.column == nullptr) {
      std::string text = event_text(returned_, column.event);
      if (column.event == "ResourceModel" && !text.empty()) text = schema::mask_model(text, write_only());
      return add_text(std::move(text));
    }
    const provider::Change& change = returned_.planned->change;
    switch (column.column->role) {
      case ColumnRole::property: return add_property(*column.column);
      case ColumnRole::region: return add_text(change.region);
      case ColumnRole::identifier: return add_text(event_text(returned_, "Identifier"));
      case ColumnRole::profile: return add_text(change.profile);
      case ColumnRole::account_id: return add_text(account_);
      case ColumnRole::parameter: return add_parameter(column.column->name, change);
      default: rows_.add(Value::null());
    }
  }

 private:
  std::vector<std::string> write_only() const {
    const auto paths = shape_.table.type.write_only();
    return {paths.begin(), paths.end()};
  }

  void add_text(std::string text) {
    if (text.empty())
      rows_.add(Value::null());
    else
      rows_.add(std::move(text));
  }

  void add_parameter(const std::string& name, const provider::Change& change) {
    if (name.ends_with("ClientToken")) return add_text(change.client_token);
    if (name.ends_with("RoleArn")) return add_text(change.role_arn);
    if (name.ends_with("TypeVersionId")) return add_text(change.type_version_id);
    if (name.ends_with("PatchDocument") && !change.patch_document.empty())
      return add_text(schema::mask_patch(change.patch_document, write_only()));
    rows_.add(Value::null());
  }

  void add_property(const TableColumn& column) {
    const auto value = properties_.is_object() ? properties_.find(column.key) : properties_.end();
    if (properties_.is_object() && value != properties_.end()) return add_json(*value);
    const std::string identifier = event_text(returned_, "Identifier");
    const auto part = identifier_part(shape_.table.type, identifier, column.key);
    add_text(part ? std::string(*part) : std::string());
  }

  void add_json(const Json& value) {
    if (value.is_null()) return rows_.add(Value::null());
    if (value.is_boolean()) return rows_.add(Value::of(std::int64_t{value.get<bool>()}));
    if (value.is_number_integer()) return rows_.add(Value::of(value.get<std::int64_t>()));
    if (value.is_number()) return rows_.add(Value::of(value.get<double>()));
    rows_.add(value.is_string() ? value.get<std::string>() : document_text(value));
  }

  const TableShape& shape_;
  const ReturnedChange& returned_;
  const Json properties_;
  const std::string account_;
  SnapshotRows& rows_;
};

// Whether a used column can only be told by the resource itself.
bool asks_properties(const TableShape& shape, const std::vector<ReturnedColumn>& columns, const SnapshotScan& scan) {
  const auto identifiers = shape.table.type.primary_identifier();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const TableColumn* column = columns[i].column;
    const bool used = i < 63 ? scan.uses(i) : ((scan.columns_used >> 63U) & 1U) != 0;
    if (!used || column == nullptr || column->role != ColumnRole::property) continue;
    if (std::find(identifiers.begin(), identifiers.end(), column->key) == identifiers.end()) return true;
  }
  return false;
}

bool asks_account(const std::vector<ReturnedColumn>& columns, const SnapshotScan& scan) {
  for (std::size_t i = 0; i < columns.size() && i < 63; ++i) {
    if (columns[i].column != nullptr && columns[i].column->role == ColumnRole::account_id && scan.uses(i)) return true;
  }
  return false;
}

// What each resource is like after its change: as it was where nothing happened to it, or before its end.
Result<std::vector<std::string>> properties_after(const std::vector<ReturnedChange>& changes, bool ask,
                                                  provider::Provider& provider,
                                                  const std::shared_ptr<provider::CallMeter>& meter,
                                                  const std::stop_token& stop) {
  std::vector<std::string> properties(changes.size());
  std::vector<ReadWish> wishes;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const PlannedChange& planned = *changes[i].planned;
    if (planned.unchanged || planned.change.operation == ChangeOperation::delete_) {
      properties[i] = planned.before;
    } else if (ask && changes[i].outcome.status == "SUCCESS") {
      wishes.push_back({planned.change.type_name, planned.change.region, planned.change.profile,
                        event_text(changes[i], "Identifier")});
      places.push_back(i);
    }
  }
  auto read = TRY(read_states(provider, wishes, meter, stop));
  for (std::size_t i = 0; i < places.size(); ++i) properties[places[i]] = std::move(read[i].properties);
  return properties;
}

}  // namespace

std::string status_of(const ReturnedChange& change) {
  if (change.planned->unchanged) return "UNCHANGED";
  if (!change.outcome.status.empty()) return change.outcome.status;
  return change.outcome.sent ? "UNKNOWN" : "NOT_SENT";
}

SnapshotTable returned_table(std::string name, const TableShape& shape, const std::vector<ReturnedChange>& changes,
                             provider::Provider& provider, std::shared_ptr<provider::CallMeter> meter,
                             std::stop_token stop) {
  SnapshotTable table{.name = std::move(name), .columns = {}};
  const auto columns = std::make_shared<const std::vector<ReturnedColumn>>(columns_of(shape, table.hidden_columns));
  for (const ReturnedColumn& column : *columns) table.columns.push_back(column.shown);
  table.snapshot = [columns, &shape, &changes, &provider, meter = std::move(meter),
                    stop = std::move(stop)](const SnapshotScan& scan) -> Result<SnapshotRows> {
    const bool ask = asks_properties(shape, *columns, scan);
    const auto properties = TRY(properties_after(changes, ask, provider, meter, stop));
    const bool account = asks_account(*columns, scan);
    SnapshotRows rows;
    for (std::size_t i = 0; i < changes.size(); ++i) {
      const std::string& profile = changes[i].planned->change.profile;
      ReturnedRow row(shape, changes[i], Json::parse(properties[i], nullptr, false),
                      account ? TRY(provider.account_id(profile, stop)) : std::string(), rows);
      for (const ReturnedColumn& column : *columns) row.add(column, i);
    }
    return rows;
  };
  return table;
}

}  // namespace squall::engine
