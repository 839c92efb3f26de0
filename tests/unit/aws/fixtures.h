// An environment and files that a test writes down, and the context of a credential source over them.
#pragma once

#include <map>
#include <string>

#include "aws/credentials/source.h"
#include "support/fake_transport.h"

namespace squall::aws::testing {

using Texts = std::map<std::string, std::string>;

inline Environment environment_of(Texts variables) {
  return [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end() || found->second.empty()) return std::nullopt;
    return found->second;
  };
}

inline FileReader files_of(Texts files) {
  return [files = std::move(files)](const std::string& path) -> Result<std::optional<std::string>> {
    const auto found = files.find(path);
    if (found == files.end()) return std::optional<std::string>();
    return std::optional<std::string>(found->second);
  };
}

inline ConfigFiles config_of(const std::string& config, const std::string& credentials = {}) {
  return ConfigFiles::load(environment_of({{"HOME", "/h"}}),
                           files_of({{"/h/.aws/config", config}, {"/h/.aws/credentials", credentials}}))
      .value();
}

// Everything that a source may reach, all of it the test's.
struct World {
  Texts variables = {};
  std::string config = {};
  std::string credentials = {};
  Texts files = {};
  std::string profile = {};
  HttpCall answer = [](const net::HttpRequest&) -> Result<net::HttpResponse> {
    return Error{.kind = ErrorKind::network, .message = "connection refused"};
  };
  ProgramRunner program = [](const std::vector<std::string>&) -> Result<std::string> {
    return data_error("no program");
  };
  MfaPrompt mfa = [](const std::string&) -> Result<std::string> { return credentials_error("no terminal"); };

  // What was sent and written.
  std::vector<net::HttpRequest> sent = {};
  Texts written = {};
  test::FixedClock clock = {};

  Result<SourceContext> context() {
    variables.emplace("HOME", "/h");
    ConfigFiles loaded = TRY(ConfigFiles::load(
        environment_of(variables), files_of({{"/h/.aws/config", config}, {"/h/.aws/credentials", credentials}})));
    const ProfileChoice choice = TRY(choose_profile(profile, environment_of(variables), loaded));
    ClientSettings settings = TRY(client_settings(loaded, choice.name, environment_of(variables)));
    return SourceContext{.environment = environment_of(variables),
                         .files = std::move(loaded),
                         .profile = choice,
                         .settings = std::move(settings),
                         .clock = clock,
                         .read_file = files_of(files),
                         .write_file = [this](const std::string& path, const std::string& text) -> Status {
                           written[path] = text;
                           return {};
                         },
                         .call =
                             [this](net::HttpRequest request) {
                               sent.push_back(request);
                               return answer(std::move(request));
                             },
                         .run_program = program,
                         .ask_mfa = mfa};
  }
};

}  // namespace squall::aws::testing
