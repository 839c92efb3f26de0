// IAM Identity Center (SSO): the token of a login exchanged for the credentials of a role in an account.
#include <simdjson.h>

#include "aws/credentials/source.h"
#include "aws/credentials/sso_token.h"

namespace squall::aws {

namespace {

struct SsoSettings {
  std::string account_id;
  std::string role_name;
  std::string region;
  std::string cache_key;  // the session's name, or the start URL of the older form
  bool has_session = false;
};

Result<std::string> required(const std::optional<Setting>& setting, const std::string& key,
                             const std::string& profile) {
  if (setting) return setting->text;
  return credentials_error("profile " + profile + " is set up for SSO but lacks " + key, "run aws configure sso");
}

Result<std::optional<SsoSettings>> settings_of(const SourceContext& context) {
  const std::string& profile = context.profile.name;
  const auto find = [&](const char* key) { return context.files.find(profile, key); };
  const auto session = find("sso_session");
  const auto start_url = find("sso_start_url");
  if (!session && !start_url) return std::optional<SsoSettings>();
  // A profile with a session but no account only holds a bearer token, for other services.
  if (session && !find("sso_account_id") && !find("sso_role_name")) return std::optional<SsoSettings>();
  SsoSettings settings;
  settings.account_id = TRY(required(find("sso_account_id"), "sso_account_id", profile));
  settings.role_name = TRY(required(find("sso_role_name"), "sso_role_name", profile));
  if (!session) {
    settings.region = TRY(required(find("sso_region"), "sso_region", profile));
    settings.cache_key = start_url->text;
    return std::optional<SsoSettings>(std::move(settings));
  }
  if (!context.files.has_sso_session(session->text))
    return credentials_error(session->place + ": there is no [sso-session " + session->text + "]");
  settings.region = TRY(required(context.files.find_sso(session->text, "sso_region"), "sso_region", profile));
  settings.cache_key = session->text;
  settings.has_session = true;
  return std::optional<SsoSettings>(std::move(settings));
}

Result<Credentials> read_answer(const net::HttpResponse& response, const SsoSettings& settings) {
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  simdjson::dom::element keys;
  const bool readable = parser.parse(simdjson::padded_string(response.body)).get(document) == simdjson::SUCCESS &&
                        document["roleCredentials"].get(keys) == simdjson::SUCCESS;
  const auto text = [&](const char* name) {
    std::string_view value;
    return readable && keys[name].get_string().get(value) == simdjson::SUCCESS ? std::string(value) : std::string();
  };
  Credentials credentials{.key = {.access_key_id = text("accessKeyId"),
                                  .secret_access_key = Secret(text("secretAccessKey")),
                                  .session_token = Secret(text("sessionToken"))},
                          .source = "sso (" + settings.role_name + ")",
                          .account_id = settings.account_id};
  std::int64_t expiration_ms = 0;
  if (credentials.key.access_key_id.empty() || credentials.key.secret_access_key.empty() ||
      keys["expiration"].get_int64().get(expiration_ms) != simdjson::SUCCESS || expiration_ms < 0 ||
      expiration_ms > 7'258'118'400'000) {
    return credentials_error("the SSO service answered without credentials");
  }
  credentials.expires_at = Clock::Time(std::chrono::milliseconds(expiration_ms));
  return credentials;
}

Error refusal(const SourceContext& context, const net::HttpResponse& response, const SsoSettings& settings) {
  std::string text = json_field(response.body, "message");
  if (text.empty()) text = "HTTP status " + std::to_string(response.status);
  Error error = credentials_error(
      "SSO gave no credentials for role " + settings.role_name + " of account " + settings.account_id + ": " + text,
      response.status == 401 ? "run aws sso login --profile " + context.profile.name
                             : "aws sso lists the roles that you may take");
  error.http_status = response.status;
  return error;
}

}  // namespace

Result<Lookup> find_by_sso(const SourceContext& context) {
  const auto settings = TRY(settings_of(context));
  if (!settings) return not_here("profile " + context.profile.name + " has neither sso_session nor sso_start_url");
  const SsoToken token = TRY(current_sso_token(context, settings->cache_key, settings->region, settings->has_session));
  net::HttpRequest request = TRY(service_request(context, "sso", "portal.sso", settings->region));
  request.method = "GET";
  if (request.target == "/") request.target.clear();
  request.target += "/federation/credentials?role_name=" + percent_encoded(settings->role_name) +
                    "&account_id=" + percent_encoded(settings->account_id);
  request.headers = {{"x-amz-sso_bearer_token", token.access_token.reveal()}};
  const auto response = TRY(context.call(std::move(request)));
  if (response.status != 200) return refusal(context, response, *settings);
  return Lookup{.found = TRY(read_answer(response, *settings))};
}

}  // namespace squall::aws
