// A token in a file (of Kubernetes, of a CI system) exchanged for the credentials of a role. The file is read anew at
// each refresh, because whoever wrote it rotates it.
#include "aws/credentials/source.h"
#include "aws/credentials/sts.h"

namespace squall::aws {

namespace {

struct WebIdentity {
  std::optional<Setting> token_file;
  std::optional<Setting> role;
  std::optional<Setting> session;
};

std::optional<Setting> variable(const SourceContext& context, const char* name) {
  auto value = context.environment(name);
  if (!value) return std::nullopt;
  return Setting{*value, name};
}

// The environment's variables, unless a profile was chosen; else the profile's settings.
WebIdentity settings_of(const SourceContext& context) {
  WebIdentity identity;
  const bool by_profile = context.profile.is_explicit;
  const auto find = [&](const char* name, const char* key) {
    auto setting = by_profile ? std::nullopt : variable(context, name);
    return setting ? setting : context.files.find(context.profile.name, key);
  };
  identity.token_file = find("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file");
  identity.role = find("AWS_ROLE_ARN", "role_arn");
  identity.session = find("AWS_ROLE_SESSION_NAME", "role_session_name");
  return identity;
}

std::string without_line_end(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

}  // namespace

Result<Lookup> find_by_web_identity(const SourceContext& context) {
  const WebIdentity identity = settings_of(context);
  if (!identity.token_file) return not_here("neither AWS_WEB_IDENTITY_TOKEN_FILE nor web_identity_token_file is set");
  if (!identity.role)
    return credentials_error(identity.token_file->place + ": a web identity token file is set, but no role",
                             "set AWS_ROLE_ARN, or role_arn in the profile");
  const std::string path = expand_home(identity.token_file->text, context.environment);
  const auto token = TRY(context.read_file(path));
  if (!token) return credentials_error(identity.token_file->place + ": there is no file " + path);

  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(context.clock.now().time_since_epoch()).count();
  auto credentials = TRY(assume_role_with_web_identity(
      context,
      {{"RoleArn", identity.role->text},
       {"RoleSessionName", identity.session ? identity.session->text : "squall-session-" + std::to_string(seconds)},
       {"WebIdentityToken", without_line_end(*token)}}));
  credentials.source = "web identity (" + identity.role->text + ")";
  return Lookup{.found = std::move(credentials)};
}

}  // namespace squall::aws
