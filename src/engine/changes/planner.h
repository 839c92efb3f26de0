// From a framed INSERT, UPDATE or DELETE and the rows of its own query to a ChangePlan: values converted, models checked,
// patches made. Nothing is sent, but details that an update needs are read.
//
// Session thread only. Errors point into the statement.
#pragma once

#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "engine/changes/change_options.h"
#include "engine/changes/change_plan.h"
#include "engine/changes/row_buffer.h"
#include "engine/settings.h"
#include "provider/provider.h"
#include "sql/dml.h"

namespace squall::engine {

struct PlanInputs {
  std::string_view source;  // the statement
  const sql::DmlStatement& statement;
  const TableShape& shape;
  const ChangeOptions& options;
  const Settings& settings;
  provider::Provider& provider;
  std::shared_ptr<provider::CallMeter> meter;
  std::stop_token stop = {};
  bool names_resources = false;  // the rows are the identifiers that the statement itself gives: nothing was read
};

// Whether the table takes the statement at all: its kind, its type's handlers. Points at the table's name.
Status check_target(const PlanInputs& inputs);

// What a statement's columns stand for in its table.
struct BoundColumn {
  const TableColumn* column = nullptr;
  sql::Span span = {};  // where it stands in the statement
};
// Of INSERT's list, or all visible columns where it has none.
Result<std::vector<BoundColumn>> insert_columns(const PlanInputs& inputs);
// Of SET, a column each.
Result<std::vector<BoundColumn>> set_columns(const PlanInputs& inputs, const std::vector<sql::Assignment>& assignments);

// Whether SET gives a PatchDocument.
bool sets_patch(const PlanInputs& inputs);
// The refusal of INSERT … DEFAULT VALUES.
Error needs_values(const PlanInputs& inputs);

struct Identity {
  std::string identifier;
  std::string region;
  std::string profile;
  bool detailed = false;
  std::string properties;
};
// Rows of the source, one a resource.
Result<ChangePlan> plan_insert(const PlanInputs& inputs, const RowBuffer& rows);
// Rows of identity_list() and of the values of SET.
Result<ChangePlan> plan_update(const PlanInputs& inputs, const RowBuffer& rows);
// Of resources that are there already, with the values of `columns` in each row.
Result<std::vector<PlannedChange>> plan_updates_of(
    const PlanInputs& inputs, std::vector<BoundColumn> columns,
    const std::vector<std::pair<Identity, std::vector<OwnedValue>>>& rows, ChangePlan& plan);
// Rows of identity_list().
Result<ChangePlan> plan_delete(const PlanInputs& inputs, const RowBuffer& rows);

// The columns with which the query of an UPDATE or DELETE begins: identifier, region, profile, whether the row has
// details, its properties.
constexpr std::size_t kIdentityColumns = 5;
std::string identity_list(const PlanInputs& inputs);
// Where WHERE names resources outright, by identifier and nothing but region and profile, and no value of SET looks at the
// resource: the query that needs no read.
std::optional<sql::ComposedText> query_without_read(const PlanInputs& inputs);

// --- shared by the three ---

// The distinct resources of the rows, with the number of the row each came from.
Result<std::vector<std::pair<Identity, std::size_t>>> identities_of(const PlanInputs& inputs, const RowBuffer& rows);

// The region of a change whose statement names none.
Result<std::string> default_region_of(const PlanInputs& inputs);
std::string new_client_token();
Error at_span(Error error, const sql::Span& span);

// GetResource of all, in parallel.
struct ReadWish {
  std::string type_name;
  std::string region;
  std::string profile;
  std::string identifier;
};
struct ReadState {
  std::string identifier;  // the primary one, as the service tells it
  std::string properties;  // empty: it is gone
};
Result<std::vector<ReadState>> read_states(provider::Provider& provider, const std::vector<ReadWish>& wishes,
                                           std::shared_ptr<provider::CallMeter> meter, std::stop_token stop);

}  // namespace squall::engine
