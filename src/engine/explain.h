// EXPLAIN <statement>: the calls that a statement would make, without making one.
//
// SQLite's program names the scans and their order; a trial run, in which resource tables have no rows and local tables do,
// tells the requests that the first scans begin with. What depends on answers is not known, and NULL. Session thread only.
#pragma once

#include <optional>
#include <string_view>

#include "base/row_sink.h"
#include "engine/scan_context.h"
#include "engine/scan_recorder.h"
#include "sqlite/sqlite.h"

namespace squall::engine {

// The statement behind EXPLAIN; nothing: it is none, or EXPLAIN QUERY PLAN, which is SQLite's.
std::optional<std::string_view> explained_statement(std::string_view source);
// The statement behind EXPLAIN QUERY PLAN.
std::optional<std::string_view> query_plan_statement(std::string_view source);

struct ExplainRow {
  std::string operation;
  std::string resource;
  std::string regions = {};  // joined by ", "; empty: not known
  std::optional<std::uint64_t> calls_min = {};
  std::optional<std::uint64_t> calls_max = {};
  std::string permissions = {};
  std::string note = {};
};

// REQUIRES: the context's recorder is `recorder`, and the statement's tables are registered. `sql` is folded; `bind` gives
// its parameters their values.
Result<std::vector<ExplainRow>> explain_scans(sqlite::Connection& connection, ScanContext& context,
                                              ScanRecorder& recorder, const std::string& sql,
                                              const std::function<Status(sqlite::Statement&)>& bind);

// step, operation, resource, regions, calls_min, calls_max, permissions, note.
Status print_explained(const std::vector<ExplainRow>& rows, RowSink& sink);

// "cloudformation:ListResources, sagemaker:ListImages".
std::string permissions_text(const catalogue::ResourceType& type, catalogue::Handler handler);

}  // namespace squall::engine
