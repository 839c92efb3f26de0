// A session: one thread, one SQLite connection, one statement at a time.
//
// execute() takes a statement as the user wrote it; positions in its errors are bytes into that text. Rows go to the
// sink as they come. Views and local tables live as long as the session, or in its database file.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/row_sink.h"
#include "catalogue/catalogue.h"
#include "engine/changes/change_options.h"
#include "engine/result_cache.h"
#include "engine/rounds.h"
#include "engine/settings.h"
#include "provider/provider.h"

namespace squall::engine {

struct SessionOptions {
  std::string database = ":memory:";                  // --db
  std::map<std::string, std::string> variables = {};  // --var: values of :name
  Settings settings = {};                             // what SET may change later
  RoundSettings rounds = {};
  ChangeOptions changes = {};
  std::shared_ptr<ResultCache> results = {};  // shared with other sessions; none: the session has its own
};

// What the calls for one resource brought and cost.
struct ScanCost {
  std::string resource;  // "aws.sagemaker.images"
  std::uint64_t calls = 0;
  std::uint64_t pages = 0;
  std::uint64_t resources = 0;
  std::uint64_t throttled = 0;
  std::uint64_t retried = 0;
  std::chrono::microseconds waited{0};  // for a turn, or before a repeat: the sum over all calls
  std::uint64_t bytes = 0;              // of answers
};

// What a statement did, beside the rows it handed to the sink.
struct StatementOutcome {
  bool has_rows = false;                  // it is a query: the sink was begun and ended
  bool is_change = false;                 // INSERT, UPDATE or DELETE
  std::int64_t changed = 0;               // rows, of a change
  std::string summary = {};               // of a change of resources: "2 resources updated, 1 unchanged"
  std::vector<std::string> notices = {};  // what the user should know though nothing failed
  std::vector<Error> errors = {};         // ErrorPolicy::warn: failed calls; the answer lacks what they would have told
  std::uint64_t calls = 0;                // sent to the cloud, repeats not counted
  std::uint64_t pages = 0;
  std::uint64_t listed = 0;  // resources in the pages
  std::vector<ScanCost> scans = {};
};

class Session {
 public:
  // The catalogue and the provider must outlive the session.
  static Result<std::unique_ptr<Session>> open(const catalogue::Catalogue& catalogue, provider::Provider& provider,
                                               SessionOptions options);
  ~Session();

  // A stop request (Ctrl-C) ends the statement with an error of kind interrupted.
  Result<StatementOutcome> execute(std::string_view statement, RowSink& sink, std::stop_token stop = {});

  // Changes that BEGIN collected and that neither COMMIT nor ROLLBACK has ended: they were not sent.
  std::size_t collected_changes() const;

 private:
  class Impl;
  explicit Session(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace squall::engine
