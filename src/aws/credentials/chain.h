// The order in which the sources are asked, which is botocore's.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aws/credentials/source.h"

namespace squall::aws {

struct CredentialSource {
  std::string_view name;  // "instance metadata"
  Result<Lookup> (*find)(const SourceContext&);
  bool by_profile;  // also asked for the source_profile of a role
};
const std::vector<CredentialSource>& credential_sources();

// What each source said, in order, for `squall auth`: the last line is that of the source that won or failed.
struct ChainStep {
  std::string source;
  std::string outcome;  // "used", or why not
};
struct ChainReport {
  std::vector<ChainStep> steps;
  Result<Credentials> credentials;
};
ChainReport ask_every_source(const SourceContext& context);

// The first source that has credentials; an error of kind credentials that names what was looked for.
Result<Credentials> find_credentials(const SourceContext& context);
// The same among the sources that a profile alone can name.
Result<Credentials> find_in_profile(const SourceContext& context);

}  // namespace squall::aws
