#include "engine/changes/guards.h"

#include <algorithm>

#include "engine/write_only_names.h"

namespace squall::engine {

namespace {

using Kind = sql::DmlStatement::Kind;

// Whether one of the columns tells resources apart.
bool narrow(const std::vector<NamedColumn>& columns) {
  return std::any_of(columns.begin(), columns.end(), [](const NamedColumn& named) {
    const ColumnRole role = named.column->role;
    return role == ColumnRole::property || role == ColumnRole::identifier || role == ColumnRole::list_key;
  });
}

}  // namespace

Status check_guards(const PlanInputs& inputs) {
  const sql::DmlStatement& statement = inputs.statement;
  if (inputs.settings.read_only)
    return at_span(sql_error("this session only reads (read_only is on)", "SET read_only = off allows changes"),
                   statement.target);
  if (statement.kind == Kind::insert) return {};
  const std::string verb = statement.kind == Kind::update ? "UPDATE" : "DELETE";
  const std::string does = statement.kind == Kind::update ? "change" : "delete";
  if (statement.where.empty() && inputs.options.allow_all) return {};
  if (statement.where.empty())
    return at_span(sql_error(verb + " without WHERE would " + does + " every resource of " + inputs.shape.name,
                             "add WHERE, or allow it with --allow-all"),
                   statement.target);
  const auto named = columns_named_in(inputs.source, statement.where, inputs.shape, statement.alias.name);
  for (const NamedColumn& each : named) {
    if (is_write_only(inputs.shape, *each.column))
      return at_span(
          sql_error(each.column->name + " is write-only: AWS does not tell its value, so WHERE cannot compare it",
                    "name the resources by another column"),
          each.span);
  }
  if (inputs.options.allow_all || narrow(named)) return {};
  return at_span(sql_error("this WHERE does not say which resources: " + verb + " would " + does + " all of " +
                               inputs.shape.name + " there",
                           "name them by another column, or allow it with --allow-all"),
                 statement.where);
}

Status check_count(const PlanInputs& inputs, const ChangePlan& plan) {
  // Of an upsert the updates count, creates never do.
  const auto count = static_cast<std::uint64_t>(
      std::count_if(plan.changes.begin(), plan.changes.end(), [](const PlannedChange& planned) {
        return !planned.unchanged && planned.change.operation != provider::ChangeOperation::create;
      }));
  if (inputs.settings.max_changes == 0 || count <= inputs.settings.max_changes) return {};
  Error error = sql_error("the statement would change " + std::to_string(count) + " resources, and --max-changes is " +
                              std::to_string(inputs.settings.max_changes) + "; nothing was sent",
                          "narrow its WHERE, or allow more with --max-changes " + std::to_string(count));
  error.kind = ErrorKind::limit;
  return at_span(std::move(error), inputs.statement.target);
}

Result<ChangeSummary> summary_of_plans(const std::vector<const ChangePlan*>& plans, provider::Provider& provider,
                                       std::stop_token stop) {
  ChangeSummary summary;
  std::set<std::string> regions;
  std::set<std::string> accounts;
  for (const ChangePlan* plan : plans) {
    for (const PlannedChange& planned : plan->changes) {
      if (planned.unchanged) continue;
      switch (planned.change.operation) {
        case provider::ChangeOperation::create: ++summary.creates; break;
        case provider::ChangeOperation::update: ++summary.updates; break;
        case provider::ChangeOperation::delete_: ++summary.deletes; break;
      }
      regions.insert(planned.change.region);
      accounts.insert(planned.change.profile);
    }
  }
  for (const std::string& region : regions) summary.regions += (summary.regions.empty() ? "" : ", ") + region;
  for (const std::string& profile : accounts) {
    // Who may not be told its account may still change things.
    const auto account = provider.account_id(profile, stop);
    if (!account && account.error().kind == ErrorKind::interrupted) return account.error();
    if (account && !account->empty()) summary.account_id += (summary.account_id.empty() ? "" : ", ") + *account;
  }
  return summary;
}

}  // namespace squall::engine
