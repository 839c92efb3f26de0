// The user's AWS configuration: profiles, SSO sessions and service sections of the two files.
//
// Read once, when first needed; immutable afterwards, so any thread may look. Both files may be absent. Of a setting that
// stands in both files, the credentials file's value counts, as in botocore. Errors name file and line.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "aws/config/ini_file.h"
#include "base/environment.h"

namespace squall::aws {

// The text of a file; nothing when there is none; an error when it cannot be read. Handed in so that tests need no disk.
using FileReader = std::function<Result<std::optional<std::string>>(const std::string& path)>;
Result<std::optional<std::string>> read_small_file(const std::string& path);

// A value and where it stands: "~/.aws/config:12".
struct Setting {
  std::string text;
  std::string place;
};

enum class ConfigFile { config, credentials };

class ConfigFiles {
 public:
  // AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE, else those of ~/.aws.
  static Result<ConfigFiles> load(const Environment& environment, const FileReader& read_file);
  ConfigFiles() = default;

  bool has_profile(const std::string& profile) const;
  std::vector<std::string> profile_names() const;
  // A profile's setting, of one file or of either.
  std::optional<Setting> find(ConfigFile file, const std::string& profile, const std::string& key) const;
  std::optional<Setting> find(const std::string& profile, const std::string& key) const;
  // A setting of [sso-session NAME].
  std::optional<Setting> find_sso(const std::string& session, const std::string& key) const;
  bool has_sso_session(const std::string& session) const { return config_.contains("sso-session " + session); }
  // endpoint_url and its like of one service: "[services NAME]", "cloudcontrol =", "  endpoint_url = ...".
  std::optional<std::string> find_service(const std::string& services, const std::string& service,
                                          const std::string& key) const;

  const std::string& path(ConfigFile file) const;

 private:
  const IniSection* section(ConfigFile file, const std::string& profile) const;

  std::string config_path_;
  std::string credentials_path_;
  IniFile config_;  // section names with one space and no quotes: "profile my dev"
  IniFile credentials_;
};

// The profile of a session: `chosen` (--profile, profile = '...'), else AWS_PROFILE, else "default". One that was named
// but is in neither file is an error.
struct ProfileChoice {
  std::string name;
  bool is_explicit = false;  // then environment variables do not give the credentials
};
Result<ProfileChoice> choose_profile(const std::string& chosen, const Environment& environment,
                                     const ConfigFiles& files);

// $HOME, for the paths that begin with ~/.
std::string expand_home(const std::string& path, const Environment& environment);

}  // namespace squall::aws
