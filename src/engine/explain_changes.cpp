#include "engine/explain_changes.h"

namespace squall::engine {

namespace {

using catalogue::Handler;
using Kind = sql::DmlStatement::Kind;

Handler handler_of(Kind kind) {
  switch (kind) {
    case Kind::insert: return Handler::create;
    case Kind::update: return Handler::update;
    case Kind::delete_: break;
  }
  return Handler::delete_;
}

std::string operation_of(Kind kind) {
  switch (kind) {
    case Kind::insert: return "CreateResource";
    case Kind::update: return "UpdateResource";
    case Kind::delete_: break;
  }
  return "DeleteResource";
}

// A single read by identifier finds at most as many resources as it makes calls.
std::optional<std::uint64_t> found_at_most(const std::vector<ExplainRow>& reads) {
  if (reads.size() != 1 || reads.front().operation != "GetResource") return std::nullopt;
  return reads.front().calls_max;
}

}  // namespace

void add_changes(std::vector<ExplainRow>& rows, const sql::DmlStatement& statement, const catalogue::Table& table,
                 const ChangeRows& changes) {
  const bool insert = statement.kind == Kind::insert;
  const std::optional<std::uint64_t> most = changes.count ? changes.count : found_at_most(rows);
  // An INSERT's region is a column of its rows.
  std::string regions;
  for (const ExplainRow& row : rows) {
    if (!insert && row.resource == statement.table) regions = row.regions;
  }
  bool names_region = false;
  for (const auto& column : statement.columns) names_region = names_region || column.name == "region";
  if (insert ? !names_region : changes.is_exact) regions = changes.regions;

  if (statement.kind == Kind::update && changes.reads_state) {
    rows.push_back({.operation = "GetResource",
                    .resource = statement.table,
                    .regions = regions,
                    .calls_min = 0,
                    .calls_max = most,
                    .permissions = permissions_text(table.type, Handler::read),
                    .note = "the state of each resource before its change"});
  }
  std::string permissions = permissions_text(table.type, handler_of(statement.kind));
  permissions.insert(permissions.find(',') == std::string::npos ? permissions.size() : permissions.find(','),
                     ", cloudformation:GetResourceRequestStatus");
  rows.push_back({.operation = operation_of(statement.kind),
                  .resource = statement.table,
                  .regions = regions,
                  .calls_min = (insert || changes.is_exact) && changes.count ? *changes.count : 0,
                  .calls_max = most,
                  .permissions = std::move(permissions),
                  .note = statement.nowait ? "not waited for" : "followed with GetResourceRequestStatus to its end"});
}

}  // namespace squall::engine
