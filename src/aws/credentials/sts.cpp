#include "aws/credentials/sts.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "aws/time_text.h"
#include "base/ascii.h"

namespace squall::aws {

namespace {

constexpr int kAttemptsMax = 3;

std::string resolved_entities(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, char>, 5> kEntities = {
      {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}}};
  std::string resolved;
  while (!text.empty()) {
    const auto* entity = std::find_if(kEntities.begin(), kEntities.end(),
                                      [&](const auto& candidate) { return text.starts_with(candidate.first); });
    if (entity != kEntities.end()) {
      resolved += entity->second;
      text.remove_prefix(entity->first.size());
    } else {
      resolved += text.front();
      text.remove_prefix(1);
    }
  }
  return resolved;
}

std::string form_of(const StsParameters& parameters) {
  std::string form;
  for (const auto& [name, value] : parameters)
    form += (form.empty() ? "" : "&") + percent_encoded(name) + "=" + percent_encoded(value);
  return form;
}

Error error_of(const net::HttpResponse& response, const std::string& action) {
  const std::string code = xml_text(response.body, "Code");
  const std::string text = xml_text(response.body, "Message");
  Error error = credentials_error("STS refused " + action + ": " +
                                  (code.empty() ? "HTTP status " + std::to_string(response.status) : code) +
                                  (text.empty() ? "" : ": " + text));
  error.code = code;
  error.operation = action;
  error.http_status = response.status;
  error.request_id = xml_text(response.body, "RequestId");
  return error;
}

// One answer of status 200; server faults and lost answers are tried again, signed anew each time.
Result<net::HttpResponse> ask_sts(const SourceContext& context, const Credentials* signer, StsParameters parameters) {
  const std::string action = parameters["Action"];
  const std::string region = sts_region(context, parameters["RoleArn"]);
  net::HttpRequest request = TRY(service_request(context, "sts", "sts", region));
  request.body = form_of(parameters);
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}};
  for (int attempt = 1;; ++attempt) {
    if (signer != nullptr) net::sign(request, signer->key, {.region = region, .service = "sts"}, context.clock.now());
    auto response = context.call(request);
    const bool again = response ? response->status >= 500 || xml_text(response->body, "Code") == "Throttling" ||
                                      xml_text(response->body, "Code") == "IDPCommunicationError"
                                : response.error().kind == ErrorKind::network;
    if (again && attempt < kAttemptsMax) continue;
    if (!response) {
      Error error = std::move(response).error();
      if (error.kind == ErrorKind::network)
        error.message = "STS could not be asked for " + action + ": " + error.message;
      error.operation = action;
      return error;
    }
    if (response->status != 200) return error_of(*response, action);
    return response;
  }
}

Result<Credentials> credentials_of(const net::HttpResponse& response, const std::string& role_arn) {
  Credentials credentials{.key = {.access_key_id = xml_text(response.body, "AccessKeyId"),
                                  .secret_access_key = Secret(xml_text(response.body, "SecretAccessKey")),
                                  .session_token = Secret(xml_text(response.body, "SessionToken"))}};
  credentials.expires_at = parse_iso_time(xml_text(response.body, "Expiration"));
  if (credentials.key.access_key_id.empty() || credentials.key.secret_access_key.empty() || !credentials.expires_at)
    return credentials_error("STS answered without credentials for " + role_arn);
  std::string account = account_of_arn(xml_text(response.body, "Arn"));
  if (account.empty()) account = account_of_arn(role_arn);
  if (!account.empty()) credentials.account_id = std::move(account);
  return credentials;
}

}  // namespace

std::string xml_text(std::string_view xml, std::string_view element) {
  const std::string open = "<" + std::string(element) + ">";
  const auto begin = xml.find(open);
  if (begin == std::string_view::npos) return {};
  const auto end = xml.find("</" + std::string(element) + ">", begin);
  if (end == std::string_view::npos) return {};
  return resolved_entities(xml.substr(begin + open.size(), end - begin - open.size()));
}

std::string account_of_arn(std::string_view arn) {
  if (!arn.starts_with("arn:")) return {};
  for (int field = 0; field < 4; ++field) {
    const auto colon = arn.find(':');
    if (colon == std::string_view::npos) return {};
    arn.remove_prefix(colon + 1);
  }
  const std::string_view account = arn.substr(0, arn.find(':'));
  const bool digits = account.size() == 12 && std::all_of(account.begin(), account.end(), is_ascii_digit);
  return digits ? std::string(account) : std::string();
}

std::string sts_region(const SourceContext& context, std::string_view role_arn) {
  if (!context.settings.region.empty()) return context.settings.region;
  if (role_arn.starts_with("arn:aws-cn:")) return "cn-north-1";
  if (role_arn.starts_with("arn:aws-us-gov:")) return "us-gov-west-1";
  return "us-east-1";
}

Result<Credentials> assume_role(const SourceContext& context, const Credentials& signer, StsParameters parameters) {
  parameters["Action"] = "AssumeRole";
  parameters["Version"] = "2011-06-15";
  const auto response = TRY(ask_sts(context, &signer, parameters));
  return credentials_of(response, parameters["RoleArn"]);
}

Result<Credentials> assume_role_with_web_identity(const SourceContext& context, StsParameters parameters) {
  parameters["Action"] = "AssumeRoleWithWebIdentity";
  parameters["Version"] = "2011-06-15";
  const auto response = TRY(ask_sts(context, nullptr, parameters));
  return credentials_of(response, parameters["RoleArn"]);
}

Result<std::string> account_of_caller_identity(const net::HttpResponse& response) {
  if (response.status != 200) return error_of(response, "GetCallerIdentity");
  std::string account = xml_text(response.body, "Account");
  if (account.size() == 12 && std::all_of(account.begin(), account.end(), is_ascii_digit)) return account;
  return credentials_error("STS answered GetCallerIdentity without an account");
}

}  // namespace squall::aws
