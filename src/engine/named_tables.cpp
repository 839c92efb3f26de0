#include "engine/named_tables.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "engine/table_shape.h"

namespace squall::engine {

namespace {

using Operation = provider::ScanRequest::Operation;
using Role = NamedRole;

constexpr std::array<NamedColumn, 8> kResourceColumns = {{
    {"TypeName", Role::type_name},
    {"Identifier", Role::identifier},
    {"Properties", Role::properties, DataType::object},
    {"region", Role::region},
    {"data__TypeName", Role::type_name, DataType::string, true},
    {"data__Identifier", Role::identifier, DataType::string, true},
    {"data__ResourceModel", Role::model, DataType::string, true},
    {"profile", Role::profile, DataType::string, true},
}};

// The members of AWS's ProgressEvent.
constexpr std::array<NamedColumn, 14> kRequestColumns = {{
    {"TypeName", Role::event},
    {"Identifier", Role::event},
    {"RequestToken", Role::token},
    {"HooksRequestToken", Role::event},
    {"Operation", Role::operation},
    {"OperationStatus", Role::status},
    {"EventTime", Role::event},
    {"ResourceModel", Role::event, DataType::object},
    {"StatusMessage", Role::event},
    {"ErrorCode", Role::event},
    {"RetryAfter", Role::event},
    {"region", Role::region},
    {"data__RequestToken", Role::token, DataType::string, true},
    {"profile", Role::profile, DataType::string, true},
}};

constexpr std::array<NamedInput, 4> kResourceInputs = {{
    {Role::type_name, 't', true},
    {Role::identifier, 'i', true},
    {Role::region, 'r'},
    {Role::profile, 'p'},
}};
constexpr std::array<NamedInput, 4> kResourcesInputs = {{
    {Role::type_name, 't', true},
    {Role::region, 'r'},
    {Role::model, 'm'},
    {Role::profile, 'p'},
}};
constexpr std::array<NamedInput, 3> kRequestInputs = {{
    {Role::token, 'k', true},
    {Role::region, 'r'},
    {Role::profile, 'p'},
}};
constexpr std::array<NamedInput, 4> kRequestsInputs = {{
    {Role::operation, 'o', false, true},
    {Role::status, 's', false, true},
    {Role::region, 'r'},
    {Role::profile, 'p'},
}};

constexpr std::array<NamedTable, 4> kTables = {{
    {"aws.cloud_control.resource", Operation::get, "GetResource", kResourceColumns, kResourceInputs},
    {"aws.cloud_control.resources", Operation::list, "ListResources", kResourceColumns, kResourcesInputs},
    {"aws.cloud_control.resource_request", Operation::get_request, "GetResourceRequestStatus", kRequestColumns,
     kRequestInputs},
    {"aws.cloud_control.resource_requests", Operation::list_requests, "ListResourceRequests", kRequestColumns,
     kRequestsInputs},
}};

}  // namespace

std::string NamedTable::declaration() const {
  std::string text = "CREATE TABLE x(";
  for (const NamedColumn& column : columns) {
    text += (&column == &columns.front() ? "" : ", ") + std::string(column.name) + " " +
            std::string(declared_type(column.type));
    if (column.hidden) text += " HIDDEN";
  }
  return text + ")";
}

const char* NamedTable::column_of(NamedRole role) const {
  const auto column =
      std::find_if(columns.begin(), columns.end(), [role](const NamedColumn& each) { return each.role == role; });
  return column == columns.end() ? "" : column->name;
}

const NamedInput* NamedTable::input_of(char code) const {
  const char lower = ascii_lower(code);
  const auto input =
      std::find_if(inputs.begin(), inputs.end(), [lower](const NamedInput& each) { return each.code == lower; });
  return input == inputs.end() ? nullptr : &*input;
}

const NamedTable* find_named_table(std::string_view name) {
  const auto table =
      std::find_if(kTables.begin(), kTables.end(), [name](const NamedTable& each) { return each.name == name; });
  return table == kTables.end() ? nullptr : &*table;
}

}  // namespace squall::engine
