// What one statement is about to change: made from its rows, checked, and shown or sent as a whole.
#pragma once

#include <string>
#include <vector>

#include "engine/table_shape.h"
#include "provider/change.h"

namespace squall::engine {

struct PlannedChange {
  provider::Change change;
  std::string before = {};       // the resource's properties (JSON) as they were read; empty: not read
  bool before_is_whole = false;  // as GetResource tells it; a list may tell a part only
  std::string after = {};        // as they are to be; empty: a delete
  bool unchanged = false;        // nothing differs: no call
  std::vector<std::string> warnings = {};
};

struct ChangePlan {
  const TableShape* shape = nullptr;  // of the statement's table; lives as long as the session
  std::vector<PlannedChange> changes = {};
  std::vector<std::string> notices = {};
  bool wait = true;  // false: NOWAIT
};

}  // namespace squall::engine
