// Profiles side by side: their credentials, accounts and limits; what is asked of STS and when.
#include "aws/aws_provider.h"

#include <gtest/gtest.h>

#include <set>

#include "fixtures.h"

namespace squall::aws {
namespace {

using test::ok;

constexpr const char* kConfig =
    "[default]\nregion=eu-west-1\n[profile dev]\nregion=us-east-1\n[profile "
    "guarded]\nallowed_account_ids=111122223333\n";
constexpr const char* kKeys =
    "[default]\naws_access_key_id=DEF\naws_secret_access_key=hush\n[dev]\naws_access_key_id=DEV\n"
    "aws_secret_access_key=hush\naws_account_id=444455556666\n[guarded]\naws_access_key_id=GUA\naws_secret_access_key="
    "hush\n"
    "aws_account_id=444455556666\n";

struct Fixture {
  explicit Fixture(test::FakeTransport::Answer answer, AwsOptions options = {}, testing::Texts variables = {})
      : transport(std::move(answer)) {
    variables.emplace("HOME", "/h");
    options.read_file = testing::files_of({{"/h/.aws/config", kConfig}, {"/h/.aws/credentials", kKeys}});
    provider.emplace(transport, timer, clock, testing::environment_of(std::move(variables)), std::move(options));
  }

  std::string count_of(const std::string& profile) {
    auto stream = provider->scan({.type_name = "AWS::S3::Bucket", .region = "eu-west-1", .profile = profile});
    if (!stream) return "error: " + stream.error().message;
    auto page = (*stream)->next({});
    if (!page) return "error: " + page.error().message;
    return *page ? std::to_string((*page)->entries.size()) : "none";
  }

  std::string signer(std::size_t index) const {
    const std::string text(net::header(transport.sent.at(index).headers, "Authorization"));
    const auto begin = text.find("Credential=") + 11;
    return text.substr(begin, text.find('/', begin) - begin);
  }

  test::FakeTransport transport;
  test::FakeTimer timer;
  test::FixedClock clock;
  std::optional<AwsProvider> provider;
};

Result<net::HttpResponse> empty_list(const net::HttpRequest&) { return ok(R"({"ResourceDescriptions":[]})"); }

TEST(AwsProvider, EveryProfileSignsWithItsOwnKeys) {
  Fixture fixture(empty_list);
  EXPECT_EQ(fixture.count_of(""), "0");
  EXPECT_EQ(fixture.count_of("dev"), "0");
  EXPECT_EQ(fixture.signer(0), "DEF");
  EXPECT_EQ(fixture.signer(1), "DEV");
  EXPECT_EQ(fixture.count_of("dve"), "error: no profile dve: neither /h/.aws/config nor /h/.aws/credentials has it");
}

TEST(AwsProvider, TheRegionComesFromTheSessionsProfileLast) {
  EXPECT_EQ(*Fixture(empty_list).provider->default_region(), "eu-west-1");
  EXPECT_EQ(*Fixture(empty_list, {.profile = "dev"}).provider->default_region(), "us-east-1");
  EXPECT_EQ(*Fixture(empty_list, {}, {{"AWS_REGION", "x"}}).provider->default_region(), "x");
  EXPECT_EQ(*Fixture(empty_list, {.region = "y"}, {{"AWS_REGION", "x"}}).provider->default_region(), "y");
}

TEST(AwsProvider, StsIsAskedForTheAccountOnlyWhereTheSourceDoesNotTell) {
  Fixture fixture([](const net::HttpRequest& request) -> Result<net::HttpResponse> {
    EXPECT_EQ(request.origin.host, "sts.eu-west-1.amazonaws.com");
    return ok("<Account>999988887777</Account>");
  });
  EXPECT_EQ(*fixture.provider->account_id("dev", {}), "444455556666");
  EXPECT_TRUE(fixture.transport.sent.empty());
  EXPECT_EQ(*fixture.provider->account_id("", {}), "999988887777");
  EXPECT_EQ(*fixture.provider->account_id("", {}), "999988887777");
  EXPECT_EQ(fixture.transport.sent.size(), 1u);
}

TEST(AwsProvider, AnEndpointThatStandsInForAwsIsAskedInItsPlace) {
  const auto unknown = [](const net::HttpRequest& request) -> Result<net::HttpResponse> {
    EXPECT_EQ(request.origin.host, "cloud.example");
    return test::refused(400, "UnknownOperationException", "no");
  };
  EXPECT_EQ(*Fixture(unknown, {.endpoint_url = "https://cloud.example"}).provider->account_id("", {}), "");
}

TEST(AwsProvider, CallsForCredentialsAndAccountsAreLinesOfTheLogWithoutTheirPaths) {
  std::string lines;
  Log log(LogLevel::debug, [&lines](const std::string& line) { lines += line; });
  Fixture fixture([](const net::HttpRequest&) { return ok("<Account>999988887777</Account>"); }, {.log = &log});
  EXPECT_EQ(*fixture.provider->account_id("", {}), "999988887777");
  EXPECT_EQ(lines, "level=debug event=http method=POST host=sts.eu-west-1.amazonaws.com status=200 ms=0\n");
}

TEST(AwsProvider, ChangesAreRefusedOutsideTheAllowedAccounts) {
  Fixture fixture(empty_list);
  EXPECT_TRUE(fixture.provider->may_change("dev", {}).ok());
  const Status refused = fixture.provider->may_change("guarded", {});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message,
            "profile guarded may not change anything in account 444455556666: its allowed_account_ids do not name it");
}

// Hears nothing.
class DeafObserver final : public provider::ChangeObserver {
 public:
  Status accepted(std::size_t, const provider::ProgressEvent&) override { return {}; }
  Status finished(std::size_t, const provider::ChangeOutcome&) override { return {}; }
  void waiting(std::size_t, std::size_t, std::size_t) override {}
};

provider::Change delete_in(const std::string& profile) {
  return {.operation = provider::ChangeOperation::delete_,
          .type_name = "AWS::S3::Bucket",
          .region = "eu-west-1",
          .profile = profile,
          .identifier = "b",
          .client_token = "t"};
}

Result<net::HttpResponse> success(const net::HttpRequest&) {
  return ok(R"({"ProgressEvent":{"OperationStatus":"SUCCESS","RequestToken":"r"}})");
}

TEST(AwsProvider, ChangesOfSeveralProfilesAreSignedWithTheirOwnKeys) {
  Fixture fixture(success);
  DeafObserver observer;
  const auto outcomes = fixture.provider->apply({delete_in(""), delete_in("dev")}, observer, {}, {});
  ASSERT_TRUE(outcomes.ok());
  EXPECT_EQ(outcomes->at(0).status, "SUCCESS");
  EXPECT_EQ(outcomes->at(1).status, "SUCCESS");
  // Whose credentials are there first is sent first.
  EXPECT_EQ((std::set{fixture.signer(0), fixture.signer(1)}), (std::set<std::string>{"DEF", "DEV"}));
}

TEST(AwsProvider, OneProfileThatMayNotChangeAnythingStopsTheWholeSetBeforeTheFirstCall) {
  Fixture fixture(success);
  DeafObserver observer;
  const auto outcomes = fixture.provider->apply({delete_in("dev"), delete_in("guarded")}, observer, {}, {});
  ASSERT_FALSE(outcomes.ok());
  EXPECT_EQ(outcomes.error().kind, ErrorKind::credentials);
  EXPECT_TRUE(fixture.transport.sent.empty());
  // What was sent earlier may be followed.
  provider::Change earlier = delete_in("guarded");
  earlier.request_token = "r";
  earlier.only_follow = true;
  EXPECT_TRUE(fixture.provider->apply({earlier}, observer, {}, {}).ok());
}

TEST(AwsProvider, AChangeWithoutClientTokenIsNeverSent) {
  Fixture fixture(success);
  DeafObserver observer;
  provider::Change change = delete_in("");
  change.client_token.clear();
  EXPECT_EQ(fixture.provider->apply({change}, observer, {}, {}).error().kind, ErrorKind::internal);
  EXPECT_TRUE(fixture.transport.sent.empty());
}

TEST(AwsProvider, ARequestIsCancelledWhereTheServiceStillCan) {
  Fixture fixture([](const net::HttpRequest& request) {
    return request.body == R"({"RequestToken":"r"})"
               ? ok(R"({"ProgressEvent":{"OperationStatus":"CANCEL_COMPLETE","RequestToken":"r"}})")
               : test::refused(400, "ValidationException", "Request r2 is already in status SUCCESS");
  });
  const auto event = fixture.provider->cancel("", "eu-west-1", "r", {});
  ASSERT_TRUE(event.ok());
  EXPECT_EQ(event->operation_status, "CANCEL_COMPLETE");
  const auto late = fixture.provider->cancel("", "eu-west-1", "r2", {});
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().message, "Request r2 is already in status SUCCESS");
  EXPECT_EQ(late.error().operation, "CancelResourceRequest");
}

TEST(AwsProvider, TheJournalsEndpointIsWhereCallsGo) {
  EXPECT_EQ(*Fixture(success).provider->endpoint("dev", "us-east-1"),
            "https://cloudcontrolapi.us-east-1.amazonaws.com");
  EXPECT_EQ(*Fixture(success, {.endpoint_url = "http://127.0.0.1:4566/x"}).provider->endpoint("", "us-east-1"),
            "http://127.0.0.1:4566/x");
  EXPECT_EQ(*Fixture(success, {.local = true, .local_store = "/d/./local.db"}).provider->endpoint("", "us-east-1"),
            "local:/d/local.db");
  EXPECT_EQ(*Fixture(success, {.local = true, .local_store = ":memory:"}).provider->endpoint("", "us-east-1"), "");
}

std::string text_of(const provider::SystemRow& row) {
  std::string text;
  for (const auto& value : row) {
    text += text.empty() ? "" : "|";
    if (const auto* string = std::get_if<std::string>(&value)) text += *string;
    if (const auto* number = std::get_if<std::int64_t>(&value)) text += std::to_string(*number);
  }
  return text;
}

TEST(AwsProvider, ItsStateIsShownAsTables) {
  Fixture fixture(empty_list);
  EXPECT_EQ(fixture.count_of("dev"), "0");
  const auto tables = fixture.provider->system_tables();
  ASSERT_EQ(tables.size(), 2u);
  EXPECT_EQ(tables[0].name, "squall.limits");
  const auto limits = tables[0].snapshot({}).value();
  ASSERT_EQ(limits.size(), 1u);
  ASSERT_EQ(limits[0].size(), tables[0].columns.size());
  EXPECT_EQ(text_of(limits[0]), "444455556666|eu-west-1|0|17|0||1|0");
  const auto credentials = tables[1].snapshot({}).value();
  ASSERT_EQ(credentials.size(), 4u);
  EXPECT_TRUE(text_of(credentials[0]).starts_with("default|1|shared credentials file|"));
  EXPECT_TRUE(text_of(credentials[2]).starts_with("dev|0|shared credentials file|444455556666|||[\"environment: "));
  EXPECT_EQ(text_of(credentials[2]).find("hush"), std::string::npos);
}

TEST(AwsProvider, TheLocalCloudNeedsNoCredentialsAndReadsNoFile) {
  Fixture fixture(empty_list, {.local = true});
  EXPECT_EQ(fixture.count_of(""), "0");
  EXPECT_EQ(fixture.signer(0), "123456789012");
}

TEST(AwsProvider, AfterItsEndNothingIsAskedAnyMore) {
  Fixture fixture(empty_list);
  EXPECT_EQ(fixture.count_of("dev"), "0");
  fixture.provider->shut_down();
  EXPECT_EQ(fixture.count_of("dev"), "error: interrupted");
  EXPECT_EQ(fixture.transport.sent.size(), 1u);
}

TEST(AwsProvider, EndsWhileALookupIsUnderWay) {
  for (int i = 0; i < 50; ++i) {
    Fixture fixture(empty_list);
    ASSERT_TRUE(fixture.provider->scan({.type_name = "AWS::S3::Bucket", .region = "eu-west-1"}).ok());
  }
}

}  // namespace
}  // namespace squall::aws
