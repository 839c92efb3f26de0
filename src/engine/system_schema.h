// The schema squall: every system table that the catalogue, the provider and the session show, registered when a statement names it.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/catalogue.h"
#include "engine/snapshot_table.h"
#include "provider/provider.h"
#include "sql/fold.h"
#include "sqlite/sqlite.h"

namespace squall::engine {

class SystemSchema {
 public:
  // All must outlive the schema and the connections that its tables are registered with. `stop` is the statement's.
  SystemSchema(const catalogue::Catalogue& catalogue, provider::Provider& provider, const std::stop_token& stop);

  // A table of the engine's own; before any statement.
  void add(SnapshotTable table) { tables_.push_back(std::move(table)); }

  // Not null: nobody is asked, the provider's tables have no rows, and one that is read sets the flag (EXPLAIN).
  void leave_out_provider(bool* left_out) { *left_out_ = left_out; }

  // Forgets the last statement's snapshots of the provider's state: a statement sees one state.
  void begin_statement();

  static bool owns(std::string_view name) { return name.starts_with("squall."); }
  // "squall.types"; false: there is no such table.
  Result<bool> register_table(sqlite::Connection& connection, const std::string& name);
  bool is_registered(std::string_view name) const { return registered_.contains(name); }
  std::vector<std::string> names() const;
  // With the place of the name's last part, and "did you mean".
  Error unknown_table(const sql::FoldedName& name) const;

 private:
  using ProviderRows = std::optional<std::vector<provider::SystemRow>>;

  std::shared_ptr<bool*> left_out_ = std::make_shared<bool*>(nullptr);
  std::vector<SnapshotTable> tables_;
  std::vector<std::shared_ptr<ProviderRows>> provider_rows_;  // of this statement, a table each
  std::set<std::string, std::less<>> registered_;
};

}  // namespace squall::engine
