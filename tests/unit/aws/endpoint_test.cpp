#include "aws/endpoint.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "aws/retry.h"
#include "net/transport.h"

namespace squall::aws {
namespace {

std::string endpoint_of(const EndpointQuery& query) {
  const auto url = resolve_endpoint(query);
  if (!url) return "error: " + url.error().message;
  return (url->origin.tls ? "https://" : "http://") + url->origin.authority();
}

// The published cases of the service's endpoint rules.
TEST(Endpoint, FollowsThePublishedCases) {
  std::ifstream file(SQUALL_TEST_DATA "/aws/cloudcontrol-endpoint-tests.json");
  const auto document = nlohmann::json::parse(file);
  int checked = 0;
  for (const auto& test : document["testCases"]) {
    if (!test.contains("params")) continue;  // An empty one stands at the end.
    const auto& params = test["params"];
    const std::string region = params.value("Region", "");
    const std::string custom = params.value("Endpoint", "");
    const std::string got = endpoint_of({.region = region,
                                         .custom_url = custom,
                                         .fips = params["UseFIPS"].get<bool>(),
                                         .dual_stack = params["UseDualStack"].get<bool>()});
    const auto& expected = test["expect"];
    if (expected.contains("endpoint")) {
      EXPECT_EQ(got, expected["endpoint"]["url"].get<std::string>()) << test["documentation"];
    } else {
      EXPECT_TRUE(got.starts_with("error: ")) << test["documentation"] << got;
    }
    ++checked;
  }
  EXPECT_EQ(checked, 48);
}

TEST(Endpoint, FollowsThePartitionOfTheRegion) {
  EXPECT_EQ(endpoint_of({.region = "eusc-de-east-1"}), "https://cloudcontrolapi.eusc-de-east-1.amazonaws.eu");
  EXPECT_EQ(endpoint_of({.host_prefix = "sts", .region = "cn-north-1"}), "https://sts.cn-north-1.amazonaws.com.cn");
  EXPECT_EQ(endpoint_of({.host_prefix = "portal.sso", .region = "eu-west-1"}),
            "https://portal.sso.eu-west-1.amazonaws.com");
  EXPECT_EQ(endpoint_of({}), "error: '' is not the name of a region");
}

// Every region of the published partitions is given its partition's suffix.
TEST(Endpoint, KnowsThePublishedPartitions) {
  std::ifstream file(SQUALL_TEST_DATA "/aws/partitions.json");
  const auto document = nlohmann::json::parse(file);
  int checked = 0;
  for (const auto& partition : document["partitions"]) {
    for (const auto& [region, facts] : partition["regions"].items()) {
      if (region.ends_with("-global")) continue;
      const Partition found = partition_of(region);
      EXPECT_EQ(found.name, partition["id"].get<std::string>()) << region;
      EXPECT_EQ(found.dns_suffix, partition["outputs"]["dnsSuffix"].get<std::string>()) << region;
      EXPECT_EQ(found.dual_stack_suffix, partition["outputs"]["dualStackDnsSuffix"].get<std::string>()) << region;
      ++checked;
    }
  }
  EXPECT_GE(checked, 40);
}

TEST(Endpoint, OnlyThisMachineIsLoopback) {
  EXPECT_TRUE(is_loopback("127.0.0.1"));
  EXPECT_TRUE(is_loopback("localhost"));
  EXPECT_TRUE(is_loopback("::1"));
  EXPECT_FALSE(is_loopback("127.0.0.1.example.com"));
  EXPECT_FALSE(is_loopback("example.com"));
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
  EXPECT_FALSE(is_retryable(Error{.kind = ErrorKind::network, .code = std::string(net::kCertificateNotAccepted)}));
}

TEST(Retry, SettingsBoundTheAttempts) {
  EXPECT_EQ(retry_policy({}).attempts_max, 5);
  EXPECT_EQ(retry_policy({}).throttled_attempts_max, 25);
  EXPECT_EQ(retry_policy({.attempts_max = 2}).attempts_max, 2);
  EXPECT_EQ(retry_policy({.attempts_max = 2}).throttled_attempts_max, 2);
  EXPECT_EQ(retry_policy({.retry_mode = RetryMode::standard}).attempts_max, 3);
}

TEST(Retry, TheServicesOwnDelayIsAMinimumWithinTheCap) {
  using std::chrono::milliseconds;
  const RetryPolicy policy;
  const auto delay = [&](net::HttpHeaders headers) {
    return retry_delay_of_answer(policy, milliseconds(700), headers).count();
  };
  EXPECT_EQ(delay({}), 700);
  EXPECT_EQ(delay({{"x-amz-retry-after", "1500"}}), 1500);
  EXPECT_EQ(delay({{"x-amz-retry-after", "3"}}), 700);
  EXPECT_EQ(delay({{"Retry-After", "4"}}), 4000);
  EXPECT_EQ(delay({{"Retry-After", "86400"}}), 20'000);
  EXPECT_EQ(delay({{"Retry-After", "Wed, 25 Nov 2026 12:00:00 GMT"}}), 700);
}

TEST(Retry, ASkewIsReadFromTheDateOnlyWhereTheSignatureIsBlamed) {
  const Clock::Time now(std::chrono::seconds(1'795'608'000));  // 2026-11-25T12:00:00Z
  const net::HttpHeaders ahead = {{"Date", "Wed, 25 Nov 2026 12:30:00 GMT"}};
  const net::HttpHeaders near = {{"Date", "Wed, 25 Nov 2026 12:03:00 GMT"}};
  const Error blamed{.kind = ErrorKind::service, .code = "InvalidSignatureException"};
  EXPECT_EQ(clock_skew(blamed, ahead, now, now), std::chrono::seconds(1800));
  EXPECT_EQ(clock_skew(blamed, near, now, now), std::nullopt);
  EXPECT_EQ(clock_skew(blamed, {}, now, now), std::nullopt);
  EXPECT_EQ(clock_skew({.kind = ErrorKind::service, .code = "ThrottlingException"}, ahead, now, now), std::nullopt);
}

}  // namespace
}  // namespace squall::aws
