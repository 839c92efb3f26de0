#include "engine/changes/cancel.h"

#include <array>

#include "base/ascii.h"
#include "engine/changes/planner.h"
#include "engine/changes/row_buffer.h"

namespace squall::engine {

namespace {

constexpr std::size_t kRequestsMax = 1000;  // of one statement
constexpr const char* kForm =
    "DELETE FROM aws.cloud_control.resource_requests WHERE RequestToken = '…' AND region = '…'";

// 0: RequestToken, 1: region, 2: profile.
std::optional<std::size_t> place_of(const std::string& name) {
  constexpr std::array<std::pair<std::string_view, std::size_t>, 5> kNames = {
      {{"RequestToken", 0}, {"data__RequestToken", 0}, {"request_token", 0}, {"region", 1}, {"profile", 2}}};
  for (const auto& [known, place] : kNames) {
    if (equal_ignoring_case(name, known)) return place;
  }
  return std::nullopt;
}

using Values = std::array<std::vector<sql::Span>, 3>;

Result<Values> values_of(std::string_view source, const sql::DmlStatement& statement) {
  const Error unclear =
      at_span(sql_error("a request is cancelled by its RequestToken, region and profile alone", kForm),
              statement.where.empty() ? statement.target : statement.where);
  if (!statement.with.empty() || !statement.order_limit.empty()) return unclear;
  const auto terms = sql::plain_equalities(source, statement.where);
  if (!terms) return unclear;
  Values values;
  for (const auto& [name, spans] : *terms) {
    const auto place = place_of(name.name);
    if (!place || !values[*place].empty()) return unclear;
    values[*place] = spans;
  }
  if (values[0].empty()) return unclear;
  return values;
}

// One row a combination.
sql::ComposedText query_of(std::string_view source, const Values& values) {
  std::size_t combinations = 1;
  for (const auto& each : values) combinations *= std::max<std::size_t>(1, each.size());
  sql::ComposedText query;
  for (std::size_t i = 0; i < std::min(combinations, kRequestsMax + 1); ++i) {
    query.add(i == 0 ? "SELECT " : " UNION ALL SELECT ");
    std::size_t rest = i;
    for (const auto& each : values) {
      if (&each != &values.front()) query.add(", ");
      if (each.empty()) {
        query.add("NULL");
        continue;
      }
      query.add_source(source, each[rest % each.size()]);
      rest /= each.size();
    }
  }
  return query;
}

}  // namespace

bool is_request_table(std::string_view table) {
  return table == "aws.cloud_control.resource_requests" || table == "aws.cloud_control.resource_request";
}

Result<StatementOutcome> cancel_requests(
    std::string_view source, const sql::DmlStatement& statement, provider::Provider& provider,
    const std::function<Result<StatementOutcome>(std::string_view sql, RowSink& sink)>& run, std::stop_token stop) {
  if (statement.kind != sql::DmlStatement::Kind::delete_)
    return at_span(sql_error("requests can only be cancelled", kForm), statement.target);
  if (!statement.returning.empty())
    return at_span(sql_error("a cancelled request returns nothing", "leave RETURNING out"), statement.returning);
  const Values values = TRY(values_of(source, statement));
  const sql::ComposedText query = query_of(source, values);
  RowBuffer rows;
  auto read = run(query.text(), rows);
  if (!read) return query.in_source(std::move(read).error());
  if (rows.rows().size() > kRequestsMax)
    return at_span(sql_error("at most " + std::to_string(kRequestsMax) + " requests can be cancelled at once"),
                   statement.where);
  StatementOutcome outcome{.is_change = true};
  for (const auto& row : rows.rows()) {
    if (row[0].is_null()) continue;
    const std::string profile = row[2].as_text();
    const std::string region = row[1].is_null() ? TRY(provider.default_region()) : row[1].as_text();
    auto cancelled = provider.cancel(profile, region, row[0].as_text(), stop);
    if (!cancelled) {
      Error error = std::move(cancelled).error();
      for (const std::string& notice : outcome.notices) error.message += "\n  before it, " + notice;
      return error;
    }
    const auto& event = *cancelled;
    ++outcome.calls;
    ++outcome.changed;
    outcome.notices.push_back("request " + row[0].as_text() + ": " + event.operation_status +
                              (event.identifier.empty() ? "" : " (" + event.identifier + " may exist)"));
  }
  outcome.summary = std::to_string(outcome.changed) + (outcome.changed == 1 ? " request" : " requests") + " cancelled";
  return outcome;
}

}  // namespace squall::engine
