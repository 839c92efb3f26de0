// INSERT, UPDATE and DELETE of resources, and the transactions that collect them.
//
// A statement is framed (sql/dml.h), its query runs through the session's ordinary read path, its rows become a ChangePlan
// (planner.h), and the plan is applied and waited for (provider). Between BEGIN and COMMIT plans are only collected.
// One object a session; session thread only.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string_view>
#include <vector>

#include "engine/changes/change_options.h"
#include "engine/changes/change_plan.h"
#include "engine/changes/returned_table.h"
#include "engine/session.h"
#include "engine/snapshot_table.h"
#include "provider/provider.h"
#include "sql/dml.h"

namespace squall::engine {

// What the session does for its changes.
struct ChangeHost {
  provider::Provider& provider;
  // Runs a statement as execute() does; positions in its errors are bytes into the text it is given.
  std::function<Result<StatementOutcome>(std::string_view sql, RowSink& sink)> run;
  // The shape of a resource table ("aws.sagemaker.images"), registered; null: it is a local table. An unknown resource is an
  // error.
  std::function<Result<const TableShape*>(const sql::DmlStatement& statement, std::string_view source)> shape;
  std::function<Status(SnapshotTable)> register_table;
  std::function<void(const std::string& name)> drop_table;
  const Settings& settings;
  // Told of each type that was changed, or may have been.
  std::function<void(const std::string& type_name)> changed;
  // Whether SQLite has a transaction open: it rolls one back by itself where a statement of it says so.
  std::function<bool()> in_local_transaction;
};

class ChangeStatements {
 public:
  ChangeStatements(ChangeHost host, ChangeOptions options) : host_(std::move(host)), options_(std::move(options)) {}

  // Nothing: the statement is none of these, and SQLite's.
  Result<std::optional<StatementOutcome>> execute(std::string_view source, RowSink& sink, std::stop_token stop);

  // Changes that were collected since BEGIN and neither sent nor dropped.
  std::size_t collected() const;

 private:
  struct Collected {
    std::string text;
    ChangePlan plan;
  };

  static std::string masked_text(const Collected& statement);
  Result<std::optional<StatementOutcome>> transaction(std::string_view source, std::stop_token stop);
  Result<StatementOutcome> commit(std::stop_token stop);
  Result<StatementOutcome> roll_back(std::string_view source);
  void roll_back_local();
  Result<StatementOutcome> change(std::string_view source, const sql::DmlStatement& statement, const TableShape& shape,
                                  RowSink& sink, std::stop_token stop);
  Result<ChangePlan> make_plan(std::string_view source, const sql::DmlStatement& statement, const TableShape& shape,
                               const std::shared_ptr<provider::CallMeter>& meter, StatementOutcome& outcome,
                               std::stop_token stop);
  Status check_collected(const sql::DmlStatement& statement, const ChangePlan& plan, StatementOutcome& outcome) const;
  // SQLite's word on a query, which does not run.
  Status prepare_only(const sql::ComposedText& query);
  Status check_calls(const std::vector<const ChangePlan*>& plans, std::uint64_t made) const;
  Status ask(const std::vector<const ChangePlan*>& plans, std::stop_token stop);
  struct Applied {
    std::vector<std::vector<ReturnedChange>> statements;  // those that were begun
    std::optional<Error> not_recorded;                    // the journal does not know how they ended
  };
  // The plans of the statements, one behind the other; behind a failure none is begun.
  Result<Applied> apply(std::string_view source, const std::vector<const ChangePlan*>& plans,
                        const std::shared_ptr<provider::CallMeter>& meter, std::stop_token stop);
  Status answer_returning(std::string_view source, const sql::DmlStatement& statement, const TableShape& shape,
                          const std::vector<ReturnedChange>& changes, const std::shared_ptr<provider::CallMeter>& meter,
                          RowSink& sink, std::stop_token stop);
  std::shared_ptr<provider::CallMeter> make_meter(const StatementOutcome& so_far) const;
  Status show_plans(const std::vector<const ChangePlan*>& plans, RowSink& sink) const;

  ChangeHost host_;
  ChangeOptions options_;
  std::vector<Collected> collected_;
  bool in_transaction_ = false;
};

}  // namespace squall::engine
