#include "aws/credentials/sso_token.h"

#include <openssl/evp.h>
#include <simdjson.h>

#include <array>

#include "aws/time_text.h"
#include "base/json_text.h"

namespace squall::aws {

namespace {

constexpr std::chrono::minutes kRenewBefore{15};

std::string sha1_hex(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
  std::string hex;
  for (unsigned i = 0; i < size; ++i) {
    hex += "0123456789abcdef"[digest.at(i) >> 4U];
    hex += "0123456789abcdef"[digest.at(i) & 15U];
  }
  return hex;
}

Error login_needed(const SourceContext& context, const std::string& why) {
  return credentials_error("the SSO session of profile " + context.profile.name + " cannot be used: " + why,
                           "run aws sso login --profile " + context.profile.name);
}

// CreateToken of the OIDC service; it is not signed.
std::optional<SsoToken> renewed(const SourceContext& context, const SsoToken& token, const std::string& region) {
  auto request = service_request(context, "sso_oidc", "oidc", region);
  if (!request) return std::nullopt;
  request->target = request->target == "/" ? "/token" : request->target + "/token";
  request->headers = {{"Content-Type", "application/json"}};
  request->body = R"({"grantType":"refresh_token","clientId":)" + json_quote(token.client_id) + R"(,"clientSecret":)" +
                  json_quote(token.client_secret.reveal()) + R"(,"refreshToken":)" +
                  json_quote(token.refresh_token.reveal()) + "}";
  const auto response = context.call(*std::move(request));
  if (!response || response->status != 200) return std::nullopt;
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  std::int64_t seconds = 0;
  if (parser.parse(simdjson::padded_string(response->body)).get(document) != simdjson::SUCCESS) return std::nullopt;
  if (document["expiresIn"].get_int64().get(seconds) != simdjson::SUCCESS || seconds <= 0 || seconds > 1'000'000'000)
    return std::nullopt;
  SsoToken fresh = token;
  fresh.access_token = Secret(json_field(response->body, "accessToken"));
  fresh.expires_at = context.clock.now() + std::chrono::seconds(seconds);
  if (const auto next = json_field(response->body, "refreshToken"); !next.empty()) fresh.refresh_token = Secret(next);
  if (fresh.access_token.empty()) return std::nullopt;
  return fresh;
}

bool is_renewable(const SsoToken& token, Clock::Time now) {
  if (token.refresh_token.empty() || token.client_id.empty() || token.client_secret.empty()) return false;
  return !token.registration_expires_at || *token.registration_expires_at > now;
}

}  // namespace

std::optional<SsoToken> parse_sso_token(std::string_view json) {
  const auto expires_at = parse_iso_time(json_field(json, "expiresAt"));
  SsoToken token{.access_token = Secret(json_field(json, "accessToken"))};
  if (token.access_token.empty() || !expires_at) return std::nullopt;
  token.expires_at = *expires_at;
  token.refresh_token = Secret(json_field(json, "refreshToken"));
  token.client_id = json_field(json, "clientId");
  token.client_secret = Secret(json_field(json, "clientSecret"));
  token.registration_expires_at = parse_iso_time(json_field(json, "registrationExpiresAt"));
  token.start_url = json_field(json, "startUrl");
  token.region = json_field(json, "region");
  return token;
}

std::string sso_token_json(const SsoToken& token) {
  std::string json = "{\"accessToken\":" + json_quote(token.access_token.reveal()) +
                     ",\"expiresAt\":" + json_quote(iso_time(token.expires_at));
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) json += ",\"" + std::string(name) + "\":" + json_quote(value);
  };
  add("refreshToken", token.refresh_token.reveal());
  add("clientId", token.client_id);
  add("clientSecret", token.client_secret.reveal());
  if (token.registration_expires_at) add("registrationExpiresAt", iso_time(*token.registration_expires_at));
  add("startUrl", token.start_url);
  add("region", token.region);
  return json + "}";
}

std::string sso_cache_path(const std::string& key, const Environment& environment) {
  return expand_home("~/.aws/sso/cache/", environment) + sha1_hex(key) + ".json";
}

Result<SsoToken> current_sso_token(const SourceContext& context, const std::string& cache_key,
                                   const std::string& sso_region, bool can_renew) {
  const std::string path = sso_cache_path(cache_key, context.environment);
  const auto text = TRY(context.read_file(path));
  if (!text) return login_needed(context, "nobody has logged in (there is no " + path + ")");
  auto token = parse_sso_token(*text);
  if (!token) return login_needed(context, path + " holds no token");
  const auto now = context.clock.now();
  if (token->expires_at - kRenewBefore > now) return *token;
  if (can_renew && is_renewable(*token, now)) {
    if (auto fresh = renewed(context, *token, sso_region)) {
      // The renewed token works whether or not it can be kept for the next run.
      const Status kept = context.write_file(path, sso_token_json(*fresh));
      static_cast<void>(kept);
      return *fresh;
    }
  }
  if (token->expires_at > now) return *token;
  return login_needed(context, "its token expired at " + iso_time(token->expires_at));
}

}  // namespace squall::aws
