// What EXPLAIN learns of the scans of one statement: the plans that SQLite was offered, and the requests that each scan
// would begin with. Nothing is sent.
//
// Owned by the session while it explains; session thread only. A plan's text carries its number ("#3"), by which a scan that
// is entered, and the program that SQLite made, are told apart. SQLite numbers the same text the same way each time.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "engine/request_builder.h"

namespace squall::engine {

struct RecordedScan {
  std::string name;                   // of the table
  const TableShape* shape = nullptr;  // null: a table of aws.cloud_control
  std::string call = {};              // of such a table: "ListResourceRequests",
  std::string type_name = {};         // and the type, where the term for it is a constant
  ScanPlan plan = {};
  std::vector<std::string> sent = {};      // columns whose terms go into the call
  bool region_given = false;               // a term tells the region
  std::vector<std::string> filtered = {};  // columns whose terms SQLite checks itself
  bool constant = false;                   // the terms that feed it are constants
  std::string region = {};                 // where the term for it is a constant

  // Of the trial run, in which no resource table has rows:
  std::set<std::string> requests = {};  // distinct ones
  std::set<std::string> regions = {};
};

class ScanRecorder {
 public:
  // Before each prepare.
  void begin() { scans_.clear(); }
  // The number to append to the plan's text.
  std::string add(RecordedScan scan);
  void enter(std::string_view plan_text, std::span<const PlannedRequest> requests);
  void enter(std::string_view plan_text, const provider::ScanRequest& request);
  // By the plan's text; null: it has no number.
  RecordedScan* find(std::string_view plan_text);

  bool count_rows = false;                 // try a query without scans too
  std::optional<std::uint64_t> rows = {};  // of such a query
  bool left_out = false;                   // the trial run lacked rows of a table that asks services

 private:
  std::vector<RecordedScan> scans_;
};

}  // namespace squall::engine
