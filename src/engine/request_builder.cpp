#include "engine/request_builder.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/json_text.h"
#include "engine/regions.h"

namespace squall::engine {

namespace {

using Operation = provider::ScanRequest::Operation;

constexpr std::size_t kRequestsMax = 1'000'000;  // of one scan

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
  Builder(const TableShape& shape, const ScanPlan& plan, const std::set<std::string>& columns_read)
      : shape_(shape), plan_(plan), columns_read_(columns_read) {}

  PlannedRequest build(std::vector<std::pair<std::size_t, std::string>> parameters) const {
    PlannedRequest request;
    const catalogue::ResourceType& type = shape_.table.type;
    request.scan.operation = plan_.operation == ScanPlan::Operation::get ? Operation::get : Operation::list;
    request.scan.type_name = type.name();
    request.scan.pages_ahead = !plan_.limited;
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
        case ColumnRole::identifier_part:
        case ColumnRole::tag_key:
        case ColumnRole::tag_value:
        case ColumnRole::account_id:
        case ColumnRole::parameter:
        case ColumnRole::detailed:
        case ColumnRole::properties: break;
      }
    }
    if (!parts.empty()) request.scan.identifier = compose_identifier(in_order(parts));
    request.scan.resource_model = resource_model_of(type, request.model);
    request.scan.wanted = wanted(request);
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
      const bool of_tags = column.role == ColumnRole::tag_key || column.role == ColumnRole::tag_value;
      if ((column.role != ColumnRole::property && !of_tags) || !uses(i)) continue;
      if (type.property(column.property).has(catalogue::kWriteOnly) || request.model_value(column.key) != nullptr)
        continue;
      if (std::find(identifiers.begin(), identifiers.end(), column.key) != identifiers.end()) continue;
      if (std::find(names.begin(), names.end(), column.key) == names.end()) names.push_back(column.key);
    }
    return names;
  }

  // SQLite's mask has one bit for all columns from the 64th on; there the authorizer's list decides.
  bool uses(std::size_t column) const {
    if (!plan_.uses(column)) return false;
    return column < 63 || columns_read_.empty() || columns_read_.count(ascii_lower(shape_.columns[column].name)) != 0;
  }

  const TableShape& shape_;
  const ScanPlan& plan_;
  const std::set<std::string>& columns_read_;
};

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

namespace {

using Combination = std::vector<std::pair<std::size_t, std::string>>;

// All combinations of the inputs' values, as in an odometer: the first input turns slowest.
Result<std::vector<Combination>> combinations_of(const ScanPlan& plan, std::span<sqlite3_value*> arguments) {
  std::vector<Combination> combinations(1);
  for (std::size_t i = 0; i < plan.inputs.size(); ++i) {
    const auto values = TRY(values_of(plan.inputs[i], arguments[i]));
    std::vector<Combination> longer;
    for (const Combination& combination : combinations) {
      for (const std::string& value : values) {
        longer.push_back(combination);
        longer.back().emplace_back(plan.inputs[i].column, value);
      }
    }
    combinations = std::move(longer);
    if (combinations.size() > kRequestsMax) {
      return Error{.kind = ErrorKind::limit,
                   .message = "the lists of the WHERE come to more than " + std::to_string(kRequestsMax) + " requests"};
    }
  }
  return combinations;
}

bool gives_region(const TableShape& shape, const ScanPlan& plan) {
  return std::any_of(plan.inputs.begin(), plan.inputs.end(), [&shape](const PlanInput& input) {
    return shape.columns[input.column].role == ColumnRole::region;
  });
}

}  // namespace

Result<std::vector<PlannedRequest>> build_requests(const TableShape& shape, const ScanPlan& plan,
                                                   std::span<sqlite3_value*> arguments,
                                                   const DefaultRegion& default_region,
                                                   const std::set<std::string>& columns_read) {
  auto combinations = TRY(combinations_of(plan, arguments));
  std::vector<PlannedRequest> requests;
  if (combinations.empty()) return requests;
  const Builder builder(shape, plan, columns_read);
  const bool region_given = gives_region(shape, plan);
  std::optional<std::string> chosen;
  std::string misfit;
  for (auto& combination : combinations) {
    PlannedRequest request = builder.build(std::move(combination));
    if (plan.operation == ScanPlan::Operation::get && request.scan.identifier.empty()) continue;
    const std::string_view own_region = region_of_arn(request.scan.identifier);
    if (!region_given && !own_region.empty()) {
      request.scan.region = own_region;
    } else if (!region_given) {
      if (!chosen) chosen = TRY(region_by_default(shape.table.type, default_region));
      request.scan.region = *chosen;
    }
    if (own_region.empty() || own_region == request.scan.region) {
      requests.push_back(std::move(request));
    } else {
      misfit = request.scan.identifier + " is in " + std::string(own_region) + ", but the statement asks " +
               request.scan.region;
    }
  }
  // Among several regions the others are simply not asked.
  if (requests.empty() && !misfit.empty())
    return sql_error(misfit, "give the identifier's own region, or leave the region out");
  return requests;
}

std::vector<std::string> wanted_details(const TableShape& shape, const ScanPlan& plan,
                                        const std::set<std::string>& columns_read) {
  // The values do not matter: a column that is asked for by any is known.
  Combination given;
  for (const PlanInput& input : plan.inputs) given.emplace_back(input.column, std::string());
  if (plan.operation == ScanPlan::Operation::get) return {};
  return Builder(shape, plan, columns_read).build(std::move(given)).scan.wanted;
}

Result<std::string> region_by_default(const catalogue::ResourceType& type, const DefaultRegion& default_region) {
  auto region = default_region();
  if (!is_global_service(type.service())) return region;
  return home_region(region ? *region : std::string());
}

PlannedRequest with_keys(const TableShape& shape, const PlannedRequest& request, ListKeys keys) {
  PlannedRequest complete = request;
  complete.scan.resource_model = resource_model_of(shape.table.type, keys);
  std::erase_if(complete.scan.wanted, [&keys](const std::string& name) {
    return std::any_of(keys.begin(), keys.end(), [&name](const auto& key) { return key.first == name; });
  });
  complete.model = std::move(keys);
  return complete;
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
