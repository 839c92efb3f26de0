#include "aws/oddities.h"

#include "base/ascii.h"

namespace squall::aws {

bool lists_all_regions(std::string_view type_name) { return type_name == "AWS::S3::Bucket"; }

std::string own_region_in(const Error& error) {
  constexpr std::string_view kMark = "is in this region: ";
  if (error.kind != ErrorKind::service) return {};
  const auto mark = error.message.find(kMark);
  if (mark == std::string::npos) return {};
  std::string region;
  for (const char c : error.message.substr(mark + kMark.size())) {
    if (!is_ascii_alnum(c) && c != '-') break;
    region += c;
  }
  return region;
}

bool is_unsupported(const Error& error) {
  return error.kind == ErrorKind::service && error.code == "UnsupportedActionException";
}

bool is_not_found(const Error& error) {
  if (error.kind != ErrorKind::service) return false;
  return error.code == "ResourceNotFoundException" || error.code == "ResourceNotFound" ||
         error.message.find("(HandlerErrorCode: NotFound,") != std::string::npos;
}

bool is_unknown_request(const Error& error) {
  return error.kind == ErrorKind::service &&
         (error.code == "RequestTokenNotFoundException" || error.code == "RequestTokenNotFound");
}

}  // namespace squall::aws
