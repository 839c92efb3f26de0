#include <fstream>
#include <iostream>
#include <thread>

#include "cli/backend.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "net/http_server.h"

namespace squall::cli {

namespace {

// The local cloud that the cloud commands work on: --store, else that of --cloud local:FILE, else the default file.
struct OpenedCloud {
  ChosenCatalogue chosen;
  SystemClock clock;
  std::unique_ptr<local_cloud::LocalCloud> cloud;
};

Result<std::unique_ptr<OpenedCloud>> open_cloud(const GlobalOptions& global, const CloudOptions& options,
                                                const Environment& environment) {
  std::string store = options.store;
  if (store.empty()) {
    const CloudChoice choice = TRY(choose_cloud(global, environment));
    store = choice.local ? choice.store : TRY(default_store(environment));
  }
  auto opened = std::make_unique<OpenedCloud>(OpenedCloud{TRY(choose_catalogue(environment)), {}, {}});
  opened->cloud = std::make_unique<local_cloud::LocalCloud>(
      opened->chosen.catalogue, opened->clock,
      local_cloud::LocalCloudOptions{
          .store = store, .page_size = options.page_size, .duration = std::chrono::milliseconds(options.duration_ms)});
  return opened;
}

Result<int> serve(const GlobalOptions& global, const CloudOptions& options, Terminal& terminal) {
  const std::stop_token stop = stop_on_interrupt();
  const auto opened = TRY(open_cloud(global, options, terminal.environment));
  net::ThreadTimer timer;
  const std::chrono::milliseconds latency(options.latency_ms);
  const auto server = TRY(
      net::HttpServer::listen({.port = options.port}, [&](net::HttpRequest request, net::HttpServer::Respond respond) {
        opened->cloud->send(
            std::move(request), [&timer, latency, respond = std::move(respond)](Result<net::HttpResponse> answer) {
              net::HttpResponse response =
                  answer ? std::move(answer).value() : net::HttpResponse{.status = 503, .body = answer.error().message};
              if (latency.count() == 0) return respond(std::move(response));
              timer.after(latency, [respond, response = std::move(response)] { respond(response); });
            });
      }));
  terminal.out << "listening on http://127.0.0.1:" << server->port() << std::endl;
  const std::stop_callback stopping(stop, [&] { server->stop(); });
  server->run();
  return kDone;
}

Result<int> load(const GlobalOptions& global, const CloudOptions& options, Terminal& terminal) {
  const auto opened = TRY(open_cloud(global, options, terminal.environment));
  std::ifstream file;
  if (options.file != "-") {
    file.open(options.file, std::ios::binary);
    if (!file) return usage_error("cannot read " + options.file);
  }
  const std::size_t count = TRY(opened->cloud->load(options.file == "-" ? terminal.in : file));
  terminal.err << count << (count == 1 ? " resource loaded\n" : " resources loaded\n");
  return kDone;
}

Result<int> dump(const GlobalOptions& global, const CloudOptions& options, Terminal& terminal) {
  const auto opened = TRY(open_cloud(global, options, terminal.environment));
  TRY(opened->cloud->dump(terminal.out));
  terminal.out.flush();
  if (!terminal.out) return data_error("the output could not be written whole");
  return kDone;
}

Result<int> reset(const GlobalOptions& global, const CloudOptions& options, Terminal& terminal) {
  const auto opened = TRY(open_cloud(global, options, terminal.environment));
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
