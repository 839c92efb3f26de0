// The command line, parsed: what every command shares, and the words of the command itself.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace squall::cli {

// Before or behind the command's name.
struct GlobalOptions {
  std::string cloud = {};  // "aws", "local", "local:FILE"; empty: SQUALL_CLOUD, else aws
  std::string region = {};
  std::string profile = {};
  std::string endpoint_url = {};
  int connections_max = 64;    // to one account and region
  std::string log_level = {};  // "error", "warn", "info", "debug"; empty: no log
  std::string database = ":memory:";
};

struct ExecOptions {
  std::string format = "table";
  std::string input_file = {};   // -i; "-" is standard input
  std::string output_file = {};  // -f
  std::string delimiter = ",";
  bool no_header = false;                   // -H
  std::vector<std::string> variables = {};  // name=value
  std::string on_error = "fail";            // or "warn"
  std::uint64_t calls_max = 0;              // --max-calls; 0: any number
  std::string cache = {};                   // --cache: "5m"
  bool timing = false;
  bool dry_run = false;             // --dryrun
  bool no_validate = false;         // --no-validate
  bool allow_all = false;           // --allow-all
  bool yes = false;                 // --yes: nothing is asked
  bool refuse_write_only = false;   // --refuse-write-only-loss
  std::uint64_t changes_max = 100;  // --max-changes
  std::string sql = {};
};

struct CloudOptions {
  std::string store = {};  // --store; empty: the default file
  std::string file = {};   // of load
  std::uint16_t port = 4566;
  std::size_t page_size = 100;
  std::uint64_t duration_ms = 0;
  std::uint64_t latency_ms = 0;
  std::optional<double> requests_per_second = {};  // --tps
  std::optional<std::string> faults = {};          // --faults
  bool verify_signatures = false;
  std::vector<std::string> keys = {};  // --key, ID:SECRET each
};

enum class RegistryAction : std::uint8_t { list, pull, import, use, remove };

struct RegistryOptions {
  RegistryAction action = RegistryAction::list;
  std::string what = {};  // pull: a provider; import: a file; use and remove: a version
  std::string url = {};   // of pull; empty: AWS's own
  std::string format = "table";
};

struct DocsOptions {
  std::string folder = {};
};

struct UndoOptions {
  std::int64_t id = 0;
  bool dry_run = false;
  bool yes = false;
};

}  // namespace squall::cli
