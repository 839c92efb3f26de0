#include "engine/system_schema.h"

#include <algorithm>

#include "base/did_you_mean.h"
#include "engine/catalogue_tables.h"
#include "engine/system_module.h"

namespace squall::engine {

namespace {

void add_value(SnapshotRows& rows, const provider::SystemValue& value) {
  if (const auto* text = std::get_if<std::string>(&value))
    rows.add(*text);
  else if (const auto* number = std::get_if<std::int64_t>(&value))
    rows.add(*number);
  else if (const auto* real = std::get_if<double>(&value))
    rows.add(Value::of(*real));
  else
    rows.add(Value::null());
}

}  // namespace

SystemSchema::SystemSchema(const catalogue::Catalogue& catalogue, provider::Provider& provider,
                           const std::stop_token& stop)
    : tables_(catalogue_tables(catalogue)) {
  for (auto& table : provider.system_tables()) {
    const auto taken = provider_rows_.emplace_back(std::make_shared<ProviderRows>());
    auto snapshot = [take = std::move(table.snapshot), taken, left_out = left_out_,
                     &stop](const SnapshotScan&) -> Result<SnapshotRows> {
      if (*left_out != nullptr) {
        **left_out = true;
        return SnapshotRows();
      }
      if (!*taken) *taken = TRY(take(stop));
      SnapshotRows rows;
      for (const auto& row : **taken) {
        for (const auto& value : row) add_value(rows, value);
      }
      return rows;
    };
    tables_.push_back(
        {.name = std::move(table.name), .columns = std::move(table.columns), .snapshot = std::move(snapshot)});
  }
}

void SystemSchema::begin_statement() {
  for (const auto& rows : provider_rows_) rows->reset();
}

Result<bool> SystemSchema::register_table(sqlite::Connection& connection, const std::string& name) {
  if (registered_.contains(name)) return true;
  const auto table = std::find_if(tables_.begin(), tables_.end(), [&](const auto& each) { return each.name == name; });
  if (table == tables_.end()) return false;
  TRY(register_system_table(connection, *table));
  registered_.insert(name);
  return true;
}

std::vector<std::string> SystemSchema::names() const {
  std::vector<std::string> names;
  for (const auto& table : tables_) names.push_back(table.name);
  return names;
}

Error SystemSchema::unknown_table(const sql::FoldedName& name) const {
  std::vector<std::string_view> names;
  std::string list;
  for (const auto& table : tables_) {
    names.push_back(table.name);
    list += (list.empty() ? "" : ", ") + table.name;
  }
  const std::string nearest = nearest_name(name.name, names);
  return sql_error("no table " + name.name, nearest.empty() ? "there are " + list : "did you mean " + nearest + "?")
      .at(name.source_begin, name.source_end - name.source_begin);
}

}  // namespace squall::engine
