#include <cmath>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <thread>

#include "cli/backend.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "local_cloud/door.h"
#include "net/http_server.h"

namespace squall::cli {

namespace {

// The local cloud that the cloud commands work on: --store, else that of --cloud local:FILE, else the default file.
struct OpenedCloud {
  OpenedCloud(ChosenCatalogue catalogue, std::ostream& err)
      : chosen(std::move(catalogue)),
        log(LogLevel::warn, [&err](const std::string& line) { err << line << std::flush; }) {}

  const ChosenCatalogue chosen;
  const SystemClock clock;
  Log log;
  std::unique_ptr<local_cloud::LocalCloud> cloud;
};

Result<std::string> choose_store(const GlobalOptions& global, const CloudOptions& options,
                                 const Environment& environment) {
  if (!options.store.empty()) return options.store;
  const CloudChoice choice = TRY(choose_cloud(global, environment));
  return choice.local ? Result<std::string>(choice.store) : default_store(environment);
}

// A mistyped path must not look like an empty cloud, and leave a file behind.
Status require_store(const GlobalOptions& global, const CloudOptions& options, const Environment& environment) {
  const std::string store = TRY(choose_store(global, options, environment));
  std::error_code failure;
  if (store == ":memory:" || std::filesystem::exists(store, failure)) return {};
  return usage_error("there is no store " + store,
                     "cloud load makes one, and so does the first change with --cloud local");
}

Result<std::unique_ptr<OpenedCloud>> open_cloud(const GlobalOptions& global, const CloudOptions& options,
                                                const Terminal& terminal) {
  const std::string store = TRY(choose_store(global, options, terminal.environment));
  auto opened = std::make_unique<OpenedCloud>(TRY(choose_catalogue(terminal.environment)), terminal.err);
  opened->cloud = std::make_unique<local_cloud::LocalCloud>(
      opened->chosen.catalogue, opened->clock,
      local_cloud::LocalCloudOptions{.store = store,
                                     .page_size = options.page_size,
                                     .duration = std::chrono::milliseconds(options.duration_ms),
                                     .log = &opened->log});
  return opened;
}

// --key ID:SECRET, repeated.
Result<std::map<std::string, Secret>> read_keys(const std::vector<std::string>& texts) {
  std::map<std::string, Secret> keys;
  for (const std::string& text : texts) {
    const auto colon = text.find(':');
    if (colon == std::string::npos || colon == 0 || colon + 1 == text.size())
      return usage_error("--key is not ID:SECRET", "as --key 123456789012:secret");
    keys.emplace(text.substr(0, colon), Secret(text.substr(colon + 1)));
  }
  return keys;
}

Result<local_cloud::DoorOptions> door_options(const CloudOptions& options, const catalogue::Catalogue& catalogue) {
  local_cloud::DoorOptions door{.latency = std::chrono::milliseconds(options.latency_ms)};
  if (options.requests_per_second) {
    door.requests_per_second = *options.requests_per_second;
    if (!std::isfinite(door.requests_per_second) || door.requests_per_second <= 0)
      return usage_error("--tps is a number of requests a second, above 0");
  }
  if (options.faults) door.faults = TRY(local_cloud::FaultPlan::parse(*options.faults, catalogue));
  auto keys = TRY(read_keys(options.keys));
  if (options.verify_signatures && keys.empty())
    return usage_error("--verify-signatures needs a key", "add --key ID:SECRET, once for each key that may sign");
  if (!options.verify_signatures && !keys.empty())
    return usage_error("--key is for --verify-signatures", "add it, or leave the key out");
  if (options.verify_signatures) door.keys = std::move(keys);
  return door;
}

Result<int> serve(const GlobalOptions& global, const CloudOptions& options, Terminal& terminal) {
  const std::stop_token stop = stop_on_interrupt();
  const auto opened = TRY(open_cloud(global, options, terminal));
  TRY(opened->cloud->open());
  net::ThreadTimer timer;
  local_cloud::Door door(*opened->cloud, timer, opened->clock, TRY(door_options(options, opened->chosen.catalogue)));
  const auto server = TRY(net::HttpServer::listen({.port = options.port}, [&](net::HttpRequest request,
                                                                              net::HttpServer::Respond respond) {
    door.send(std::move(request), [respond = std::move(respond)](Result<net::HttpResponse> answer) {
      respond(answer ? std::move(answer).value() : net::HttpResponse{.status = 503, .body = answer.error().message});
    });
  }));
  terminal.out << "listening on http://127.0.0.1:" << server->port() << std::endl;
  const std::stop_callback stopping(stop, [&] { server->stop(); });
  server->run();
  return kDone;
}

Result<int> load(const GlobalOptions& global, const CloudOptions& options, Terminal& terminal) {
  const auto opened = TRY(open_cloud(global, options, terminal));
  std::ifstream file;
  if (options.file != "-") {
    std::error_code failure;
    if (std::filesystem::is_directory(options.file, failure))
      return usage_error(options.file + " is a folder, no file");
    file.open(options.file, std::ios::binary);
    if (!file) return usage_error("cannot read " + options.file);
  }
  const std::size_t count = TRY(opened->cloud->load(options.file == "-" ? terminal.in : file, global.region));
  terminal.err << count << (count == 1 ? " resource loaded\n" : " resources loaded\n");
  return kDone;
}

Result<int> dump(const GlobalOptions& global, const CloudOptions& options, Terminal& terminal) {
  TRY(require_store(global, options, terminal.environment));
  const auto opened = TRY(open_cloud(global, options, terminal));
  TRY(opened->cloud->dump(terminal.out));
  terminal.out.flush();
  if (!terminal.out) return data_error("the output could not be written whole");
  return kDone;
}

Result<int> reset(const GlobalOptions& global, const CloudOptions& options, Terminal& terminal) {
  TRY(require_store(global, options, terminal.environment));
  const auto opened = TRY(open_cloud(global, options, terminal));
  const std::size_t count = TRY(opened->cloud->reset());
  terminal.err << count << (count == 1 ? " resource removed\n" : " resources removed\n");
  return kDone;
}

int report(const Result<int>& code, Terminal& terminal) {
  return code ? *code : print_error(terminal.err, code.error());
}

}  // namespace

int run_cloud_serve(const GlobalOptions& global, const CloudOptions& options, Terminal& terminal) {
  return report(serve(global, options, terminal), terminal);
}
int run_cloud_load(const GlobalOptions& global, const CloudOptions& options, Terminal& terminal) {
  return report(load(global, options, terminal), terminal);
}
int run_cloud_dump(const GlobalOptions& global, const CloudOptions& options, Terminal& terminal) {
  return report(dump(global, options, terminal), terminal);
}
int run_cloud_reset(const GlobalOptions& global, const CloudOptions& options, Terminal& terminal) {
  return report(reset(global, options, terminal), terminal);
}

}  // namespace squall::cli
