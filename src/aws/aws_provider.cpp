#include "aws/aws_provider.h"

#include <algorithm>
#include <condition_variable>
#include <filesystem>
#include <functional>

#include "aws/change_answers.h"
#include "aws/change_set.h"
#include "aws/credentials/program.h"
#include "aws/credentials/sts.h"
#include "aws/endpoint.h"
#include "aws/scan.h"
#include "aws/time_text.h"
#include "base/json_text.h"

namespace squall::aws {

namespace {

// What the local cloud is signed with where the environment has no keys; its account is told by the key id.
Credentials placeholder_credentials() {
  return {.key = {.access_key_id = "123456789012", .secret_access_key = Secret("local")}, .source = "placeholder"};
}

bool is_loopback_url(const std::string& url) {
  const auto parsed = net::parse_url(url);
  return parsed.ok() && is_loopback(parsed->origin.host);
}

provider::SystemValue text_or_null(const std::string& text) {
  return text.empty() ? provider::SystemValue() : provider::SystemValue(text);
}

// Calls beside the Cloud Control API: to STS, SSO and metadata services. Paths and queries may hold tokens.
HttpCall logged(HttpCall call, Log* log, const Clock& clock) {
  if (log == nullptr || !log->is_on(LogLevel::debug)) return call;
  return [call = std::move(call), log, &clock](net::HttpRequest request) {
    const std::string method = request.method;
    const std::string host = request.origin.authority();
    const auto begin = clock.now();
    auto response = call(std::move(request));
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(clock.now() - begin);
    log->line(LogLevel::debug, "http",
              {{"method", method},
               {"host", host},
               {"status", response.ok() ? std::to_string(response->status) : std::string("none")},
               {"ms", std::to_string(took.count())},
               {"fault", response.ok() ? std::string() : response.error().message}});
    return response;
  };
}

// What comes by a callback, for a thread that may wait.
template <typename T>
Result<T> wait_for(const std::function<void(std::function<void(Result<T>)>)>& ask, std::stop_token stop) {
  struct Wait {
    std::mutex mutex;
    std::condition_variable_any changed;
    std::optional<Result<T>> answer;
  };
  const auto wait = std::make_shared<Wait>();
  ask([wait](Result<T> answer) {
    const std::lock_guard lock(wait->mutex);
    wait->answer = std::move(answer);
    wait->changed.notify_one();
  });
  std::unique_lock lock(wait->mutex);
  if (!wait->changed.wait(lock, std::move(stop), [&] { return wait->answer.has_value(); }))
    return Error{.kind = ErrorKind::interrupted, .message = "interrupted"};
  return *std::move(wait->answer);
}

Result<Credentials> credentials_of(CredentialProvider& provider, std::stop_token stop) {
  return wait_for<Credentials>([&](auto done) { provider.get(std::move(done)); }, std::move(stop));
}

}  // namespace

// What one profile needs to make calls; lives as long as the provider.
struct AwsProvider::Client {
  ProfileChoice profile;
  ClientSettings settings;
  std::string endpoint_url;  // chosen by the user; empty: AWS's own
  bool credentials_optional = false;
  std::unique_ptr<CredentialProvider> credentials;
  std::unique_ptr<CloudControl> cloud;
  std::mutex mutex;
  std::string account_id;  // once asked

  Result<net::Url> endpoint(const std::string& region) const {
    return resolve_endpoint({.region = region,
                             .custom_url = endpoint_url,
                             .fips = settings.use_fips,
                             .dual_stack = settings.use_dual_stack});
  }
};

AwsProvider::AwsProvider(net::Transport& transport, net::Timer& timer, const Clock& clock, Environment environment,
                         AwsOptions options)
    : transport_(transport),
      timer_(timer),
      clock_(clock),
      environment_(std::move(environment)),
      options_(std::move(options)),
      limiters_(timer, clock, options_.limiter) {}

AwsProvider::~AwsProvider() { shut_down(); }

void AwsProvider::shut_down() {
  limiters_.shut_down();
  std::vector<Client*> clients;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    for (const auto& [profile, client] : clients_) clients.push_back(client.get());
  }
  // Without the lock: a lookup that ends now wants it.
  for (Client* client : clients) {
    client->cloud->shut_down();
    client->credentials->shut_down();
  }
}

// REQUIRES: the lock is held.
Result<const ConfigFiles*> AwsProvider::files() {
  if (!files_) files_ = ConfigFiles::load(environment_, options_.read_file);
  if (!*files_) return files_->error();
  return static_cast<const ConfigFiles*>(&**files_);
}

Result<AwsProvider::Client*> AwsProvider::client_of(const std::string& profile) {
  const std::lock_guard lock(mutex_);
  if (closed_) return Error{.kind = ErrorKind::interrupted, .message = "interrupted"};
  // A statement that names the session's profile shares its client.
  const std::string chosen = profile.empty() ? options_.profile : profile;
  auto found = clients_.find(chosen);
  if (found == clients_.end()) found = clients_.emplace(chosen, TRY(make_client(chosen))).first;
  return found->second.get();
}

Result<std::unique_ptr<AwsProvider::Client>> AwsProvider::make_client(const std::string& profile) {
  auto client = std::make_unique<Client>();
  const bool needs_files = !options_.local || !profile.empty();
  const ConfigFiles none;
  const ConfigFiles* found = needs_files ? TRY(files()) : &none;
  if (needs_files) {
    client->profile = TRY(choose_profile(profile, environment_, *found));
    client->settings = TRY(client_settings(*found, client->profile.name, environment_));
  }
  client->endpoint_url = options_.local ? "http://127.0.0.1"
                                        : configured_endpoint(options_.endpoint_url, "cloudcontrol", *found,
                                                              client->profile.name, environment_);
  client->credentials_optional = options_.local || is_loopback_url(client->endpoint_url);
  if (options_.local) client->settings.use_fips = client->settings.use_dual_stack = false;
  client->credentials = TRY(make_credentials(*client, profile));
  Client* shared = client.get();
  client->cloud = std::make_unique<CloudControl>(
      transport_, timer_, clock_,
      CloudControl::Options{.endpoint = [shared](const std::string& region) { return shared->endpoint(region); },
                            .credentials = *client->credentials,
                            .limiters = limiters_,
                            .profile = client->profile.name,
                            .retry = options_.retry.value_or(retry_policy(client->settings)),
                            .log = options_.log});
  return client;
}

Result<SourceContext> AwsProvider::source_context(const std::string& profile, std::stop_token stop) {
  const ConfigFiles* found = TRY(files());
  const ProfileChoice choice = TRY(choose_profile(profile, environment_, *found));
  ClientSettings settings = TRY(client_settings(*found, choice.name, environment_));
  if (!options_.region.empty()) settings.region = options_.region;
  return SourceContext{
      .environment = environment_,
      .files = *found,
      .profile = choice,
      .settings = std::move(settings),
      .clock = clock_,
      .read_file = options_.read_file,
      .write_file = write_private_file,
      .call = logged(blocking_call(transport_, stop), options_.log, clock_),
      .run_program = [stop](const std::vector<std::string>& words) { return run_program(words, stop); },
      .ask_mfa = ask_for_mfa_code};
}

// The environment's keys need no lookup; nor does an endpoint of this machine, unless a profile is named for it.
Result<std::unique_ptr<CredentialProvider>> AwsProvider::make_credentials(const Client& client,
                                                                          const std::string& profile) {
  const ConfigFiles none;
  const SourceContext variables{.environment = environment_, .files = none, .profile = client.profile, .clock = clock_};
  Lookup environment = TRY(find_in_environment(variables));
  std::unique_ptr<CredentialProvider> fixed;
  if (environment.found) {
    fixed = std::make_unique<FixedCredentials>(*std::move(environment.found));
    return fixed;
  }
  if (client.credentials_optional && !client.profile.is_explicit) {
    fixed = std::make_unique<FixedCredentials>(placeholder_credentials());
    return fixed;
  }
  std::unique_ptr<CredentialProvider> cache =
      std::make_unique<CredentialCache>(clock_, [this, profile](std::stop_token stop) -> Result<Credentials> {
        std::unique_lock lock(mutex_);
        const SourceContext context = TRY(source_context(profile, std::move(stop)));
        lock.unlock();
        // The local cloud is this process: nobody else is asked on its behalf.
        if (options_.local) {
          const Lookup keys = TRY(find_in_credentials_file(context));
          return keys.found.value_or(placeholder_credentials());
        }
        return find_credentials(context);
      });
  return cache;
}

Result<std::unique_ptr<provider::ResourceStream>> AwsProvider::scan(provider::ScanRequest request) {
  Client* client = TRY(client_of(request.profile));
  if (provider::reads_one(request.operation)) return start_get(*client->cloud, std::move(request));
  return start_list(*client->cloud, std::move(request));
}

Result<std::string> AwsProvider::default_region() {
  if (!options_.region.empty()) return options_.region;
  for (const char* name : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
    if (auto region = environment_(name)) return *region;
  }
  if (options_.local) return std::string("us-east-1");
  const Client* client = TRY(client_of({}));
  if (!client->settings.region.empty()) return client->settings.region;
  return sql_error(
      "no region: the statement names none, and neither --region nor AWS_REGION nor AWS_DEFAULT_REGION nor the region "
      "of profile " +
          client->profile.name + " is set",
      "add WHERE region = 'us-east-1', or set one of them");
}

Result<std::string> AwsProvider::account_id(const std::string& profile, std::stop_token stop) {
  Client* client = TRY(client_of(profile));
  const std::lock_guard lock(client->mutex);
  if (client->account_id.empty()) {
    const Credentials credentials = TRY(credentials_of(*client->credentials, stop));
    client->account_id = credentials.account_id ? *credentials.account_id : TRY(ask_account(*client, stop));
  }
  return client->account_id;
}

// STS tells; or the endpoint that stands in for AWS, which may not know: then the account stays unknown.
Result<std::string> AwsProvider::ask_account(Client& client, std::stop_token stop) {
  const Credentials credentials = TRY(credentials_of(*client.credentials, stop));
  const bool stands_in = !client.endpoint_url.empty();
  std::string region = options_.region.empty() ? client.settings.region : options_.region;
  if (region.empty()) region = "us-east-1";
  net::Url url;
  if (stands_in) {
    url = TRY(net::parse_url(client.endpoint_url));
  } else {
    std::unique_lock lock(mutex_);
    const std::string custom = configured_endpoint({}, "sts", *TRY(files()), client.profile.name, environment_);
    lock.unlock();
    const bool own = custom.empty();
    url = TRY(resolve_endpoint({.host_prefix = "sts",
                                .region = region,
                                .custom_url = custom,
                                .fips = own && client.settings.use_fips,
                                .dual_stack = own && client.settings.use_dual_stack}));
  }
  net::HttpRequest request{.origin = url.origin, .target = url.path, .body = std::string(kCallerIdentityForm)};
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}};
  net::sign(request, credentials.key, {.region = region, .service = "sts"}, clock_.now());
  const auto response = logged(blocking_call(transport_, stop), options_.log, clock_)(std::move(request));
  if (!response) return response.error();
  auto account = account_of_caller_identity(*response);
  if (!account && stands_in) return std::string();
  return account;
}

Result<std::vector<provider::ChangeOutcome>> AwsProvider::apply(std::vector<provider::Change> changes,
                                                                provider::ChangeObserver& observer,
                                                                provider::ApplySettings settings,
                                                                std::stop_token stop) {
  std::map<std::string, bool> sends;  // profile -> whether anything is sent for it, not only followed
  for (const provider::Change& change : changes) {
    const bool is_sent = change.request_token.empty() || !change.only_follow;
    if (is_sent && change.client_token.empty())
      return internal_error("a change without a client token: a repeated call would make the change twice");
    bool& profile_sends = sends[change.profile];
    profile_sends = profile_sends || is_sent;
  }
  std::map<std::string, CloudControl*> clouds;
  for (const auto& [profile, is_sent] : sends) {
    if (is_sent) TRY(may_change(profile, stop));
    clouds[profile] = TRY(client_of(profile))->cloud.get();
  }
  ChangeSet set({.cloud_of = [&clouds](const std::string& profile) -> CloudControl& { return *clouds.at(profile); },
                 .timer = timer_,
                 .clock = clock_},
                std::move(changes), observer, std::move(settings));
  return set.run_to_end(std::move(stop));
}

Result<provider::ProgressEvent> AwsProvider::cancel(const std::string& profile, const std::string& region,
                                                    const std::string& request_token, std::stop_token stop) {
  Client* client = TRY(client_of(profile));
  TRY(may_change(profile, stop));
  const Call call{.operation = "CancelResourceRequest", .region = region, .body = request_token_body(request_token)};
  const Answer answer = TRY(wait_for<Answer>([&](auto done) { client->cloud->call(call, std::move(done)); }, stop));
  auto event = parse_progress_answer(answer.body);
  if (event) return event;
  Error error = std::move(event).error();
  error.operation = call.operation;
  error.region = region;
  error.request_id = answer.request_id;
  return error;
}

Result<std::string> AwsProvider::endpoint(const std::string& profile, const std::string& region) {
  if (options_.local) {
    if (options_.local_store.empty() || options_.local_store == ":memory:") return std::string();
    std::error_code failure;
    const auto path = std::filesystem::absolute(options_.local_store, failure);
    if (failure) return data_error("cannot tell the whole path of " + options_.local_store + ": " + failure.message());
    return "local:" + path.lexically_normal().string();
  }
  const Client* client = TRY(client_of(profile));
  const net::Url url = TRY(client->endpoint(region));
  const std::string origin = (url.origin.tls ? "https://" : "http://") + url.origin.authority();
  return url.path == "/" ? origin : origin + url.path;
}

Status AwsProvider::may_change(const std::string& profile, std::stop_token stop) {
  const Client* client = TRY(client_of(profile));
  const auto& allowed = client->settings.allowed_account_ids;
  if (allowed.empty()) return {};
  const std::string account = TRY(account_id(profile, std::move(stop)));
  if (std::find(allowed.begin(), allowed.end(), account) != allowed.end()) return {};
  return credentials_error("profile " + client->profile.name + " may not change anything in account " +
                               (account.empty() ? "(not known)" : account) + ": its allowed_account_ids do not name it",
                           "choose the right profile, or add the account there");
}

std::string AwsProvider::ca_bundle() {
  const auto client = client_of({});
  return client ? (*client)->settings.ca_bundle : std::string();
}

std::vector<provider::SystemTable> AwsProvider::system_tables() {
  const auto text = [](const char* name) { return ResultColumn{name, DataType::string}; };
  const auto count = [](const char* name) { return ResultColumn{name, DataType::integer}; };
  return {
      {.name = "squall.limits",
       .columns = {text("account_id"), text("region"), count("in_flight"), count("in_flight_max"), count("waiting"),
                   ResultColumn{"rate_per_second", DataType::number}, count("calls"), count("throttled")},
       .snapshot = [this](std::stop_token) { return limit_rows(); }},
      {.name = "squall.credentials",
       .columns = {text("profile"), ResultColumn{"session", DataType::boolean}, text("source"), text("account_id"),
                   text("expires_at"), text("error"), ResultColumn{"sources_asked", DataType::array}},
       .snapshot = [this](std::stop_token stop) { return credential_rows(std::move(stop)); }},
  };
}

Result<std::vector<provider::SystemRow>> AwsProvider::limit_rows() {
  std::vector<provider::SystemRow> rows;
  for (const LimiterState& state : limiters_.states()) {
    provider::SystemRow row = {text_or_null(state.account), state.region};
    for (const std::uint64_t number :
         {static_cast<std::uint64_t>(state.in_flight), static_cast<std::uint64_t>(state.in_flight_max),
          static_cast<std::uint64_t>(state.waiting)})
      row.emplace_back(static_cast<std::int64_t>(number));
    row.emplace_back(state.rate_per_second > 0 ? provider::SystemValue(state.rate_per_second)
                                               : provider::SystemValue());
    row.emplace_back(static_cast<std::int64_t>(state.calls));
    row.emplace_back(static_cast<std::int64_t>(state.throttled));
    rows.push_back(std::move(row));
  }
  return rows;
}

// What statements without a profile use, then every profile of the files; asking them may ask services.
Result<std::vector<provider::SystemRow>> AwsProvider::credential_rows(std::stop_token stop) {
  std::vector<std::string> profiles = {{}};
  for (std::string& name : TRY(profile_names())) profiles.push_back(std::move(name));
  std::vector<provider::SystemRow> rows;
  for (const std::string& profile : profiles) {
    const CredentialReport report = TRY(report_credentials(profile, stop));
    std::string steps = "[";
    for (const ChainStep& step : report.steps)
      steps += (steps.size() > 1 ? "," : "") + json_quote(step.source + ": " + step.outcome);
    rows.push_back({report.profile, static_cast<std::int64_t>(profile.empty()), text_or_null(report.source),
                    text_or_null(report.account_id), text_or_null(report.expires_at), text_or_null(report.error),
                    steps + "]"});
  }
  return rows;
}

Result<std::vector<std::string>> AwsProvider::profile_names() {
  const std::lock_guard lock(mutex_);
  return TRY(files())->profile_names();
}

Result<CredentialReport> AwsProvider::report_credentials(const std::string& profile, std::stop_token stop) {
  std::unique_lock lock(mutex_);
  SourceContext context = TRY(source_context(profile.empty() ? options_.profile : profile, stop));
  lock.unlock();
  ChainReport chain = ask_every_source(context);
  CredentialReport report{.profile = context.profile.name, .steps = std::move(chain.steps)};
  if (!chain.credentials) {
    report.error = chain.credentials.error().message;
    return report;
  }
  report.source = chain.credentials->source;
  if (chain.credentials->expires_at) report.expires_at = iso_time(*chain.credentials->expires_at);
  report.account_id = chain.credentials->account_id.value_or("");
  if (report.account_id.empty()) {
    if (auto account = account_id(profile, stop)) {
      report.account_id = *account;
    } else {
      report.error = account.error().message;
    }
  }
  return report;
}

}  // namespace squall::aws
