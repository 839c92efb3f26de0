#include "cli/backend.h"

#include <algorithm>
#include <ostream>

namespace squall::cli {

namespace {

constexpr std::string_view kLocalPrefix = "local:";

Result<std::unique_ptr<Log>> make_log(const std::string& level, std::ostream& err) {
  if (level.empty()) return std::unique_ptr<Log>();
  const auto parsed = parse_log_level(level);
  if (!parsed) return usage_error("'" + level + "' is not a log level", "--log-level is error, warn, info or debug");
  return std::make_unique<Log>(*parsed, [&err](const std::string& line) { err << line << std::flush; });
}

}  // namespace

std::string ca_file(const Environment& environment) {
  for (const char* name : {"AWS_CA_BUNDLE", "SSL_CERT_FILE"}) {
    if (auto file = environment(name)) return *file;
  }
  return {};
}

Result<std::string> default_store(const Environment& environment) {
  if (auto data = environment("XDG_DATA_HOME")) return *data + "/squall/local.db";
  if (auto home = environment("HOME")) return *home + "/.local/share/squall/local.db";
  return usage_error("no place for the local cloud's store: neither XDG_DATA_HOME nor HOME is set",
                     "name one: --cloud local:FILE or --store FILE");
}

Result<CloudChoice> choose_cloud(const GlobalOptions& global, const Environment& environment) {
  // An explicit --endpoint-url beats SQUALL_CLOUD, but contradicts --cloud local.
  const bool explicit_cloud = !global.cloud.empty();
  const std::string name = explicit_cloud                ? global.cloud
                           : global.endpoint_url.empty() ? environment("SQUALL_CLOUD").value_or("aws")
                                                         : "aws";
  if (name == "aws") return CloudChoice{};
  if (name != "local" && !name.starts_with(kLocalPrefix)) {
    return usage_error("'" + name + "' is not a cloud", "--cloud (or SQUALL_CLOUD) is aws, local or local:FILE");
  }
  if (!global.endpoint_url.empty())
    return usage_error("--cloud local and --endpoint-url exclude each other", "leave one of them out");
  CloudChoice choice{.local = true};
  if (name.size() > kLocalPrefix.size())
    choice.store = name.substr(kLocalPrefix.size());
  else
    choice.store = TRY(default_store(environment));
  return choice;
}

Result<std::unique_ptr<Backend>> Backend::open(const GlobalOptions& global, const Environment& environment,
                                               std::ostream& err) {
  const CloudChoice choice = TRY(choose_cloud(global, environment));
  std::unique_ptr<Backend> backend(new Backend(TRY(choose_catalogue(environment))));
  backend->environment_ = environment;
  backend->log_ = TRY(make_log(global.log_level, err));
  if (choice.local) {
    backend->transport_ = std::make_unique<local_cloud::LocalCloud>(
        backend->catalogue(), backend->clock_,
        local_cloud::LocalCloudOptions{.store = choice.store, .log = backend->log_.get()});
  } else {
    auto proxies = TRY(net::ProxySettings::from_environment(environment));
    backend->transport_ = std::make_unique<net::HttpClient>(
        net::HttpClientOptions{.connections_max = static_cast<std::size_t>(global.connections_max),
                               .ca_file = ca_file(environment),
                               .find_ca_file = [made = backend.get()] { return made->provider_->ca_bundle(); },
                               .proxies = std::move(proxies)});
  }
  backend->timer_ = std::make_unique<net::ThreadTimer>();
  backend->provider_ = std::make_unique<aws::AwsProvider>(
      *backend->transport_, *backend->timer_, backend->clock_, environment,
      aws::AwsOptions{
          .region = global.region,
          .profile = global.profile,
          .endpoint_url = global.endpoint_url,
          .local = choice.local,
          .local_store = choice.store,
          .limiter = {.in_flight_start = std::min(16, global.connections_max), .in_flight_max = global.connections_max},
          .log = backend->log_.get()});
  return backend;
}

Result<provider::Journal*> Backend::journal() {
  if (!journal_) journal_ = TRY(provider::Journal::open(TRY(provider::journal_path(environment_)), clock_));
  return &*journal_;
}

// Lookups of credentials and waiting calls would still use the transport.
Backend::~Backend() {
  if (provider_) provider_->shut_down();
}

}  // namespace squall::cli
