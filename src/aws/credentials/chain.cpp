#include "aws/credentials/credentials.h"

namespace squall::aws {

Result<Credentials> find_credentials(const Environment& environment) {
  if (auto found = TRY(environment_credentials(environment))) return *std::move(found);
  return Error{.kind = ErrorKind::credentials,
               .message = "no AWS credentials: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set",
               .hint =
                   "set them (profiles, SSO, roles and instance metadata are not built yet: 'aws configure "
                   "export-credentials --format env' prints them), or use --cloud local"};
}

}  // namespace squall::aws
