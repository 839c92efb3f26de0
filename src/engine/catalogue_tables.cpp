#include "engine/catalogue_tables.h"

#include <functional>
#include <map>
#include <utility>

#include "catalogue/methods.h"
#include "catalogue/regions.h"
#include "engine/allowed_values.h"
#include "engine/table_shape.h"

namespace squall::engine {

namespace {

using catalogue::Catalogue;
using catalogue::Handler;
using catalogue::ResourceType;
using catalogue::Table;
using catalogue::TableKind;

constexpr std::string_view kProvider = "aws";

std::string joined(const auto& parts, std::string_view separator) {
  std::string text;
  for (const auto& part : parts) text += (text.empty() ? "" : std::string(separator)) + std::string(part);
  return text;
}

// "AWS::SageMaker::Image" -> "SageMaker".
std::string_view title_of(const ResourceType& type) {
  std::string_view name = type.name();
  name.remove_prefix(std::min(name.size(), name.find(':') + 2));
  return name.substr(0, name.find(':'));
}

std::string_view kind_name(TableKind kind) {
  switch (kind) {
    case TableKind::singular: return "singular";
    case TableKind::plural: return "plural";
    case TableKind::list_only: return "list_only";
    case TableKind::tags: break;
  }
  return "tags";
}

void visit_table(const Catalogue& catalogue, std::string_view service, const std::string& name, const auto& visit) {
  const auto table = catalogue.find_table(service, name);
  if (table) visit(std::string(kProvider) + "." + std::string(service) + "." + name, name, *table);
}

void for_each_table_of(const Catalogue& catalogue, std::string_view service, const auto& visit) {
  for (const std::string& name : catalogue.tables_of(service)) visit_table(catalogue, service, name, visit);
}

// Calls `visit(id, name, table)` for every table, or for the one that the key names.
void for_each_table(const Catalogue& catalogue, const std::optional<std::string>& key, const auto& visit) {
  if (!key) {
    for (std::string_view service : catalogue.services()) for_each_table_of(catalogue, service, visit);
    return;
  }
  const auto first = key->find('.');
  const auto second = first == std::string::npos ? first : key->find('.', first + 1);
  if (second == std::string::npos || key->substr(0, first) != kProvider) return;
  visit_table(catalogue, std::string_view(*key).substr(first + 1, second - first - 1), key->substr(second + 1), visit);
}

SnapshotRows provider_rows(const Catalogue& catalogue) {
  SnapshotRows rows;
  rows.add(kProvider);
  rows.add(catalogue.version());
  return rows;
}

SnapshotRows service_rows(const Catalogue& catalogue) {
  SnapshotRows rows;
  for (std::string_view service : catalogue.services()) {
    const auto tables = catalogue.tables_of(service);
    const auto table = tables.empty() ? std::nullopt : catalogue.find_table(service, tables.front());
    if (!table) continue;  // none of its types has a handler
    rows.add(std::string(kProvider) + "." + std::string(service));
    rows.add(service);
    rows.add(title_of(table->type));
  }
  return rows;
}

SnapshotRows resource_rows(const Catalogue& catalogue, const SnapshotScan& scan) {
  SnapshotRows rows;
  for_each_table(catalogue, scan.key, [&](std::string id, const std::string& name, const Table& table) {
    rows.add(std::move(id));
    rows.add(table.type.service());
    rows.add(name);
    rows.add(kind_name(table.kind));
    rows.add(table.type.name());
  });
  return rows;
}

void add_optional(SnapshotRows& rows, std::string text) {
  if (text.empty())
    rows.add(Value::null());
  else
    rows.add(std::move(text));
}

SnapshotRows type_rows(const Catalogue& catalogue) {
  SnapshotRows rows;
  for (std::size_t i = 0; i < catalogue.type_count(); ++i) {
    const ResourceType type = catalogue.type(i);
    rows.add(type.name());
    rows.add(type.service());
    rows.add(type.singular());
    rows.add(type.plural());
    rows.add(joined(type.primary_identifier(), "|"));
    add_optional(rows, joined(type.required(), ", "));
    const auto keys = type.list_keys();
    add_optional(rows, keys.empty() ? std::string() : joined(keys.front(), ", "));
    for (Handler handler : {Handler::create, Handler::read, Handler::update, Handler::delete_, Handler::list}) {
      rows.add(type.has_handler(handler));
    }
    add_optional(rows, std::string(type.tag_property()));
    add_optional(rows, std::string(type.description()));
  }
  return rows;
}

// The position of squall.columns.allowed_values.
constexpr std::size_t kAllowedValues = 9;

// Rows of squall.columns. Tables of one type share what its schema allows, which is read once.
class ColumnRows {
 public:
  ColumnRows(const SnapshotScan& scan, SnapshotRows& rows)
      : with_allowed_values_(scan.uses(kAllowedValues)), rows_(rows) {}

  void add(std::string table_id, const Table& table) {
    const std::string_view id = rows_.keep(std::move(table_id));
    const ResourceType& type = table.type;
    const std::vector<std::string_view>& allowed = allowed_of(type);
    for (TableColumn& column : visible_columns(table)) {
      const bool of_tags = column.role == ColumnRole::tag_key || column.role == ColumnRole::tag_value;
      rows_.add(id);
      if (column.role != ColumnRole::property && !of_tags) {
        add_plain(std::move(column));
        continue;
      }
      const auto property = type.property(column.property);
      if (of_tags)
        rows_.add(std::move(column.name));
      else
        rows_.add_lasting(property.column);
      rows_.add_lasting(name_of(column.type));
      add_facts(property);
      const std::string_view values = allowed.empty() ? std::string_view() : allowed[column.property];
      rows_.add(values.empty() ? Value::null() : Value::of(values));
    }
  }

 private:
  // The region, and parts of identifiers that are no properties.
  void add_plain(TableColumn column) {
    const bool region = column.role == ColumnRole::region;
    rows_.add(std::move(column.name));
    rows_.add_lasting(name_of(column.type));
    if (region) {
      rows_.add(Value::null());
      rows_.add_lasting("AWS region.");
    } else {
      rows_.add(std::move(column.key));
      rows_.add(Value::null());
    }
    for (int flag = 0; flag < 4; ++flag) rows_.add(false);
    rows_.add(Value::null());
  }

  void add_facts(const catalogue::Property& property) {
    rows_.add_lasting(property.name);
    if (property.description.empty())
      rows_.add(Value::null());
    else
      rows_.add_lasting(property.description);
    for (auto flag : {catalogue::kRequired, catalogue::kReadOnly, catalogue::kCreateOnly, catalogue::kWriteOnly}) {
      rows_.add(property.has(flag));
    }
  }

  // By property; empty where nobody asks.
  const std::vector<std::string_view>& allowed_of(const ResourceType& type) {
    std::vector<std::string_view>& allowed = allowed_[type.name()];
    if (!with_allowed_values_ || !allowed.empty()) return allowed;
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < type.property_count(); ++i) names.push_back(type.property(i).name);
    for (std::string& values : allowed_values(type.schema(), names)) {
      allowed.push_back(values.empty() ? std::string_view() : rows_.keep(std::move(values)));
    }
    return allowed;
  }

  const bool with_allowed_values_;
  SnapshotRows& rows_;
  std::map<std::string_view, std::vector<std::string_view>> allowed_;  // by type
};

// A batch a service: all of them at once would be 30 MB.
SnapshotBatches column_batches(const Catalogue& catalogue, const SnapshotScan& scan) {
  const auto add_to = [](ColumnRows& rows) {
    return [&rows](std::string id, const std::string&, const Table& table) { rows.add(std::move(id), table); };
  };
  if (scan.key) {
    return [&catalogue, add_to, scan, done = false](SnapshotRows& rows) mutable {
      if (std::exchange(done, true)) return false;
      ColumnRows columns(scan, rows);
      for_each_table(catalogue, scan.key, add_to(columns));
      return true;
    };
  }
  return
      [&catalogue, add_to, scan, services = catalogue.services(), next = std::size_t{0}](SnapshotRows& rows) mutable {
        if (next == services.size()) return false;
        ColumnRows columns(scan, rows);
        for_each_table_of(catalogue, services[next++], add_to(columns));
        return true;
      };
}

SnapshotRows method_rows(const Catalogue& catalogue, const SnapshotScan& scan) {
  SnapshotRows rows;
  for_each_table(catalogue, scan.key, [&](const std::string& id, const std::string&, const Table& table) {
    const auto keys = table.type.list_keys();
    for (const catalogue::Method& method : catalogue::methods_of(table)) {
      rows.add(id);
      rows.add(method.name);
      rows.add(joined(method.required, ", "));
      rows.add(method.verb);
      const bool lists = method.name == "list_resources" && !keys.empty();
      add_optional(rows, lists ? joined(keys.front(), ", ") : std::string());
    }
  });
  return rows;
}

SnapshotRows permission_rows(const Catalogue& catalogue, const SnapshotScan& scan) {
  SnapshotRows rows;
  for_each_table(catalogue, scan.key, [&](const std::string& id, const std::string&, const Table& table) {
    for (Handler handler : catalogue::handlers_of(table)) {
      for (std::string_view permission : table.type.permissions(handler)) {
        rows.add(id);
        rows.add(name_of(handler));
        rows.add(permission);
      }
    }
  });
  return rows;
}

SnapshotRows region_rows() {
  SnapshotRows rows;
  for (const catalogue::Region& region : catalogue::regions()) {
    rows.add(region.name);
    rows.add(region.partition);
    // Only ec2:DescribeRegions and account:ListRegions tell what an account has switched on: services that nothing else here
    // calls, with permissions of their own.
    rows.add(Value::null());
  }
  return rows;
}

constexpr DataType kString = DataType::string;
constexpr DataType kBoolean = DataType::boolean;

}  // namespace

std::string_view name_of(Handler handler) {
  switch (handler) {
    case Handler::create: return "create";
    case Handler::read: return "read";
    case Handler::update: return "update";
    case Handler::delete_: return "delete";
    case Handler::list: break;
  }
  return "list";
}

std::vector<SnapshotTable> catalogue_tables(const Catalogue& catalogue) {
  const auto whole = [&catalogue](auto rows) {
    return [&catalogue, rows](const SnapshotScan&) -> Result<SnapshotRows> { return rows(catalogue); };
  };
  const auto keyed = [&catalogue](auto rows) {
    return [&catalogue, rows](const SnapshotScan& scan) -> Result<SnapshotRows> { return rows(catalogue, scan); };
  };
  std::vector<SnapshotTable> tables;
  tables.push_back({.name = "squall.providers",
                    .columns = {{"name", kString}, {"version", kString}},
                    .snapshot = whole(provider_rows)});
  tables.push_back({.name = "squall.services",
                    .columns = {{"id", kString}, {"name", kString}, {"title", kString}},
                    .snapshot = whole(service_rows)});
  tables.push_back(
      {.name = "squall.resources",
       .columns = {{"id", kString}, {"service", kString}, {"name", kString}, {"kind", kString}, {"type", kString}},
       .key_column = 0,
       .snapshot = keyed(resource_rows)});
  tables.push_back({.name = "squall.types",
                    .columns = {{"name", kString},
                                {"service", kString},
                                {"singular", kString},
                                {"plural", kString},
                                {"identifier", kString},
                                {"required", kString},
                                {"list_keys", kString},
                                {"can_create", kBoolean},
                                {"can_read", kBoolean},
                                {"can_update", kBoolean},
                                {"can_delete", kBoolean},
                                {"can_list", kBoolean},
                                {"tag_property", kString},
                                {"description", kString}},
                    .snapshot = whole(type_rows)});
  tables.push_back({.name = "squall.columns",
                    .columns = {{"resource", kString},
                                {"name", kString},
                                {"type", kString},
                                {"property", kString},
                                {"description", kString},
                                {"required", kBoolean},
                                {"read_only", kBoolean},
                                {"create_only", kBoolean},
                                {"write_only", kBoolean},
                                {"allowed_values", DataType::array}},
                    .key_column = 0,
                    .batches = [&catalogue](const SnapshotScan& scan) { return column_batches(catalogue, scan); }});
  tables.push_back({.name = "squall.methods",
                    .columns = {{"resource", kString},
                                {"name", kString},
                                {"required_params", kString},
                                {"sql_verb", kString},
                                {"list_keys", kString}},
                    .key_column = 0,
                    .snapshot = keyed(method_rows)});
  tables.push_back({.name = "squall.permissions",
                    .columns = {{"resource", kString}, {"operation", kString}, {"permission", kString}},
                    .key_column = 0,
                    .snapshot = keyed(permission_rows)});
  tables.push_back({.name = "squall.regions",
                    .columns = {{"region", kString}, {"partition", kString}, {"enabled", kBoolean}},
                    .snapshot = [](const SnapshotScan&) -> Result<SnapshotRows> { return region_rows(); }});
  return tables;
}

}  // namespace squall::engine
