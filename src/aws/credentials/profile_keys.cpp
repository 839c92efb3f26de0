// Keys that stand in the files themselves: the credentials file, and far down the order the config file.
#include "aws/credentials/source.h"

namespace squall::aws {

namespace {

Result<Lookup> find_keys(const SourceContext& context, ConfigFile file, const char* source) {
  const std::string& profile = context.profile.name;
  const auto find = [&](const char* key) { return context.files.find(file, profile, key); };
  const auto key_id = find("aws_access_key_id");
  const auto secret = find("aws_secret_access_key");
  if (!key_id && !secret) {
    return not_here("profile " + profile + " has no aws_access_key_id in " + context.files.path(file));
  }
  if (!key_id || !secret) {
    const Setting& half = key_id ? *key_id : *secret;
    return credentials_error(half.place + ": profile " + profile + " has " +
                                 (key_id ? "aws_access_key_id but no aws_secret_access_key"
                                         : "aws_secret_access_key but no aws_access_key_id"),
                             "write both, or neither");
  }
  auto token = find("aws_security_token");
  if (!token) token = find("aws_session_token");
  Credentials credentials{.key = {.access_key_id = key_id->text,
                                  .secret_access_key = Secret(secret->text),
                                  .session_token = Secret(token ? token->text : "")},
                          .source = source};
  if (const auto account = find("aws_account_id")) credentials.account_id = account->text;
  return Lookup{.found = std::move(credentials)};
}

}  // namespace

Result<Lookup> find_in_credentials_file(const SourceContext& context) {
  return find_keys(context, ConfigFile::credentials, "shared credentials file");
}

Result<Lookup> find_in_config_file(const SourceContext& context) {
  return find_keys(context, ConfigFile::config, "config file");
}

// Sign-in sessions of the AWS CLI prove who they are with a key of their own (DPoP), which is not built.
Result<Lookup> find_by_login_session(const SourceContext& context) {
  const auto session = context.files.find(context.profile.name, "login_session");
  if (!session) return not_here("profile " + context.profile.name + " has no login_session");
  return credentials_error(session->place + ": login_session is not supported",
                           "'aws configure export-credentials --format env' prints its credentials as variables");
}

}  // namespace squall::aws
