// The columns of a request for a change, out of events as services write them.
#include "engine/request_cells.h"

#include <gtest/gtest.h>

#include "catalogue/embedded.h"
#include "engine/event_time.h"

namespace squall::engine {
namespace {

const NamedTable& table() { return *find_named_table("aws.cloud_control.resource_requests"); }

// SELECT cell(event, column's position).
void cell(sqlite3_context* context, int, sqlite3_value** arguments) {
  auto& cells = *static_cast<RequestCells*>(sqlite3_user_data(context));
  std::string event(reinterpret_cast<const char*>(sqlite3_value_text(arguments[0])));
  event.reserve(event.size() + 64);
  cells.set_row(event);
  const auto status = cells.column(context, static_cast<std::size_t>(sqlite3_value_int(arguments[1])));
  if (!status) sqlite3_result_error(context, status.error().message.c_str(), -1);
}

// Each column that the event has, as "name=value".
std::vector<std::string> cells_of(const std::string& event) {
  const auto catalogue = catalogue::Catalogue::open(catalogue::embedded_blob());
  EXPECT_TRUE(catalogue.ok());
  RequestCells cells(*catalogue, table().columns);
  sqlite3* connection = nullptr;
  sqlite3_open(":memory:", &connection);
  sqlite3_create_function(connection, "cell", 2, SQLITE_UTF8, &cells, cell, nullptr, nullptr);
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v2(connection, "SELECT cell(?, ?)", -1, &statement, nullptr);
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < table().columns.size(); ++i) {
    sqlite3_bind_text(statement, 1, event.c_str(), -1, SQLITE_STATIC);
    sqlite3_bind_int(statement, 2, static_cast<int>(i));
    if (sqlite3_step(statement) != SQLITE_ROW) {
      lines.push_back(std::string("error: ") + sqlite3_errmsg(connection));
    } else if (const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0))) {
      lines.push_back(std::string(table().columns[i].name) + "=" + text);
    }
    sqlite3_reset(statement);
  }
  sqlite3_finalize(statement);
  sqlite3_close(connection);
  return lines;
}

using Lines = std::vector<std::string>;

TEST(RequestCells, TimesAreIso) {
  EXPECT_EQ(cells_of(R"({"EventTime":1675241577.917,"RetryAfter":"2024-01-01T00:00:00Z","New":{"a":1}})"),
            (Lines{"EventTime=2023-02-01T08:52:57.917Z", "RetryAfter=2024-01-01T00:00:00Z"}));
  EXPECT_EQ(cells_of(R"({"EventTime":null,"RetryAfter":0})"), Lines());
  EXPECT_EQ(event_time_text(1e300), "");
}

TEST(RequestCells, AModelIsShownWithoutWriteOnlyValues) {
  EXPECT_EQ(
      cells_of(
          R"({"TypeName":"AWS::RDS::DBInstance","ResourceModel":"{\"MasterUserPassword\":\"s\",\"Port\":\"1\"}"})"),
      (Lines{"TypeName=AWS::RDS::DBInstance", R"(ResourceModel={"MasterUserPassword":"***","Port":"1"})"}));
  EXPECT_EQ(cells_of(R"({"TypeName":"AWS::RDS::DBInstance","ResourceModel":"no JSON"})").back(), "ResourceModel=***");
  EXPECT_EQ(cells_of(R"({"ResourceModel":"{\"A\":1}"})"), (Lines{R"(ResourceModel={"A":1})"}));
}

TEST(RequestCells, WhatIsNoObjectIsAnError) {
  const Lines lines = cells_of("[1]");
  ASSERT_FALSE(lines.empty());
  EXPECT_TRUE(lines[0].starts_with("error: ")) << lines[0];
}

}  // namespace
}  // namespace squall::engine
