#include "engine/request_builder.h"

#include <algorithm>

#include "base/json_text.h"

namespace squall::engine {

namespace {

using Operation = provider::ScanRequest::Operation;

// The distinct values of one input; NULL names nothing and is left out.
Result<std::vector<std::string>> values_of(const PlanInput& input, sqlite3_value* argument) {
  std::vector<std::string> values;
  const auto add = [&values](sqlite3_value* value) {
    if (sqlite3_value_type(value) == SQLITE_NULL) return;
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_value_text(value));
    values.emplace_back(bytes, static_cast<std::size_t>(sqlite3_value_bytes(value)));
  };
  if (!input.in_list) {
    add(argument);
    return values;
  }
  sqlite3_value* value = nullptr;
  int code = sqlite3_vtab_in_first(argument, &value);
  for (; code == SQLITE_OK && value != nullptr; code = sqlite3_vtab_in_next(argument, &value)) add(value);
  if (code != SQLITE_DONE && code != SQLITE_OK) return internal_error("the values of an IN list could not be read");
  return values;
}

// The region inside "arn:aws:service:REGION:account:…"; empty where there is none.
std::string_view region_of_arn(std::string_view identifier) {
  if (!identifier.starts_with("arn:")) return {};
  for (int i = 0; i < 3; ++i) {
    const auto colon = identifier.find(':');
    if (colon == std::string_view::npos) return {};
    identifier.remove_prefix(colon + 1);
  }
  return identifier.substr(0, identifier.find(':'));
}

// A JSON value for a key of ResourceModel, by the property's type.
std::string model_json(const catalogue::ResourceType& type, const std::string& key, const std::string& value) {
  const auto property = type.find_property(key);
  const DataType datatype = property ? type.property(*property).type : DataType::string;
  const bool number = datatype == DataType::integer || datatype == DataType::number;
  if (number && !value.empty() && value.find_first_not_of("0123456789.-") == std::string::npos) return value;
  if (datatype == DataType::boolean) return value == "1" || value == "true" ? "true" : "false";
  return json_quote(value);
}

std::string compose_identifier(const std::vector<std::pair<std::string_view, std::string>>& parts) {
  const bool needs_json = parts.size() > 1 && std::any_of(parts.begin(), parts.end(), [](const auto& part) {
                            return part.second.find('|') != std::string::npos;
                          });
  std::string text;
  for (const auto& [name, value] : parts) {
    if (needs_json) {
      text += (text.empty() ? "{" : ",") + json_quote(name) + ":" + json_quote(value);
    } else {
      text += (&value == &parts.front().second ? "" : "|") + value;
    }
  }
  return needs_json ? text + "}" : text;
}

class Builder {
 public:
  Builder(const TableShape& shape, const ScanPlan& plan) : shape_(shape), plan_(plan) {}

  Result<PlannedRequest> build(std::vector<std::pair<std::size_t, std::string>> parameters,
                               const std::string& default_region) const {
    PlannedRequest request;
    const catalogue::ResourceType& type = shape_.table.type;
    request.scan.operation = plan_.operation == ScanPlan::Operation::get ? Operation::get : Operation::list;
    request.scan.type_name = type.name();
    request.scan.region = default_region;
    std::vector<std::pair<std::string_view, std::string>> parts;
    for (const auto& [index, value] : parameters) {
      const TableColumn& column = shape_.columns[index];
      switch (column.role) {
        case ColumnRole::region: request.scan.region = value; break;
        case ColumnRole::profile: request.scan.profile = value; break;
        case ColumnRole::identifier: request.scan.identifier = value; break;
        case ColumnRole::list_key:
        case ColumnRole::property:
          if (request.scan.operation == Operation::get)
            parts.emplace_back(column.key, value);
          else
            request.model.emplace_back(column.key, value);
          break;
        case ColumnRole::account_id:
        case ColumnRole::parameter: break;
      }
    }
    if (!parts.empty()) request.scan.identifier = compose_identifier(in_order(parts));
    for (const auto& [key, value] : request.model) {
      request.scan.resource_model +=
          (request.scan.resource_model.empty() ? "{" : ",") + json_quote(key) + ":" + model_json(type, key, value);
    }
    if (!request.scan.resource_model.empty()) request.scan.resource_model += "}";
    if (request.scan.operation == Operation::list) request.scan.wanted = wanted(request);
    request.parameters = std::move(parameters);
    return request;
  }

 private:
  std::vector<std::pair<std::string_view, std::string>> in_order(
      const std::vector<std::pair<std::string_view, std::string>>& parts) const {
    std::vector<std::pair<std::string_view, std::string>> ordered;
    for (std::string_view name : shape_.table.type.primary_identifier()) {
      const auto found = std::find_if(parts.begin(), parts.end(), [&](const auto& part) { return part.first == name; });
      if (found != parts.end()) ordered.push_back(*found);
    }
    return ordered;
  }

  // Used properties whose value only Properties can tell: neither write-only (nobody tells) nor in the identifier or model.
  std::vector<std::string> wanted(const PlannedRequest& request) const {
    const catalogue::ResourceType& type = shape_.table.type;
    std::vector<std::string> names;
    if (shape_.table.kind == catalogue::TableKind::list_only || !type.has_handler(catalogue::Handler::read))
      return names;
    const auto identifiers = type.primary_identifier();
    for (std::size_t i = 0; i < shape_.columns.size(); ++i) {
      const TableColumn& column = shape_.columns[i];
      if (column.role != ColumnRole::property || !plan_.uses(i)) continue;
      if (type.property(column.property).has(catalogue::kWriteOnly) || request.model_value(column.key) != nullptr)
        continue;
      if (std::find(identifiers.begin(), identifiers.end(), column.key) != identifiers.end()) continue;
      if (std::find(names.begin(), names.end(), column.key) == names.end()) names.push_back(column.key);
    }
    return names;
  }

  const TableShape& shape_;
  const ScanPlan& plan_;
};

// Whether the request can answer: false for the ARN of another region.
bool region_fits(const PlannedRequest& request) {
  const std::string_view region = region_of_arn(request.scan.identifier);
  return region.empty() || region == request.scan.region;
}

}  // namespace

const std::string* PlannedRequest::given(std::size_t column) const {
  for (const auto& [index, value] : parameters) {
    if (index == column) return &value;
  }
  return nullptr;
}

const std::string* PlannedRequest::model_value(std::string_view key) const {
  for (const auto& [name, value] : model) {
    if (name == key) return &value;
  }
  return nullptr;
}

Result<std::vector<PlannedRequest>> build_requests(const TableShape& shape, const ScanPlan& plan,
                                                   std::span<sqlite3_value*> arguments, provider::Provider& provider) {
  // The combinations, as in an odometer: the first input turns slowest.
  std::vector<std::vector<std::pair<std::size_t, std::string>>> combinations(1);
  bool region_given = false;
  for (std::size_t i = 0; i < plan.inputs.size(); ++i) {
    const auto values = TRY(values_of(plan.inputs[i], arguments[i]));
    region_given = region_given || shape.columns[plan.inputs[i].column].role == ColumnRole::region;
    std::vector<std::vector<std::pair<std::size_t, std::string>>> longer;
    for (const auto& combination : combinations) {
      for (const std::string& value : values) {
        longer.push_back(combination);
        longer.back().emplace_back(plan.inputs[i].column, value);
      }
    }
    combinations = std::move(longer);
  }
  std::vector<PlannedRequest> requests;
  if (combinations.empty()) return requests;
  const std::string default_region = region_given ? std::string() : TRY(provider.default_region());
  const Builder builder(shape, plan);
  std::string misfit;
  for (auto& combination : combinations) {
    PlannedRequest request = TRY(builder.build(std::move(combination), default_region));
    if (plan.operation == ScanPlan::Operation::get && request.scan.identifier.empty()) continue;
    if (region_fits(request)) {
      requests.push_back(std::move(request));
    } else {
      misfit = request.scan.identifier + " is in " + std::string(region_of_arn(request.scan.identifier)) +
               ", but the statement asks " + request.scan.region;
    }
  }
  // Among several regions the others are simply not asked.
  if (requests.empty() && !misfit.empty())
    return sql_error(misfit, "give the identifier's own region, or leave the region out");
  return requests;
}

std::optional<std::string_view> identifier_part(const catalogue::ResourceType& type, std::string_view identifier,
                                                std::string_view part) {
  const auto names = type.primary_identifier();
  const auto wanted = std::find(names.begin(), names.end(), part);
  if (wanted == names.end()) return std::nullopt;
  if (names.size() == 1) return identifier;
  const auto bars = static_cast<std::size_t>(std::count(identifier.begin(), identifier.end(), '|'));
  if (bars + 1 != names.size()) return std::nullopt;
  for (auto name = names.begin(); name != wanted; ++name) identifier.remove_prefix(identifier.find('|') + 1);
  return identifier.substr(0, identifier.find('|'));
}

}  // namespace squall::engine
