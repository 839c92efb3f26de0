// What all resource tables of a session share while one statement runs. Session thread only.
//
// Errors that SQLite could only print as text are left here as Errors.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "engine/rounds.h"
#include "engine/scan_plan.h"
#include "engine/settings.h"
#include "engine/table_shape.h"
#include "provider/provider.h"

namespace squall::engine {

class ScanRecorder;
class ResultCache;

// What SQLite's authorizer tells of a statement while it is prepared.
struct StatementFacts {
  bool nondeterministic = false;  // random() and its like: a second run may answer otherwise
  bool recursive = false;
  std::map<std::string, std::set<std::string>> columns_read = {};  // by table; lower case
};

struct ScanContext {
  provider::Provider& provider;
  const catalogue::Catalogue& catalogue;
  std::stop_token stop = {};
  std::optional<Error> error = {};  // why xFilter, xNext or xColumn failed
  StatementFacts facts = {};
  std::shared_ptr<provider::CallMeter> meter = {};                               // of the statement that runs
  std::map<std::string, std::shared_ptr<provider::CallMeter>> scan_meters = {};  // its parts, by resource
  std::shared_ptr<ResultCache> results = {};  // of earlier statements; used while settings.cache_seconds is not 0
  bool fresh_only = false;                    // not from them
  bool planned = false;                       // the statement scans resource tables
  std::set<std::string> region_terms = {};    // its tables whose region a term names, by their names
  StatementCache* cache = nullptr;            // of the statement that runs
  ScanRecorder* recorder = nullptr;           // EXPLAIN: scans are noted, and nothing is sent
  Rounds* rounds = nullptr;                   // none: the statement has one scan, which streams

  Settings settings = {};
  std::vector<Error> failed = {};  // ErrorPolicy::fail: the calls whose failure ended the statement
  // ErrorPolicy::warn: what failed and was left out, of this run.
  std::vector<Error> errors = {};
  std::set<const void*> reported = {};  // entries whose errors are in it

  // The plan that came nearest to being possible, of a table whose parameters are missing.
  struct Missing {
    const TableShape* shape = nullptr;
    MissingParameters parameters;
    std::size_t usable_terms = 0;
  };
  std::optional<Missing> missing = {};
};

// Counts the calls for one resource ("aws.sagemaker.images"), and those of the statement.
inline const std::shared_ptr<provider::CallMeter>& meter_of(ScanContext& context, const std::string& resource) {
  auto& meter = context.scan_meters[resource];
  if (!meter) {
    meter = std::make_shared<provider::CallMeter>();
    meter->whole = context.meter;
  }
  return meter;
}

// From the provider, or from what earlier statements have read.
Result<std::unique_ptr<provider::ResourceStream>> start_scan(ScanContext& context, provider::ScanRequest request);

// Of statements that name none: what SET region says, else the provider's.
inline Result<std::string> default_region(const ScanContext& context) {
  return context.settings.region.empty() ? context.provider.default_region() : context.settings.region;
}

}  // namespace squall::engine
