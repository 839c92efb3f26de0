// What became of a statement's changes, told to people: counts, and one error for those that failed.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/changes/returned_table.h"

namespace squall::engine {

class OutcomeCounts {
 public:
  void add(const std::vector<ReturnedChange>& changes);
  std::size_t changed() const { return created_ + updated_ + deleted_; }
  // "2 resources updated, 1 unchanged".
  std::string text() const;

 private:
  std::size_t created_ = 0;
  std::size_t updated_ = 0;
  std::size_t deleted_ = 0;
  std::size_t under_way_ = 0;
  std::size_t unchanged_ = 0;
  std::size_t not_found_ = 0;
};

// Nothing: none failed. One failure of one change is that failure; several are summarised, the first ten told, each with
// what may be there all the same. `not_recorded`: the journal's failure to keep how they ended, which is one as well.
std::optional<Error> failure_of(const std::vector<ReturnedChange>& changes,
                                const std::optional<Error>& not_recorded = std::nullopt);

// Adds the patch to the error of an update that the service refused, write-only values as ***.
void name_patch(const TableShape& shape, ReturnedChange& change);

// What CloudFormation hooks said of changes that did not fail; of the others the errors tell.
void add_hook_notices(const std::vector<ReturnedChange>& changes, std::vector<std::string>& notices);

// "done: 2 resources created; not done: 1 statement".
std::string done_and_not_done(const OutcomeCounts& counts, std::size_t statements_left);
// A statement on one short line; its length in bytes.
std::string shortened(std::string_view statement, std::size_t length_max = 60);

}  // namespace squall::engine
