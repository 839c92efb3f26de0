// The Provider over the Cloud Control API, for AWS and for the local cloud alike: they differ in the transport.
//
// Owned by cli/; session threads call it. Configuration files are read when first needed. shut_down() must be called
// before the transport ends: lookups of credentials and waiting calls would use it.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "aws/cloud_control.h"
#include "aws/config/client_settings.h"
#include "aws/credentials/chain.h"
#include "aws/limiter.h"
#include "base/environment.h"
#include "base/log.h"
#include "provider/provider.h"

namespace squall::aws {

struct AwsOptions {
  std::string region = {};        // --region; empty: the environment's, else the profile's
  std::string profile = {};       // --profile; empty: AWS_PROFILE, else default
  std::string endpoint_url = {};  // --endpoint-url; empty: the environment's or the profile's, else AWS's own
  bool local = false;             // the local cloud: any credentials will do, us-east-1 where no region is named
  std::string local_store = {};   // its file, or ":memory:"
  LimiterOptions limiter = {};
  std::optional<RetryPolicy> retry = {};  // instead of the settings'
  FileReader read_file = read_small_file;
  Log* log = nullptr;
};

// Which source gave a profile's credentials, and what the earlier ones said; never a secret.
struct CredentialReport {
  std::string profile;
  std::vector<ChainStep> steps;
  std::string source;      // empty: none
  std::string account_id;  // empty: not known
  std::string expires_at;  // empty: never
  std::string error;
};

class AwsProvider final : public provider::Provider {
 public:
  // All references must outlive the provider.
  AwsProvider(net::Transport& transport, net::Timer& timer, const Clock& clock, Environment environment,
              AwsOptions options);
  ~AwsProvider() override;

  Result<std::unique_ptr<provider::ResourceStream>> scan(provider::ScanRequest request) override;
  Result<std::string> default_region() override;
  Result<std::string> account_id(const std::string& profile, std::stop_token stop) override;

  std::vector<provider::SystemTable> system_tables() override;
  // Asks may_change() of each profile first.
  Result<std::vector<provider::ChangeOutcome>> apply(std::vector<provider::Change> changes,
                                                     provider::ChangeObserver& observer,
                                                     provider::ApplySettings settings, std::stop_token stop) override;
  // Refuses a profile whose allowed_account_ids do not have its account. May ask for the account; blocks.
  Status may_change(const std::string& profile, std::stop_token stop) override;
  Result<provider::ProgressEvent> cancel(const std::string& profile, const std::string& region,
                                         const std::string& request_token, std::stop_token stop) override;
  Result<std::string> endpoint(const std::string& profile, const std::string& region) override;

  // Asks the sources of one profile, or of the session's; for `squall auth`. Blocks.
  Result<CredentialReport> report_credentials(const std::string& profile, std::stop_token stop);
  Result<std::vector<std::string>> profile_names();
  std::vector<LimiterState> limits() { return limiters_.states(); }
  // ca_bundle of the session's profile; empty: none, or the profile cannot be read (which the first call tells).
  std::string ca_bundle();
  void shut_down();

 private:
  struct Client;
  Result<const ConfigFiles*> files();
  Result<Client*> client_of(const std::string& profile);
  Result<std::unique_ptr<Client>> make_client(const std::string& profile);
  Result<SourceContext> source_context(const std::string& profile, std::stop_token stop);
  Result<std::unique_ptr<CredentialProvider>> make_credentials(const Client& client, const std::string& profile);
  Result<std::string> ask_account(Client& client, std::stop_token stop);
  Result<std::vector<provider::SystemRow>> limit_rows();
  Result<std::vector<provider::SystemRow>> credential_rows(std::stop_token stop);

  net::Transport& transport_;
  net::Timer& timer_;
  const Clock& clock_;
  const Environment environment_;
  const AwsOptions options_;
  Limiters limiters_;
  std::mutex mutex_;
  bool closed_ = false;
  std::optional<Result<ConfigFiles>> files_;
  std::map<std::string, std::unique_ptr<Client>> clients_;
};

}  // namespace squall::aws
