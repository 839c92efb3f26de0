// role_arn in a profile: the keys of another profile, or of the machine, exchanged for those of a role.
#include <algorithm>
#include <array>

#include "aws/credentials/chain.h"
#include "aws/credentials/source.h"
#include "aws/credentials/sts.h"

namespace squall::aws {

namespace {

struct NamedSource {
  std::string_view name;
  Result<Lookup> (*find)(const SourceContext&);
};

constexpr std::array<NamedSource, 3> kCredentialSources = {{{"Environment", find_in_environment},
                                                            {"EcsContainer", find_in_container},
                                                            {"Ec2InstanceMetadata", find_on_instance}}};

Result<Credentials> of_credential_source(const SourceContext& context, const Setting& setting) {
  const auto* source = std::find_if(kCredentialSources.begin(), kCredentialSources.end(),
                                    [&](const NamedSource& candidate) { return candidate.name == setting.text; });
  if (source == kCredentialSources.end()) {
    return credentials_error(setting.place + ": credential_source '" + setting.text + "' is not known",
                             "one of Environment, EcsContainer, Ec2InstanceMetadata");
  }
  SourceContext machine = context;
  machine.profile.is_explicit = false;  // The profile itself points at the environment.
  Lookup lookup = TRY(source->find(machine));
  if (lookup.found) return *std::move(lookup.found);
  return credentials_error(setting.place + ": credential_source " + setting.text + " has none: " + lookup.why_not);
}

Result<Credentials> of_source_profile(const SourceContext& context, const Setting& setting) {
  const std::string& name = setting.text;
  if (!context.files.has_profile(name))
    return credentials_error(setting.place + ": source_profile " + name + " is in neither file");
  SourceContext source = context;
  source.profile = {.name = name, .is_explicit = true};
  source.profiles_visited.push_back(context.profile.name);
  for (auto* find : {find_in_credentials_file, find_in_config_file}) {
    Lookup keys = TRY(find(source));
    // A profile may name itself, or be named in a loop, where it has keys.
    if (keys.found) return *std::move(keys.found);
  }
  if (std::find(source.profiles_visited.begin(), source.profiles_visited.end(), name) !=
      source.profiles_visited.end()) {
    std::string loop;
    for (const std::string& visited : source.profiles_visited) loop += visited + " -> ";
    return credentials_error(setting.place + ": the source profiles go in a circle: " + loop + name);
  }
  return find_in_profile(source);
}

Result<Credentials> signer_of(const SourceContext& context, const Setting& role) {
  const std::string& profile = context.profile.name;
  const auto source_profile = context.files.find(profile, "source_profile");
  const auto credential_source = context.files.find(profile, "credential_source");
  if (source_profile && credential_source)
    return credentials_error(credential_source->place + ": profile " + profile +
                             " has both source_profile and credential_source; leave one of them out");
  if (source_profile) return of_source_profile(context, *source_profile);
  if (credential_source) return of_credential_source(context, *credential_source);
  return credentials_error(role.place + ": profile " + profile +
                           " has role_arn but neither source_profile nor credential_source");
}

}  // namespace

Result<Lookup> find_by_assumed_role(const SourceContext& context) {
  const std::string& profile = context.profile.name;
  const auto find = [&](const char* key) { return context.files.find(profile, key); };
  const auto role = find("role_arn");
  if (!role) return not_here("profile " + profile + " has no role_arn");
  if (find("web_identity_token_file"))
    return not_here("the role of profile " + profile + " is assumed by web identity");
  const Credentials signer = TRY(signer_of(context, *role));

  StsParameters parameters = {{"RoleArn", role->text}};
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(context.clock.now().time_since_epoch()).count();
  const auto session = find("role_session_name");
  parameters["RoleSessionName"] = session ? session->text : "squall-session-" + std::to_string(seconds);
  if (const auto external = find("external_id")) parameters["ExternalId"] = external->text;
  if (const auto duration = find("duration_seconds")) parameters["DurationSeconds"] = duration->text;
  if (const auto serial = find("mfa_serial")) {
    parameters["SerialNumber"] = serial->text;
    parameters["TokenCode"] = TRY(context.ask_mfa(serial->text));
  }
  auto credentials = assume_role(context, signer, std::move(parameters));
  if (!credentials) {
    Error error = std::move(credentials).error();
    error.message = role->place + ": " + error.message;
    return error;
  }
  credentials->source = "assume-role (" + role->text + ")";
  return Lookup{.found = std::move(credentials).value()};
}

}  // namespace squall::aws
