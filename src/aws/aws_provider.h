// The Provider over the Cloud Control API, for AWS and for the local cloud alike: they differ in the transport.
#pragma once

#include <memory>
#include <string>

#include "aws/cloud_control.h"
#include "base/environment.h"
#include "provider/provider.h"

namespace squall::aws {

struct AwsOptions {
  std::string region = {};        // --region; empty: AWS_REGION, AWS_DEFAULT_REGION
  std::string endpoint_url = {};  // --endpoint-url; empty: the environment's, else AWS's own
  bool local = false;             // the local cloud: any credentials will do, us-east-1 where no region is named
  RetryPolicy retry = {};
};

class AwsProvider final : public provider::Provider {
 public:
  // All references must outlive the provider, and the transport must have answered everything before it goes.
  AwsProvider(net::Transport& transport, net::Timer& timer, const Clock& clock, Environment environment,
              AwsOptions options);

  Result<std::unique_ptr<provider::ResourceStream>> scan(provider::ScanRequest request) override;
  Result<std::string> default_region() override;

 private:
  Result<Credentials> credentials() const;

  Environment environment_;
  AwsOptions options_;
  bool credentials_optional_;
  CloudControl cloud_;
};

}  // namespace squall::aws
