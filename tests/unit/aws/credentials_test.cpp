// Every source of credentials over files, variables and answers that the test writes: what it finds, what it asks, and
// what it says when it is set up wrongly.
#include <gtest/gtest.h>

#include "aws/credentials/chain.h"
#include "aws/credentials/sso_token.h"
#include "aws/credentials/sts.h"
#include "aws/credentials/words.h"
#include "aws/time_text.h"
#include "fixtures.h"

namespace squall::aws {
namespace {

using testing::World;

// "KEY/SECRET/TOKEN source account expiry", or the error.
std::string chosen(World& world) {
  auto context = world.context();
  if (!context) return "error: " + context.error().message;
  const auto found = find_credentials(*context);
  if (!found) return "error: " + found.error().message;
  std::string text = found->key.access_key_id + "/" + found->key.secret_access_key.reveal() + "/" +
                     found->key.session_token.reveal() + " " + found->source;
  if (found->account_id) text += " " + *found->account_id;
  if (found->expires_at) text += " " + iso_time(*found->expires_at);
  return text;
}

std::string chosen_of(World world) { return chosen(world); }

net::HttpResponse text_answer(std::string body, int status = 200) {
  return {.status = status, .body = std::move(body)};
}

constexpr const char* kRoleAnswer =
    "<AssumeRoleResponse><AssumeRoleResult><AssumedRoleUser><Arn>arn:aws:sts::111122223333:assumed-role/r/s</Arn>"
    "</AssumedRoleUser><Credentials><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>a&amp;b</SecretAccessKey>"
    "<SessionToken>tok</SessionToken><Expiration>2015-08-30T13:36:00Z</Expiration></Credentials></AssumeRoleResult>"
    "</AssumeRoleResponse>";

HttpCall always(std::string body, int status = 200) {
  return [body, status](const net::HttpRequest&) -> Result<net::HttpResponse> { return text_answer(body, status); };
}

TEST(Credentials, TheEnvironmentComesFirst) {
  EXPECT_EQ(chosen_of({.variables = {{"AWS_ACCESS_KEY_ID", "AK"},
                                     {"AWS_SECRET_ACCESS_KEY", "sk"},
                                     {"AWS_SESSION_TOKEN", "t"},
                                     {"AWS_ACCOUNT_ID", "123456789012"},
                                     {"AWS_CREDENTIAL_EXPIRATION", "2030-01-01T00:00:00Z"}},
                       .credentials = "[default]\naws_access_key_id=F\naws_secret_access_key=f\n"}),
            "AK/sk/t environment 123456789012 2030-01-01T00:00:00Z");
}

TEST(Credentials, AChosenProfileTakesTheEnvironmentsPlaceButAWS_PROFILEDoesNot) {
  const testing::Texts keys = {{"AWS_ACCESS_KEY_ID", "AK"}, {"AWS_SECRET_ACCESS_KEY", "sk"}};
  const std::string file =
      "[dev]\naws_access_key_id=F\naws_secret_access_key=f\naws_session_token=t\naws_account_id=1\n";
  EXPECT_EQ(chosen_of({.variables = keys, .credentials = file, .profile = "dev"}), "F/f/t shared credentials file 1");
  testing::Texts with_profile = keys;
  with_profile["AWS_PROFILE"] = "dev";
  EXPECT_EQ(chosen_of({.variables = with_profile, .credentials = file}), "AK/sk/ environment");
}

TEST(Credentials, HalfAKeyPairIsAnErrorNotTheNextSource) {
  EXPECT_EQ(chosen_of({.variables = {{"AWS_ACCESS_KEY_ID", "AK"}}}),
            "error: AWS_ACCESS_KEY_ID is set but AWS_SECRET_ACCESS_KEY is not");
  EXPECT_EQ(chosen_of({.credentials = "[default]\n\naws_secret_access_key=f\n"}),
            "error: /h/.aws/credentials:3: profile default has aws_secret_access_key but no aws_access_key_id");
  EXPECT_EQ(chosen_of({.config = "[default]\naws_access_key_id=f\n"}),
            "error: /h/.aws/config:2: profile default has aws_access_key_id but no aws_secret_access_key");
}

TEST(Credentials, TheConfigFilesKeysComeAfterTheCredentialsFiles) {
  const std::string config = "[default]\naws_access_key_id=C\naws_secret_access_key=c\n";
  EXPECT_EQ(chosen_of({.config = config}), "C/c/ config file");
  EXPECT_EQ(chosen_of({.config = config, .credentials = "[default]\naws_access_key_id=F\naws_secret_access_key=f\n"}),
            "F/f/ shared credentials file");
}

TEST(Credentials, WithNoSourceEveryOneSaysWhy) {
  World world;
  const auto report = ask_every_source(world.context().value());
  ASSERT_FALSE(report.credentials.ok());
  EXPECT_EQ(report.credentials.error().kind, ErrorKind::credentials);
  std::string text;
  for (const ChainStep& step : report.steps) text += step.source + ": " + step.outcome + "\n";
  EXPECT_EQ(text,
            "environment: AWS_ACCESS_KEY_ID is not set\n"
            "assume role: profile default has no role_arn\n"
            "web identity: neither AWS_WEB_IDENTITY_TOKEN_FILE nor web_identity_token_file is set\n"
            "sso: profile default has neither sso_session nor sso_start_url\n"
            "shared credentials file: profile default has no aws_access_key_id in /h/.aws/credentials\n"
            "login session: profile default has no login_session\n"
            "credential process: profile default has no credential_process\n"
            "config file: profile default has no aws_access_key_id in /h/.aws/config\n"
            "container: neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set\n"
            "instance metadata: no metadata service answers at 169.254.169.254\n");
}

TEST(Credentials, LoginSessionsAreRefusedByName) {
  EXPECT_EQ(chosen_of({.config = "[default]\nlogin_session = arn:x\n"}),
            "error: /h/.aws/config:2: login_session is not supported");
}

TEST(AssumeRole, ExchangesTheKeysOfTheSourceProfile) {
  World world{.config =
                  "[profile r]\nregion=eu-west-1\nrole_arn=arn:aws:iam::111122223333:role/r\nsource_profile=base\n"
                  "external_id=x y\nduration_seconds=900\nrole_session_name=me\n",
              .credentials = "[base]\naws_access_key_id=BASE\naws_secret_access_key=b\n",
              .profile = "r",
              .answer = always(kRoleAnswer)};
  EXPECT_EQ(chosen(world),
            "ASIA/a&b/tok assume-role (arn:aws:iam::111122223333:role/r) 111122223333 2015-08-30T13:36:00Z");
  ASSERT_EQ(world.sent.size(), 1u);
  EXPECT_EQ(world.sent[0].origin.authority(), "sts.eu-west-1.amazonaws.com");
  EXPECT_EQ(
      world.sent[0].body,
      "Action=AssumeRole&DurationSeconds=900&ExternalId=x%20y&RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fr&"
      "RoleSessionName=me&Version=2011-06-15");
  EXPECT_NE(net::header(world.sent[0].headers, "Authorization").find("Credential=BASE/20150830/eu-west-1/sts/"),
            std::string_view::npos);
}

TEST(AssumeRole, ChainsOfRolesAreFollowedAndEachSignsTheNext) {
  World world{.config =
                  "[profile a]\nrole_arn=arn:aws:iam::1:role/a\nsource_profile=b\n"
                  "[profile b]\nrole_arn=arn:aws:iam::1:role/b\nsource_profile=c\n"
                  "[profile c]\naws_access_key_id=C\naws_secret_access_key=c\n",
              .profile = "a",
              .answer = always(kRoleAnswer)};
  EXPECT_TRUE(chosen(world).starts_with("ASIA/"));
  ASSERT_EQ(world.sent.size(), 2u);
  EXPECT_NE(world.sent[0].body.find("role%2Fb"), std::string::npos);
  EXPECT_NE(net::header(world.sent[0].headers, "Authorization").find("Credential=C/"), std::string_view::npos);
  EXPECT_NE(world.sent[1].body.find("role%2Fa"), std::string::npos);
  EXPECT_NE(net::header(world.sent[1].headers, "Authorization").find("Credential=ASIA/"), std::string_view::npos);
  EXPECT_EQ(net::header(world.sent[1].headers, "X-Amz-Security-Token"), "tok");
}

TEST(AssumeRole, LoopsAreFoundAndAProfileWithKeysMayNameItself) {
  EXPECT_EQ(
      chosen_of({.config = "[profile a]\nrole_arn=x\nsource_profile=b\n[profile b]\nrole_arn=y\nsource_profile=a\n",
                 .profile = "a"}),
      "error: /h/.aws/config:6: the source profiles go in a circle: a -> b -> a");
  EXPECT_TRUE(chosen_of({.config = "[profile a]\nrole_arn=x\nsource_profile=a\n",
                         .credentials = "[a]\naws_access_key_id=K\naws_secret_access_key=k\n",
                         .profile = "a",
                         .answer = always(kRoleAnswer)})
                  .starts_with("ASIA/"));
}

TEST(AssumeRole, WrongSettingsNameTheirLine) {
  const auto fault = [](const std::string& lines) {
    return chosen_of({.config = "[profile a]\nrole_arn=x\n" + lines, .profile = "a"});
  };
  EXPECT_EQ(fault(""),
            "error: /h/.aws/config:2: profile a has role_arn but neither source_profile nor credential_source");
  EXPECT_EQ(fault("source_profile=b\ncredential_source=Environment\n"),
            "error: /h/.aws/config:4: profile a has both source_profile and credential_source; leave one of them out");
  EXPECT_EQ(fault("source_profile=b\n"), "error: /h/.aws/config:3: source_profile b is in neither file");
  EXPECT_EQ(fault("credential_source=Sun\n"), "error: /h/.aws/config:3: credential_source 'Sun' is not known");
  EXPECT_EQ(fault("credential_source=Environment\n"),
            "error: /h/.aws/config:3: credential_source Environment has none: AWS_ACCESS_KEY_ID is not set");
}

TEST(AssumeRole, TheEnvironmentCanBeItsSourceAndADeviceIsAskedFor) {
  World world{
      .variables = {{"AWS_ACCESS_KEY_ID", "ENV"}, {"AWS_SECRET_ACCESS_KEY", "e"}},
      .config = "[profile a]\nrole_arn=arn:aws-cn:iam::1:role/a\ncredential_source=Environment\nmfa_serial=dev1\n",
      .profile = "a",
      .answer = always(kRoleAnswer),
      .mfa = [](const std::string& serial) -> Result<std::string> { return serial + "-123456"; }};
  EXPECT_TRUE(chosen(world).starts_with("ASIA/"));
  ASSERT_EQ(world.sent.size(), 1u);
  EXPECT_NE(world.sent[0].body.find("SerialNumber=dev1&TokenCode=dev1-123456"), std::string::npos);
  // No region is set: the role's partition tells one.
  EXPECT_EQ(world.sent[0].origin.authority(), "sts.cn-north-1.amazonaws.com.cn");
}

TEST(AssumeRole, ARefusalCarriesTheServicesWordsAndFaultsAreTriedAgain) {
  World world{
      .config = "[profile a]\nrole_arn=arn:x\nsource_profile=b\n",
      .credentials = "[b]\naws_access_key_id=K\naws_secret_access_key=k\n",
      .profile = "a",
      .answer = always("<ErrorResponse><Error><Code>AccessDenied</Code><Message>no &lt;you&gt;</Message></Error>"
                       "</ErrorResponse>",
                       403)};
  EXPECT_EQ(chosen(world), "error: /h/.aws/config:2: STS refused AssumeRole: AccessDenied: no <you>");
  EXPECT_EQ(world.sent.size(), 1u);
  world.answer = always("oops", 500);
  EXPECT_EQ(chosen(world), "error: /h/.aws/config:2: STS refused AssumeRole: HTTP status 500");
  EXPECT_EQ(world.sent.size(), 4u);
  world.answer = always("<AssumeRoleResponse/>");
  EXPECT_EQ(chosen(world), "error: /h/.aws/config:2: STS answered without credentials for arn:x");
}

TEST(WebIdentity, SendsTheFilesTokenUnsigned) {
  World world{
      .variables = {{"AWS_WEB_IDENTITY_TOKEN_FILE", "/token"}, {"AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/w"}},
      .files = {{"/token", "ey.J\n"}},
      .answer = always(kRoleAnswer)};
  EXPECT_TRUE(chosen(world).starts_with("ASIA/a&b/tok web identity (arn:aws:iam::111122223333:role/w) 111122223333"));
  ASSERT_EQ(world.sent.size(), 1u);
  EXPECT_EQ(
      world.sent[0].body,
      "Action=AssumeRoleWithWebIdentity&RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fw&RoleSessionName=squall-"
      "session-1440938160&Version=2011-06-15&WebIdentityToken=ey.J");
  EXPECT_EQ(net::header(world.sent[0].headers, "Authorization"), "");
}

TEST(WebIdentity, AMissingRoleOrFileIsAnError) {
  EXPECT_EQ(chosen_of({.variables = {{"AWS_WEB_IDENTITY_TOKEN_FILE", "/token"}}}),
            "error: AWS_WEB_IDENTITY_TOKEN_FILE: a web identity token file is set, but no role");
  EXPECT_EQ(chosen_of({.config = "[profile a]\nrole_arn=x\nweb_identity_token_file=/gone\n", .profile = "a"}),
            "error: /h/.aws/config:3: there is no file /gone");
}

constexpr const char* kSsoConfig =
    "[profile s]\nsso_session=corp\nsso_account_id=111122223333\nsso_role_name=Admin\n"
    "[sso-session corp]\nsso_region=eu-west-1\nsso_start_url=https://corp.example/start\n";
constexpr const char* kSsoAnswer =
    R"({"roleCredentials":{"accessKeyId":"SSO","secretAccessKey":"s","sessionToken":"t","expiration":1440942160000}})";

World sso_world(const std::string& token) {
  World world{.config = kSsoConfig, .profile = "s", .answer = always(kSsoAnswer)};
  world.files[sso_cache_path("corp", testing::environment_of({{"HOME", "/h"}}))] = token;
  return world;
}

TEST(Sso, ExchangesTheLoginsToken) {
  World world = sso_world(R"({"accessToken":"bearer","expiresAt":"2015-08-30T20:00:00Z"})");
  EXPECT_EQ(chosen(world), "SSO/s/t sso (Admin) 111122223333 2015-08-30T13:42:40Z");
  ASSERT_EQ(world.sent.size(), 1u);
  EXPECT_EQ(
      world.sent[0].method + " https://" + world.sent[0].origin.authority() + world.sent[0].target,
      "GET https://portal.sso.eu-west-1.amazonaws.com/federation/credentials?role_name=Admin&account_id=111122223333");
  EXPECT_EQ(net::header(world.sent[0].headers, "x-amz-sso_bearer_token"), "bearer");
}

TEST(Sso, RenewsATokenInItsLastMinutesAndKeepsIt) {
  World world = sso_world(
      R"({"accessToken":"old","expiresAt":"2015-08-30T12:40:00Z","refreshToken":"r","clientId":"c","clientSecret":"cs",)"
      R"("registrationExpiresAt":"2015-10-01T00:00:00Z"})");
  world.answer = [](const net::HttpRequest& request) -> Result<net::HttpResponse> {
    if (request.target == "/token")
      return text_answer(R"({"accessToken":"new","expiresIn":28800,"refreshToken":"r2"})");
    return text_answer(kSsoAnswer);
  };
  EXPECT_TRUE(chosen(world).starts_with("SSO/"));
  ASSERT_EQ(world.sent.size(), 2u);
  EXPECT_EQ(world.sent[0].origin.authority(), "oidc.eu-west-1.amazonaws.com");
  EXPECT_EQ(world.sent[0].body,
            R"({"grantType":"refresh_token","clientId":"c","clientSecret":"cs","refreshToken":"r"})");
  EXPECT_EQ(net::header(world.sent[1].headers, "x-amz-sso_bearer_token"), "new");
  ASSERT_EQ(world.written.size(), 1u);
  const auto kept = parse_sso_token(world.written.begin()->second);
  EXPECT_EQ(kept->refresh_token.reveal(), "r2");
  EXPECT_EQ(iso_time(kept->expires_at), "2015-08-30T20:36:00Z");
}

TEST(Sso, ATokenThatCannotBeRenewedIsUsedToItsEnd) {
  World world = sso_world(
      R"({"accessToken":"old","expiresAt":"2015-08-30T12:40:00Z","refreshToken":"r","clientId":"c","clientSecret":"s"})");
  world.answer = [](const net::HttpRequest& request) -> Result<net::HttpResponse> {
    if (request.target == "/token") return text_answer("{}", 500);
    return text_answer(kSsoAnswer);
  };
  EXPECT_TRUE(chosen(world).starts_with("SSO/"));
}

TEST(Sso, TheTokensFileIsNamedByTheSessionsDigest) {
  EXPECT_EQ(sso_cache_path("my-sso", testing::environment_of({{"HOME", "/h"}})),
            "/h/.aws/sso/cache/0ad374308c5a4e22f723adf10145eafad7c4031c.json");
}

TEST(Sso, WithoutALoginItTellsToLogIn) {
  EXPECT_TRUE(chosen_of({.config = kSsoConfig, .profile = "s"})
                  .starts_with("error: the SSO session of profile s cannot be used: nobody has logged in"));
  World expired = sso_world(R"({"accessToken":"old","expiresAt":"2015-08-30T12:00:00Z"})");
  EXPECT_EQ(chosen(expired),
            "error: the SSO session of profile s cannot be used: its token expired at 2015-08-30T12:00:00Z");
  World refused = sso_world(R"({"accessToken":"x","expiresAt":"2015-08-30T20:00:00Z"})");
  refused.answer = always(R"({"message":"Session token not found or invalid"})", 401);
  EXPECT_EQ(
      chosen(refused),
      "error: SSO gave no credentials for role Admin of account 111122223333: Session token not found or invalid");
  World rubbish = sso_world("{");
  EXPECT_NE(chosen(rubbish).find("holds no token"), std::string::npos);
}

TEST(Sso, ItsSettingsMustBeWhole) {
  EXPECT_EQ(chosen_of({.config = "[profile s]\nsso_start_url=https://x\nsso_account_id=1\nsso_role_name=r\n",
                       .profile = "s"}),
            "error: profile s is set up for SSO but lacks sso_region");
  EXPECT_EQ(chosen_of({.config = "[profile s]\nsso_session=gone\nsso_account_id=1\nsso_role_name=r\n", .profile = "s"}),
            "error: /h/.aws/config:2: there is no [sso-session gone]");
}

World process_world(std::string output) {
  return {.config = "[default]\ncredential_process = \"/opt/my tool\" --for 'a b'\n",
          .program = [output](const std::vector<std::string>& words) -> Result<std::string> {
            EXPECT_EQ(words, (std::vector<std::string>{"/opt/my tool", "--for", "a b"}));
            return output;
          }};
}

TEST(CredentialProcess, ReadsWhatTheProgramPrints) {
  EXPECT_EQ(chosen_of(process_world(R"({"Version":1,"AccessKeyId":"P","SecretAccessKey":"p"})")),
            "P/p/ credential_process");
  EXPECT_EQ(
      chosen_of(process_world(
          R"({"Version":1,"AccessKeyId":"P","SecretAccessKey":"p","SessionToken":"t","Expiration":"2030-01-01T00:00:00Z","AccountId":"111122223333"})")),
      "P/p/t credential_process 111122223333 2030-01-01T00:00:00Z");
}

TEST(CredentialProcess, WrongOutputNamesTheSettingsLine) {
  const std::string place = "error: /h/.aws/config:2: credential_process ";
  EXPECT_EQ(chosen_of(process_world("hello")), place + "printed no JSON");
  EXPECT_EQ(chosen_of(process_world(R"({"Version":2})")), place + "printed a Version other than 1");
  EXPECT_EQ(chosen_of(process_world(R"({"Version":1,"AccessKeyId":"P"})")),
            place + "printed no AccessKeyId and SecretAccessKey");
  EXPECT_EQ(chosen_of({.config = "[default]\ncredential_process = x\n"}), place + "failed: no program");
  EXPECT_EQ(chosen_of({.config = "[default]\ncredential_process = 'x\n"}),
            place + "has a quote that is not closed, or no program");
}

TEST(Container, AsksTheAddressOfTheTask) {
  World world{
      .variables = {{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/creds?id=1"}},
      .answer = always(R"({"AccessKeyId":"E","SecretAccessKey":"e","Token":"t","Expiration":"2015-08-30T18:00:00Z"})")};
  EXPECT_EQ(chosen(world), "E/e/t container 2015-08-30T18:00:00Z");
  EXPECT_EQ(world.sent[0].origin.authority() + world.sent[0].target, "169.254.170.2/v2/creds?id=1");
}

TEST(Container, TokensComeFromTheFileFirst) {
  World world{.variables = {{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials"},
                            {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "variable"},
                            {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/var/token"}},
              .files = {{"/var/token", "file"}},
              .answer = always(R"({"AccessKeyId":"E","SecretAccessKey":"e","Token":"t"})")};
  EXPECT_EQ(chosen(world), "E/e/t container");
  EXPECT_EQ(net::header(world.sent[0].headers, "Authorization"), "file");
  world.files["/var/token"] = "a\r\nX-Evil: 1";
  EXPECT_EQ(chosen(world),
            "error: the container's authorization token holds a line break or another control character");
}

TEST(Container, PlainHttpOnlyToAllowedHostsAndFaultsAreTriedThreeTimes) {
  EXPECT_EQ(chosen_of({.variables = {{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://example.com/"}}}),
            "error: AWS_CONTAINER_CREDENTIALS_FULL_URI: credentials are not asked of example.com over plain http");
  World world{.variables = {{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "https://example.com/"}}, .answer = always("", 500)};
  EXPECT_EQ(chosen(world), "error: the container's endpoint for credentials answered with status 500");
  EXPECT_EQ(world.sent.size(), 3u);
}

// An instance whose metadata service answers a token request with this status.
World instance(int token_status, testing::Texts variables = {}) {
  World world{.variables = std::move(variables)};
  world.answer = [token_status](const net::HttpRequest& request) -> Result<net::HttpResponse> {
    if (request.method == "PUT") return text_answer("TOKEN", token_status);
    const bool has_token = net::header(request.headers, "x-aws-ec2-metadata-token") == "TOKEN";
    if (token_status == 200 && !has_token) return text_answer("", 401);
    if (request.target == "/latest/meta-data/iam/security-credentials/") return text_answer("my-role\n");
    if (request.target != "/latest/meta-data/iam/security-credentials/my-role") return text_answer("", 404);
    return text_answer(
        R"({"Code":"Success","AccessKeyId":"I","SecretAccessKey":"i","Token":"t","Expiration":"2015-08-30T18:00:00Z"})");
  };
  return world;
}

TEST(InstanceMetadata, UsesASessionTokenWhereTheServiceGivesOne) {
  World world = instance(200);
  EXPECT_EQ(chosen(world), "I/i/t instance metadata (my-role) 2015-08-30T18:00:00Z");
  EXPECT_EQ(world.sent.size(), 3u);
  EXPECT_EQ(net::header(world.sent[0].headers, "x-aws-ec2-metadata-token-ttl-seconds"), "21600");
  EXPECT_EQ(world.sent[0].connect_timeout, std::chrono::seconds(1));
}

TEST(InstanceMetadata, TheFirstVersionOnlyWhereItIsNotForbidden) {
  EXPECT_EQ(chosen_of(instance(404)), "I/i/t instance metadata (my-role) 2015-08-30T18:00:00Z");
  EXPECT_TRUE(
      chosen_of(instance(404, {{"AWS_EC2_METADATA_V1_DISABLED", "true"}})).starts_with("error: no AWS credentials"));
  World off = instance(200, {{"AWS_EC2_METADATA_DISABLED", "true"}});
  EXPECT_TRUE(chosen(off).starts_with("error: no AWS credentials"));
  EXPECT_TRUE(off.sent.empty());
}

TEST(InstanceMetadata, ItsAddressCanBeChosenAndAStaleAnswerIsUsedForAWhile) {
  World ipv6 = instance(200, {{"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv6"}});
  ipv6.clock.time = *parse_iso_time("2015-08-30T19:00:00Z");
  EXPECT_EQ(chosen(ipv6), "I/i/t instance metadata (my-role) 2015-08-30T19:15:00Z");
  EXPECT_EQ(ipv6.sent[0].origin.authority(), "[fd00:ec2::254]");
  World own = instance(200, {{"AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:99"}});
  EXPECT_TRUE(chosen(own).starts_with("I/"));
  EXPECT_EQ(own.sent[0].origin.authority(), "127.0.0.1:99");
}

TEST(Sts, ItsEndpointCanBeChosen) {
  World world{
      .variables = {{"AWS_ENDPOINT_URL_STS", "http://127.0.0.1:77"}},
      .config =
          "[profile a]\nrole_arn=x\nsource_profile=b\n[profile b]\naws_access_key_id=K\naws_secret_access_key=k\n",
      .profile = "a",
      .answer = always(kRoleAnswer)};
  EXPECT_TRUE(chosen(world).starts_with("ASIA/"));
  EXPECT_EQ(world.sent[0].origin.authority(), "127.0.0.1:77");
}

TEST(Sts, TheCallersAccountIsRead) {
  const auto account = [](std::string body, int status = 200) {
    const auto result = account_of_caller_identity(text_answer(std::move(body), status));
    return result ? *result : "error: " + result.error().message;
  };
  EXPECT_EQ(account("<GetCallerIdentityResult><Account>111122223333</Account></GetCallerIdentityResult>"),
            "111122223333");
  EXPECT_EQ(account("<Account>1<"), "error: STS answered GetCallerIdentity without an account");
  EXPECT_EQ(account("<Code>ExpiredToken</Code>", 403), "error: STS refused GetCallerIdentity: ExpiredToken");
  EXPECT_EQ(account_of_arn("arn:aws:sts::111122223333:assumed-role/r/s"), "111122223333");
  EXPECT_EQ(account_of_arn("arn:aws:s3:::bucket"), "");
}

TEST(Words, AreSplitAsAShellSplitsThem) {
  EXPECT_EQ(split_words(R"(a "b c" 'd "e' f\ g "" "x\"y")"),
            (std::vector<std::string>{"a", "b c", "d \"e", "f g", "", "x\"y"}));
  EXPECT_EQ(split_words("'open"), std::nullopt);
  EXPECT_EQ(split_words("  "), std::vector<std::string>{});
}

}  // namespace
}  // namespace squall::aws
