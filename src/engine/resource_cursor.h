// The rows of one scan, as SQLite's cursor sees them: from the statement's cache while the statement runs in rounds, page
// by page from the cloud where it has this one scan only.
//
// Session thread only. A failure is an SQLite code, its Error in the context. An answer that lacks what failed is given
// only under ErrorPolicy::warn, with what failed in the context's errors.
#pragma once

#include <deque>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "engine/request_builder.h"
#include "engine/row_cells.h"
#include "engine/scan_context.h"

namespace squall::engine {

class ResourceCursor {
 public:
  ResourceCursor(ScanContext& context, const TableShape& shape)
      : context_(context), shape_(shape), cells_(shape.table.type) {}

  int filter(const char* plan_text, std::span<sqlite3_value*> arguments);
  int next();
  bool eof() const { return page_ == nullptr; }
  // The same for the same resource in every scan: SQLite tells rows apart by it where it scans a table more than once for
  // one answer (OR by several plans, RIGHT and FULL JOIN).
  sqlite3_int64 rowid() const;
  int column(sqlite3_context* out, std::size_t index);
  // Of the current resource, as RowCells::raw(). REQUIRES: not at the end.
  Result<std::string_view> raw(std::size_t property) { return cells_.raw(property); }

 private:
  // Where the pages of one request come from.
  struct Feed {
    const CacheEntry* entry = nullptr;
    std::unique_ptr<provider::ResourceStream> stream = {};
    std::size_t next_page = 0;  // of the entry
    std::size_t request = 0;    // index into requests_
  };

  void reset();
  int fail(Error error);
  Result<std::vector<PlannedRequest>> requests_of(const ScanPlan& plan, std::span<sqlite3_value*> arguments) const;
  int record(const char* plan_text, const ScanPlan& plan, std::span<sqlite3_value*> arguments);
  // False: something is missing, and recorded; there are no rows, or no more of this run.
  Result<bool> prepare_feeds(const ScanPlan& plan, std::span<sqlite3_value*> arguments);
  Result<std::optional<std::vector<PlannedRequest>>> under_parents(const std::vector<PlannedRequest>& requests);
  Result<const CacheEntry*> fetch_parents(const provider::ScanRequest& request);
  Result<bool> feed_from_cache();
  Status start_ahead();
  std::size_t feed_with_news();
  int advance_page();
  // From entry_ on; false: the page has no more.
  bool reach_row();
  bool is_told_elsewhere();
  std::string_view region() const;
  Result<provider::ResourcePagePtr> next_page(Feed& feed);
  // Errors end the scan, or are noted once a run under ErrorPolicy::warn.
  Status raise_or_note(const void* source, std::vector<Error> errors);
  std::vector<Error> first_errors_of_others_than(const Feed& feed);
  int account(sqlite3_context* out, const PlannedRequest& request);
  int property(sqlite3_context* out, const TableColumn& column, const PlannedRequest& request);

  ScanContext& context_;
  const TableShape& shape_;
  RowCells cells_;
  std::vector<PlannedRequest> requests_;
  std::deque<Feed> feeds_;  // those that are under way, in the order of requests_
  std::shared_ptr<provider::ArrivalQueue> arrivals_ = {};
  std::size_t current_ = 0;  // the request whose page is shown
  std::size_t started_ = 0;
  provider::ResourcePagePtr page_;
  std::size_t entry_ = 0;
  std::set<std::string> told_;  // by several requests for a list of all regions: profile and identifier
};

}  // namespace squall::engine
