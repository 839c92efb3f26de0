// A handler's refusal: ends as a FAILED event of a change, or as an exception of a read.
#pragma once

#include <optional>
#include <string>

namespace squall::local_cloud {

struct HandlerFailure {
  std::string code;  // HandlerErrorCode: "AlreadyExists"
  std::string message;
};
using Refusal = std::optional<HandlerFailure>;

}  // namespace squall::local_cloud
