// The sources of credentials: one file a source, all of one form, asked in an explicit order (chain.h).
//
// A lookup may wait for the network or a program, so it runs on the thread of a CredentialCache, never on the network's.
// Whatever it needs from outside comes in by the SourceContext. An error means that the source is configured but cannot
// give credentials: the chain stops there, because the next source would be another identity than the user asked for.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "aws/config/client_settings.h"
#include "aws/config/config_files.h"
#include "aws/credentials/credentials.h"
#include "base/clock.h"
#include "base/environment.h"
#include "net/http_message.h"

namespace squall::aws {

// Sends and waits for the answer. An error is the transport's, or of kind interrupted.
using HttpCall = std::function<Result<net::HttpResponse>(net::HttpRequest request)>;
// Runs a program without a shell; its standard output, or an error.
using ProgramRunner = std::function<Result<std::string>(const std::vector<std::string>& words)>;
// Writes a file that only its owner can read, whole or not at all.
using PrivateFileWriter = std::function<Status(const std::string& path, const std::string& text)>;
// The one-time code of a device, asked of the user.
using MfaPrompt = std::function<Result<std::string>(const std::string& serial)>;

struct SourceContext {
  Environment environment;
  ConfigFiles files;
  ProfileChoice profile;
  ClientSettings settings;
  const Clock& clock;
  FileReader read_file;
  PrivateFileWriter write_file;
  HttpCall call;
  ProgramRunner run_program;
  MfaPrompt ask_mfa;
  std::vector<std::string> profiles_visited = {};  // by a chain of roles, to find loops
};

// Credentials, or in a few words why this source has none: "AWS_ACCESS_KEY_ID is not set".
struct Lookup {
  std::optional<Credentials> found = {};
  std::string why_not = {};
};
inline Lookup not_here(std::string why) { return {.why_not = std::move(why)}; }

Result<Lookup> find_in_environment(const SourceContext& context);
Result<Lookup> find_by_assumed_role(const SourceContext& context);
Result<Lookup> find_by_web_identity(const SourceContext& context);
Result<Lookup> find_by_sso(const SourceContext& context);
Result<Lookup> find_in_credentials_file(const SourceContext& context);
Result<Lookup> find_by_login_session(const SourceContext& context);
Result<Lookup> find_by_process(const SourceContext& context);
Result<Lookup> find_in_config_file(const SourceContext& context);
Result<Lookup> find_in_container(const SourceContext& context);
Result<Lookup> find_on_instance(const SourceContext& context);

Error credentials_error(std::string message, std::string hint = {});
// A value of a JSON object at its top level, as text; empty where it is absent or no string.
std::string json_field(std::string_view json, std::string_view name);
// The name in %XX form, as forms and queries have it.
std::string percent_encoded(std::string_view text);
// AWS_ENDPOINT_URL_<SERVICE> and its like of the context's profile.
Result<net::HttpRequest> service_request(const SourceContext& context, std::string_view service,
                                         std::string_view host_prefix, std::string_view region);

}  // namespace squall::aws
