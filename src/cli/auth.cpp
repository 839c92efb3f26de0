// squall auth: which source gives each profile its credentials, and what the others said. Never a secret.
#include <ostream>

#include "cli/backend.h"
#include "cli/command.h"
#include "cli/interrupt.h"

namespace squall::cli {

namespace {

void print(const aws::CredentialReport& report, std::ostream& out) {
  out << "profile " << report.profile << "\n";
  for (const aws::ChainStep& step : report.steps) {
    const bool used = step.outcome == "used";
    out << "  " << (used ? "* " : "- ") << step.source << ": " << (used ? report.source : step.outcome) << "\n";
  }
  if (!report.source.empty()) {
    out << "  account: " << (report.account_id.empty() ? "not known" : report.account_id) << "\n";
    out << "  expires: " << (report.expires_at.empty() ? "never" : report.expires_at) << "\n";
  }
}

Result<int> auth(const GlobalOptions& global, Terminal& terminal) {
  const std::stop_token stop = stop_on_interrupt();
  const auto backend = TRY(Backend::open(global, terminal.environment, terminal.err));
  std::vector<std::string> profiles = {global.profile};
  // Without a choice: what the session would use, then every profile of the files.
  if (global.profile.empty()) {
    for (std::string& name : TRY(backend->provider().profile_names())) profiles.push_back(std::move(name));
  }
  int code = kDone;
  for (const std::string& profile : profiles) {
    const auto report = TRY(backend->provider().report_credentials(profile, stop));
    if (profile.empty()) terminal.out << "without --profile: ";
    print(report, terminal.out);
    // Only what a statement would use decides about success.
    const bool asked_for = profile == global.profile;
    if (!report.error.empty()) {
      terminal.err << "error: " << report.error << "\n";
      if (asked_for) code = kFailed;
    }
    if (stop.stop_requested()) return kInterrupted;
  }
  return code;
}

}  // namespace

int run_auth(const GlobalOptions& global, Terminal& terminal) {
  const auto code = auth(global, terminal);
  return code ? *code : print_error(terminal.err, code.error());
}

}  // namespace squall::cli
