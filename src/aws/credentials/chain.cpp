#include "aws/credentials/chain.h"

namespace squall::aws {

namespace {

ChainReport ask(const SourceContext& context, bool by_profile_only) {
  std::vector<ChainStep> steps;
  for (const CredentialSource& source : credential_sources()) {
    if (by_profile_only && !source.by_profile) continue;
    auto lookup = source.find(context);
    if (!lookup) {
      steps.push_back({std::string(source.name), lookup.error().message});
      return {.steps = std::move(steps), .credentials = std::move(lookup).error()};
    }
    if (lookup->found) {
      steps.push_back({std::string(source.name), "used"});
      return {.steps = std::move(steps), .credentials = *std::move(lookup->found)};
    }
    steps.push_back({std::string(source.name), lookup->why_not});
  }
  const std::string hint = by_profile_only
                               ? "give the profile keys, a role, SSO or a credential_process"
                               : "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or choose a profile with --profile; "
                                 "squall auth tells what was looked for; --cloud local needs none";
  return {.steps = std::move(steps),
          .credentials = credentials_error("no AWS credentials for profile " + context.profile.name, hint)};
}

}  // namespace

const std::vector<CredentialSource>& credential_sources() {
  static const std::vector<CredentialSource> sources = {
      {"environment", find_in_environment, false},
      {"assume role", find_by_assumed_role, true},
      {"web identity", find_by_web_identity, true},
      {"sso", find_by_sso, true},
      {"shared credentials file", find_in_credentials_file, true},
      {"login session", find_by_login_session, true},
      {"credential process", find_by_process, true},
      {"config file", find_in_config_file, true},
      {"container", find_in_container, false},
      {"instance metadata", find_on_instance, false},
  };
  return sources;
}

ChainReport ask_every_source(const SourceContext& context) { return ask(context, false); }
Result<Credentials> find_credentials(const SourceContext& context) { return ask(context, false).credentials; }
Result<Credentials> find_in_profile(const SourceContext& context) { return ask(context, true).credentials; }

}  // namespace squall::aws
