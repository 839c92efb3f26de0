// Failed calls as a user reads them: what was lacking, and many of a kind in one sentence.
#pragma once

#include <string>
#include <vector>

#include "catalogue/catalogue.h"

namespace squall::engine {

// A refusal names the permissions that the call needs; those of a type's handler too, where the call is of a type.
Error with_permissions(Error error);
Error with_permissions(Error error, const catalogue::ResourceType& type);

// "3 calls failed: 2 AccessDeniedException (ListResources in eu-west-1, eu-west-2), 1 …; the first: …". One error stays
// as it is. REQUIRES: not empty.
Error summary_of(std::vector<Error> errors);

// "AccessDeniedException", or what else it was.
std::string code_of(const Error& error);

// "2 AccessDeniedException (ListResources in eu-west-1, eu-west-2), 1 network error (…)".
std::string counts_by_code(const std::vector<Error>& errors);

}  // namespace squall::engine
