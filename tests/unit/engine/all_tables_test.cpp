// What holds for every table of the embedded catalogue.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/ascii.h"
#include "catalogue/embedded.h"
#include "engine/session.h"
#include "engine/table_shape.h"
#include "sql/lexer.h"

namespace squall::engine {
namespace {

// Statements are prepared here, never run.
class NoProvider final : public provider::Provider {
 public:
  Result<std::unique_ptr<provider::ResourceStream>> scan(provider::ScanRequest) override {
    return internal_error("nothing is scanned");
  }
  Result<std::string> account_id(const std::string&, std::stop_token) override { return std::string(); }
  Result<std::string> default_region() override { return std::string("us-east-1"); }
};

class Rows final : public RowSink {
 public:
  Status begin(std::span<const ResultColumn>) override { return {}; }
  Status row(std::span<const Value> values) override {
    std::vector<std::string> row;
    for (const Value& value : values) row.emplace_back(value.text);
    rows.push_back(std::move(row));
    return {};
  }
  Status end() override { return {}; }
  std::vector<std::vector<std::string>> rows;
};

class AllTables : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = catalogue::Catalogue::open(catalogue::embedded_blob());
    ASSERT_TRUE(opened.ok());
    catalogue_.emplace(std::move(opened).value());
    for (std::string_view service : catalogue_->services()) {
      for (const std::string& name : catalogue_->tables_of(service)) {
        tables_.emplace("aws." + std::string(service) + "." + name, *catalogue_->find_table(service, name));
      }
    }
    auto session = Session::open(*catalogue_, provider_, {});
    ASSERT_TRUE(session.ok());
    session_ = std::move(session).value();
  }

  NoProvider provider_;
  std::optional<catalogue::Catalogue> catalogue_;
  std::map<std::string, catalogue::Table> tables_;
  std::unique_ptr<Session> session_;
};

TEST_F(AllTables, AreThereForEveryTypeWithHandlers) {
  std::set<std::string> types;
  for (const auto& [name, table] : tables_) types.insert(std::string(table.type.name()));
  EXPECT_EQ(types.size(), 1490u);
  EXPECT_GT(tables_.size(), 5000u);
}

TEST_F(AllTables, HaveColumnsOfDistinctNames) {
  for (const auto& [name, table] : tables_) {
    std::set<std::string> names;
    for (const TableColumn& column : shape_of(table, name).columns) {
      EXPECT_TRUE(names.insert(ascii_lower(column.name)).second) << name << " has two columns " << column.name;
    }
  }
}

// The parameters that some table of the type may ask for: its identifier, or the keys of its lists.
std::string parameters(const TableShape& shape) {
  std::string terms = "region = 'us-east-1'";
  const catalogue::ResourceType& type = shape.table.type;
  const bool by_identifier =
      shape.table.kind == catalogue::TableKind::singular || !type.has_handler(catalogue::Handler::list);
  if (by_identifier) return terms + " AND data__Identifier = 'x'";
  const auto keys = type.list_keys();
  if (keys.empty()) return terms;
  for (std::string_view key : keys.front()) terms += " AND " + sql::quote_name(key) + " = 'x'";
  return terms;
}

TEST_F(AllTables, CanBePreparedWithTheirParameters) {
  std::size_t refused = 0;
  for (const auto& [name, table] : tables_) {
    Rows rows;
    const TableShape shape = shape_of(table, name);
    const auto outcome =
        session_->execute("EXPLAIN QUERY PLAN SELECT * FROM " + name + " WHERE " + parameters(shape), rows);
    if (outcome.ok()) continue;
    // Six types can be created and deleted, but neither read nor listed.
    const bool unreadable =
        !table.type.has_handler(catalogue::Handler::list) && !table.type.has_handler(catalogue::Handler::read);
    EXPECT_TRUE(unreadable) << name << ": " << outcome.error().message;
    ++refused;
  }
  EXPECT_LT(refused, 20u);
}

TEST_F(AllTables, AreDescribedWithEachPropertyOnce) {
  Rows rows;
  ASSERT_TRUE(session_->execute("SELECT resource, property, name FROM squall.columns", rows).ok());
  std::map<std::string, std::vector<std::string>> described;
  std::set<std::pair<std::string, std::string>> names;
  for (const auto& row : rows.rows) {
    if (!row[1].empty()) described[row[0]].push_back(row[1]);
    EXPECT_TRUE(names.emplace(row[0], row[2]).second) << row[0] << " has two columns " << row[2];
  }
  for (const auto& [name, table] : tables_) {
    if (table.kind != catalogue::TableKind::plural && table.kind != catalogue::TableKind::singular) continue;
    std::vector<std::string> properties;
    for (std::size_t i = 0; i < table.type.property_count(); ++i) {
      properties.emplace_back(table.type.property(i).name);
    }
    EXPECT_EQ(described[name], properties) << name;
  }
}

}  // namespace
}  // namespace squall::engine
