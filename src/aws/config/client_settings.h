// How one profile talks to AWS: region, endpoints, retries; out of environment variables and the profile's settings.
//
// A pure function of both, so any thread. Variables win over the files. Wrong values are errors that name the place.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/config/config_files.h"
#include "base/environment.h"

namespace squall::aws {

enum class RetryMode { legacy, standard, adaptive };

struct ClientSettings {
  std::string region = {};  // empty: none is set
  bool use_fips = false;
  bool use_dual_stack = false;
  std::optional<int> attempts_max = {};  // the first included
  std::optional<RetryMode> retry_mode = {};
  std::string ca_bundle = {};
  // Of our own: writes elsewhere are refused. Empty: any account.
  std::vector<std::string> allowed_account_ids = {};
};
Result<ClientSettings> client_settings(const ConfigFiles& files, const std::string& profile,
                                       const Environment& environment);

// The endpoint that the user chose for a service ("cloudcontrol", "sts", "sso", "sso_oidc"): `explicit_url`, else
// AWS_ENDPOINT_URL_CLOUDCONTROL, else AWS_ENDPOINT_URL, else the profile's services section, else its endpoint_url; all
// but the first only where AWS_IGNORE_CONFIGURED_ENDPOINT_URLS and its like are not true. Empty: AWS's own.
std::string configured_endpoint(const std::string& explicit_url, std::string_view service, const ConfigFiles& files,
                                const std::string& profile, const Environment& environment);

}  // namespace squall::aws
