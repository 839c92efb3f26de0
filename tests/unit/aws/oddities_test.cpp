// Texts and types that are unlike the rest.
#include "aws/oddities.h"

#include <gtest/gtest.h>

namespace squall::aws {
namespace {

Error service(const std::string& text) { return {.kind = ErrorKind::service, .message = text}; }

TEST(Oddities, TheRegionThatAnAnswerNames) {
  EXPECT_EQ(own_region_in(service("AWS::S3::Bucket Handler returned status FAILED: The bucket is in this region: "
                                  "eu-west-1. Please use this region to retry the request (Service: S3)")),
            "eu-west-1");
  EXPECT_EQ(own_region_in(service("The bucket is in this region: ")), "");
  EXPECT_EQ(own_region_in(service("no such bucket")), "");
  EXPECT_EQ(own_region_in({.kind = ErrorKind::network, .message = "is in this region: eu-west-1"}), "");
}

TEST(Oddities, NotFoundComesUnderSeveralCodes) {
  EXPECT_TRUE(is_not_found({.kind = ErrorKind::service, .message = "x", .code = "ResourceNotFoundException"}));
  EXPECT_TRUE(
      is_not_found(service("Handler returned status FAILED: gone (HandlerErrorCode: NotFound, RequestToken: r)")));
  EXPECT_FALSE(is_not_found({.kind = ErrorKind::service, .message = "x", .code = "TypeNotFoundException"}));
  EXPECT_FALSE(is_not_found({.kind = ErrorKind::network, .message = "x", .code = "ResourceNotFoundException"}));
}

TEST(Oddities, UnknownRequest) {
  EXPECT_TRUE(
      is_unknown_request({.kind = ErrorKind::service, .message = "x", .code = "RequestTokenNotFoundException"}));
  EXPECT_FALSE(is_unknown_request({.kind = ErrorKind::service, .message = "x", .code = "ResourceNotFoundException"}));
  EXPECT_FALSE(
      is_unknown_request({.kind = ErrorKind::network, .message = "x", .code = "RequestTokenNotFoundException"}));
}

}  // namespace
}  // namespace squall::aws
