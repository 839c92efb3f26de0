// The two files and what is read out of them.
#include "aws/config/config_files.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "aws/config/client_settings.h"
#include "aws/time_text.h"
#include "fixtures.h"

namespace squall::aws {
namespace {

using testing::config_of;
using testing::environment_of;
using testing::files_of;

std::string fault_of(const std::string& text) {
  const auto file = parse_ini("/c", text);
  return file ? "none" : file.error().message;
}

TEST(Ini, ReadsSectionsSettingsCommentsAndNesting) {
  const auto file = parse_ini("/c",
                              "\xEF\xBB\xBF# a comment\r\n[ default ]\r\nRegion = eu-west-1 ; not more\r\n"
                              "role_arn: arn:aws:iam::1:role/x\n[services s]\ns3 =\n  endpoint_url = http://x:1#y\n"
                              "cloudcontrol=\n\tendpoint_url=http://y\n[default]\nregion=eu-north-1\nlong = a\n  b\n")
                        .value();
  EXPECT_EQ(file.at("default").values.at("region").text, "eu-north-1");
  EXPECT_EQ(file.at("default").values.at("region").line, 11u);
  EXPECT_EQ(file.at("default").values.at("role_arn").text, "arn:aws:iam::1:role/x");
  EXPECT_EQ(file.at("default").values.at("long").text, "a\nb");
  EXPECT_EQ(file.at("services s").values.at("s3").nested.at("endpoint_url"), "http://x:1#y");
  EXPECT_EQ(file.at("services s").values.at("cloudcontrol").nested.at("endpoint_url"), "http://y");
}

TEST(Ini, FaultsNameFileAndLine) {
  EXPECT_EQ(fault_of("region = x\n"), "/c:1: a setting stands before the first [section]");
  EXPECT_EQ(fault_of("\n[default\n"), "/c:2: the section's ] is missing");
  EXPECT_EQ(fault_of("[]\n"), "/c:1: the section has no name");
  EXPECT_EQ(fault_of("[a]\nx = 1\nrubbish\n"), "/c:3: neither a [section] nor key = value");
  EXPECT_EQ(fault_of("[a]\nx =\n  rubbish\n"), "/c:3: an indented line that is not key = value");
  EXPECT_EQ(fault_of("[a]\n = 1\n"), "/c:2: neither a [section] nor key = value");
}

TEST(ConfigFiles, ProfilesOfBothFilesAndTheCredentialsFileWins) {
  const ConfigFiles files =
      config_of("[default]\nregion=a\n[profile \"my dev\"]\nregion=b\nkey=config\n[ignored]\nx=1\n",
                "[my dev]\nkey=credentials\n[ci]\n");
  EXPECT_EQ(files.profile_names(), (std::vector<std::string>{"ci", "default", "my dev"}));
  EXPECT_EQ(files.find("my dev", "key")->text, "credentials");
  EXPECT_EQ(files.find("my dev", "region")->text, "b");
  EXPECT_EQ(files.find("my dev", "region")->place, "/h/.aws/config:4");
  EXPECT_FALSE(files.has_profile("ignored"));
}

TEST(ConfigFiles, TheirPlacesCanBeChosenAndBothMayBeAbsent) {
  const auto environment =
      environment_of({{"HOME", "/h"}, {"AWS_CONFIG_FILE", "/a"}, {"AWS_SHARED_CREDENTIALS_FILE", "~/b"}});
  const auto files = ConfigFiles::load(environment, files_of({{"/a", "[profile x]\nk=1\n"}, {"/h/b", "[y]\n"}}));
  EXPECT_EQ(files->profile_names(), (std::vector<std::string>{"x", "y"}));
  EXPECT_TRUE(ConfigFiles::load(environment, files_of({})).ok());
}

TEST(ChooseProfile, AChosenOneMustExistAndTheDefaultNeedNot) {
  const ConfigFiles files = config_of("[profile dev]\n");
  const auto none = environment_of({});
  EXPECT_EQ(choose_profile("", none, files)->name, "default");
  EXPECT_TRUE(choose_profile("dev", none, files)->is_explicit);
  const auto by_variable = choose_profile("", environment_of({{"AWS_PROFILE", "dev"}}), files);
  EXPECT_EQ(by_variable->name, "dev");
  EXPECT_FALSE(by_variable->is_explicit);
  const auto missing = choose_profile("dve", none, files);
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().message, "no profile dve: neither /h/.aws/config nor /h/.aws/credentials has it");
  EXPECT_EQ(missing.error().hint, "did you mean dev?");
}

TEST(ClientSettings, VariablesWinOverTheFile) {
  const ConfigFiles files = config_of(
      "[default]\nregion=a\nuse_fips_endpoint=true\nmax_attempts=7\nretry_mode=Adaptive\n"
      "allowed_account_ids=123456789012, 210987654321\n");
  const auto plain = client_settings(files, "default", environment_of({})).value();
  EXPECT_EQ(plain.region, "a");
  EXPECT_TRUE(plain.use_fips);
  EXPECT_EQ(plain.attempts_max, 7);
  EXPECT_EQ(plain.retry_mode, RetryMode::adaptive);
  EXPECT_EQ(plain.allowed_account_ids, (std::vector<std::string>{"123456789012", "210987654321"}));
  const auto both =
      environment_of({{"AWS_REGION", "c"}, {"AWS_DEFAULT_REGION", "d"}, {"AWS_USE_FIPS_ENDPOINT", "false"}});
  EXPECT_EQ(client_settings(files, "default", both)->region, "c");
  EXPECT_FALSE(client_settings(files, "default", both)->use_fips);
  EXPECT_EQ(client_settings(files, "default", environment_of({{"AWS_DEFAULT_REGION", "d"}}))->region, "d");
}

TEST(ClientSettings, WrongValuesNameTheirPlace) {
  const auto fault = [](const std::string& line, testing::Texts variables = {}) {
    const auto settings =
        client_settings(config_of("[default]\n" + line), "default", environment_of(std::move(variables)));
    return settings ? "none" : settings.error().message;
  };
  EXPECT_EQ(fault("max_attempts=0\n"), "/h/.aws/config:2: '0' is not a number of attempts from 1 to 1000");
  EXPECT_EQ(fault("", {{"AWS_RETRY_MODE", "fast"}}), "AWS_RETRY_MODE: 'fast' is not legacy, standard or adaptive");
  EXPECT_EQ(fault("use_dualstack_endpoint=1\n"), "/h/.aws/config:2: '1' is not true or false");
  EXPECT_EQ(fault("allowed_account_ids=12\n"), "/h/.aws/config:2: '12' is not a list of accounts of 12 digits");
}

// The published cases; they are told of s3 and dynamodb, and the rule is the same for every service.
TEST(ConfiguredEndpoint, FollowsThePublishedCases) {
  std::ifstream file(SQUALL_TEST_DATA "/aws/configured-endpoint-url-tests.json");
  const auto document = nlohmann::json::parse(file);
  int checked = 0;
  for (const auto& suite : document["testSuites"]) {
    std::string config;
    for (const auto& [name, settings] : suite["profiles"].items()) {
      config += "[profile " + name + "]\n";
      for (const auto& [key, value] : settings.items()) config += key + " = " + value.get<std::string>() + "\n";
    }
    for (const auto& [name, services] : suite["services"].items()) {
      config += "[services " + name + "]\n";
      for (const auto& [service, settings] : services.items()) {
        config += service + " =\n";
        for (const auto& [key, value] : settings.items())
          config += "  " + key + " = " + value.get<std::string>() + "\n";
      }
    }
    const ConfigFiles files = config_of(config);
    for (const auto& test : suite["endpointUrlTests"]) {
      const auto& client = suite["client_configs"][test["client_config"].get<std::string>()];
      auto variables = suite["environments"][test["environment"].get<std::string>()].get<testing::Texts>();
      // A client's own switch stands where the variable does.
      if (client.value("ignore_configured_endpoint_urls", false))
        variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true";
      const std::string got = configured_endpoint(client.value("endpoint_url", ""), test["service"].get<std::string>(),
                                                  files, test["profile"].get<std::string>(), environment_of(variables));
      const auto url = test["output"]["endpointUrl"].get<std::string>();
      // Nothing configured: the service's own, which resolve_endpoint() makes.
      EXPECT_EQ(got, url == "https://s3.fake-region-10.amazonaws.com" ? "" : url) << test["name"];
      ++checked;
    }
  }
  EXPECT_EQ(checked, 39);
}

TEST(TimeText, ReadsTheFormsThatAreWritten) {
  const auto iso = [](const char* text) {
    const auto time = parse_iso_time(text);
    return time ? iso_time(*time) : "none";
  };
  EXPECT_EQ(iso("2026-11-25T12:00:00Z"), "2026-11-25T12:00:00Z");
  EXPECT_EQ(iso("2026-11-25T12:00:00UTC"), "2026-11-25T12:00:00Z");
  EXPECT_EQ(iso("2026-11-25T12:00:00.123456+02:00"), "2026-11-25T10:00:00Z");
  EXPECT_EQ(iso("2026-13-25T12:00:00Z"), "none");
  EXPECT_EQ(iso("2026-11-25"), "none");
  EXPECT_EQ(iso("soon"), "none");
  EXPECT_EQ(iso("2515-08-30T13:36:00Z"), "none");  // behind the end of the clock
  EXPECT_EQ(iso_time(*parse_http_date("Wed, 25 Nov 2026 12:00:00 GMT")), "2026-11-25T12:00:00Z");
  EXPECT_EQ(parse_http_date("Wed, 25 Now 2026 12:00:00 GMT"), std::nullopt);
  EXPECT_EQ(parse_http_date(""), std::nullopt);
}

}  // namespace
}  // namespace squall::aws
