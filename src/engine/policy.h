// SHOW POLICY FOR <statement>: an IAM policy document (version 2012-10-17) with what the statement may call.
//
// A statement of actions for Cloud Control itself (`cloudformation:GetResource` …, GetResourceRequestStatus for writes),
// one for the handlers of the types it touches, and one of its own for iam:PassRole. Children whose key the statement
// does not mention are listed under their parents, so the parents' permissions are in too. Nothing is sent; a pure
// function of the statement's text and the catalogue. Source: AWS, "Cloud Control API permissions" and the schemas'
// `handlers`.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "catalogue/catalogue.h"

namespace squall::engine {

// The document as indented JSON; an error where the statement names no resource or an unknown one. Positions are bytes
// into `statement`.
Result<std::string> policy_of(std::string_view statement, const catalogue::Catalogue& catalogue);

}  // namespace squall::engine
