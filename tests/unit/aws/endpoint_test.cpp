#include "aws/endpoint.h"

#include <gtest/gtest.h>

#include <map>

#include "aws/credentials/credentials.h"
#include "aws/retry.h"

namespace squall::aws {
namespace {

Environment environment_of(std::map<std::string, std::string> variables) {
  return [variables](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

TEST(Endpoint, FollowsThePartitionOfTheRegion) {
  const std::pair<const char*, const char*> cases[] = {
      {"us-east-1", "cloudcontrolapi.us-east-1.amazonaws.com"},
      {"cn-north-1", "cloudcontrolapi.cn-north-1.amazonaws.com.cn"},
      {"us-gov-west-1", "cloudcontrolapi.us-gov-west-1.amazonaws.com"},
      {"us-iso-east-1", "cloudcontrolapi.us-iso-east-1.c2s.ic.gov"},
      {"us-isob-east-1", "cloudcontrolapi.us-isob-east-1.sc2s.sgov.gov"},
      {"eusc-de-east-1", "cloudcontrolapi.eusc-de-east-1.amazonaws.eu"},
  };
  for (const auto& [region, host] : cases) {
    const auto url = cloud_control_endpoint("", region);
    ASSERT_TRUE(url.ok()) << region;
    EXPECT_EQ(url->origin.host, host);
    EXPECT_TRUE(url->origin.tls);
  }
}

TEST(Endpoint, ExplicitThenServiceThenGeneralVariable) {
  const auto both =
      environment_of({{"AWS_ENDPOINT_URL_CLOUDCONTROL", "http://service"}, {"AWS_ENDPOINT_URL", "http://general"}});
  EXPECT_EQ(chosen_endpoint("http://explicit", both), "http://explicit");
  EXPECT_EQ(chosen_endpoint("", both), "http://service");
  EXPECT_EQ(chosen_endpoint("", environment_of({{"AWS_ENDPOINT_URL", "http://general"}})), "http://general");
  EXPECT_EQ(chosen_endpoint("", environment_of({})), "");
}

TEST(Endpoint, ConfiguredUrlsCanBeIgnored) {
  const auto ignored =
      environment_of({{"AWS_ENDPOINT_URL", "http://general"}, {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "True"}});
  EXPECT_EQ(chosen_endpoint("", ignored), "");
  EXPECT_EQ(chosen_endpoint("http://explicit", ignored), "http://explicit");
}

TEST(Endpoint, OnlyThisMachineIsLoopback) {
  EXPECT_TRUE(is_loopback("127.0.0.1"));
  EXPECT_TRUE(is_loopback("localhost"));
  EXPECT_TRUE(is_loopback("::1"));
  EXPECT_FALSE(is_loopback("127.0.0.1.example.com"));
  EXPECT_FALSE(is_loopback("example.com"));
}

TEST(Credentials, HalfAKeyPairIsAnErrorNotTheNextSource) {
  const auto half = find_credentials(environment_of({{"AWS_ACCESS_KEY_ID", "AKID"}}));
  ASSERT_FALSE(half.ok());
  EXPECT_EQ(half.error().message, "AWS_ACCESS_KEY_ID is set but AWS_SECRET_ACCESS_KEY is not");
  const auto none = find_credentials(environment_of({}));
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().kind, ErrorKind::credentials);
}

TEST(Retry, DelaysDoubleUpToTheCap) {
  const RetryPolicy policy;
  EXPECT_EQ(retry_delay(policy, 1, false, 1.0).count(), 100);
  EXPECT_EQ(retry_delay(policy, 3, false, 1.0).count(), 400);
  EXPECT_EQ(retry_delay(policy, 3, true, 0.5).count(), 2000);
  EXPECT_EQ(retry_delay(policy, 50, true, 1.0).count(), 20'000);
  EXPECT_EQ(retry_delay(policy, 3, true, 0.0).count(), 0);
}

TEST(Retry, OnlyWhatHelpsIsSentAgain) {
  const auto service = [](std::string code, int status) {
    return Error{.kind = ErrorKind::service, .code = std::move(code), .http_status = status};
  };
  EXPECT_TRUE(is_throttling(service("ThrottlingException", 400)));
  EXPECT_TRUE(is_retryable(service("HTTP 503", 503)));
  EXPECT_TRUE(is_retryable(Error{.kind = ErrorKind::network}));
  EXPECT_FALSE(is_retryable(service("AccessDeniedException", 400)));
  EXPECT_FALSE(is_retryable(service("HandlerInternalFailureException", 500)));
  EXPECT_FALSE(is_retryable(Error{.kind = ErrorKind::credentials}));
}

}  // namespace
}  // namespace squall::aws
