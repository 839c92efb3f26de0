#include <gtest/gtest.h>

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "cli/catalogue_choice.h"
#include "cli/command.h"
#include "cli/download.h"
#include "support/zip_of.h"
#include "unit/net/call.h"
#include "unit/net/raw_server.h"

namespace squall::cli {
namespace {

namespace fs = std::filesystem;
using net::HttpResponse;
using net::testing::RawConnection;
using net::testing::RawServer;
using net::testing::RunningServer;

std::string schema_of(const std::string& type) {
  return R"({"typeName":")" + type +
         R"(","properties":{"Id":{"type":"string","description":"Of the service."}},"primaryIdentifier":["/properties/Id"],)"
         R"("handlers":{"read":{},"list":{}}})";
}

std::string zip_with(const std::string& type) { return test::zip_of({{"one.json", schema_of(type)}}); }

// A user's data folder that goes away with the test, and what a command printed.
class RegistryCommand : public testing::Test {
 protected:
  RegistryCommand() {
    std::string name = (fs::temp_directory_path() / "squall-registry-XXXXXX").string();
    EXPECT_NE(mkdtemp(name.data()), nullptr);
    place_ = name;
  }
  ~RegistryCommand() override {
    std::error_code ignored;
    fs::remove_all(place_, ignored);
  }

  Environment environment() const {
    return [place = place_.string()](const std::string& name) {
      return name == "XDG_DATA_HOME" ? std::optional(place) : std::nullopt;
    };
  }
  // The exit code; what was printed is in err_.
  int run(const RegistryOptions& options) {
    std::istringstream in;
    std::ostringstream out;
    std::ostringstream err;
    Terminal terminal{in, out, err, environment()};
    const int code = run_registry({}, options, terminal);
    err_ = err.str();
    return code;
  }
  int pull(const std::string& url) { return run({.action = RegistryAction::pull, .what = "aws", .url = url}); }
  bool knows(const std::string& type) const {
    const auto chosen = choose_catalogue(environment());
    EXPECT_TRUE(chosen.ok());
    return chosen->catalogue.find_type(type).has_value();
  }
  // Every file of the registry with its bytes.
  std::map<std::string, std::string> files() const {
    std::map<std::string, std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(place_)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      found[entry.path().filename().string()] = {std::istreambuf_iterator<char>(file), {}};
    }
    return found;
  }

  fs::path place_;
  std::string err_;
};

RunningServer serving(const HttpResponse& response) {
  return RunningServer(
      [response](const net::HttpRequest&, const net::HttpServer::Respond& respond) { respond(response); });
}

std::string url_of(std::uint16_t port) { return "http://127.0.0.1:" + std::to_string(port) + "/schemas.zip"; }

TEST_F(RegistryCommand, PullsAZipAndUsesIt) {
  const std::string zip = zip_with("AWS::Toys::Ball");
  const RunningServer server([&](const net::HttpRequest& request, const net::HttpServer::Respond& respond) {
    EXPECT_EQ(request.method, "GET");
    EXPECT_EQ(request.target, "/schemas.zip");
    respond({.body = zip});
  });
  EXPECT_EQ(pull(url_of(server.port())), kDone) << err_;
  EXPECT_TRUE(knows("AWS::Toys::Ball"));
  EXPECT_FALSE(knows("AWS::S3::Bucket")) << "a zip is a provider's whole registry";
}

TEST_F(RegistryCommand, ChangesNothingWhenAPullFails) {
  {
    const RunningServer server = serving({.body = zip_with("AWS::Toys::Ball")});
    ASSERT_EQ(pull(url_of(server.port())), kDone) << err_;
  }
  const auto before = files();
  const std::string zip = zip_with("AWS::Toys::Kite");
  const std::vector<std::pair<HttpResponse, std::string>> answers = {
      {{.status = 404}, "it answers with status 404"},
      {{.status = 500, .body = zip}, "it answers with status 500"},
      {{.body = "<html>moved</html>"}, "is neither a zip nor a JSON object"},
      {{.body = zip.substr(0, zip.size() - 10)}, "its end record is missing"},
      {{.headers = {{"Content-Length", std::to_string(zip.size())}}, .body = zip.substr(0, zip.size() / 2)},
       "cannot fetch"},
      {{.body = test::zip_of({{"one.json", schema_of("AWS::Toys::Kite")}, {"two.json", "{"}})}, "two.json is not JSON"},
  };
  for (const auto& [answer, complaint] : answers) {
    const RunningServer server = serving(answer);
    EXPECT_EQ(pull(url_of(server.port())), kFailed) << complaint;
    EXPECT_NE(err_.find(complaint), std::string::npos) << err_;
    EXPECT_EQ(files(), before) << complaint;
  }
  EXPECT_TRUE(knows("AWS::Toys::Ball"));
}

TEST_F(RegistryCommand, CarriesNothingOverFromADamagedCatalogue) {
  const RunningServer server = serving({.body = zip_with("AWS::Toys::Ball")});
  ASSERT_EQ(pull(url_of(server.port())), kDone) << err_;
  for (const auto& entry : fs::recursive_directory_iterator(place_)) {
    if (entry.path().extension() == ".catalogue") fs::resize_file(entry.path(), 400);
  }
  EXPECT_EQ(pull(url_of(server.port())), kDone) << err_;
  EXPECT_NE(err_.find("note: the catalogue in use cannot be read, and what it had is left out"), std::string::npos)
      << err_;
  EXPECT_EQ(pull(url_of(server.port())), kDone) << err_;
  EXPECT_EQ(err_.find("cannot be read"), std::string::npos) << err_;
}

TEST_F(RegistryCommand, RefusesAnotherRegistryThanAws) {
  EXPECT_EQ(run({.action = RegistryAction::pull, .what = "gcp"}), kUsage);
  EXPECT_EQ(err_, "error: no registry 'gcp'\nhint: squall registry pull aws\n");
}

TEST(Download, FollowsRedirects) {
  const RunningServer server([](const net::HttpRequest& request, const net::HttpServer::Respond& respond) {
    if (request.target == "/old")
      respond({.status = 302, .headers = {{"Location", "/new"}}});
    else
      respond({.body = "from " + request.target});
  });
  const std::string origin = "http://127.0.0.1:" + std::to_string(server.port());
  EXPECT_EQ(download(origin + "/old", {.bytes_max = 100}).value(), "from /new");
}

TEST(Download, EndsWhereRedirectsGoRoundOrLeaveForPlainHttp) {
  const auto answer_to = [](const std::string& location) {
    const RunningServer server = serving({.status = 301, .headers = {{"Location", location}}});
    return download(url_of(server.port()), {.bytes_max = 100}).error().message;
  };
  EXPECT_NE(answer_to("/again").find("redirects more than 5 times"), std::string::npos);
  EXPECT_EQ(answer_to("http://example.com/schemas.zip"), "http://example.com/schemas.zip is not https");
  EXPECT_NE(answer_to("").find("which is no URL"), std::string::npos);
  EXPECT_NE(answer_to("file:///etc/passwd").find("which is no URL"), std::string::npos);
}

TEST(Download, TakesPlainHttpFromThisMachineAlone) {
  const auto refused = download("http://example.com/schemas.zip", {.bytes_max = 100});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::usage);
}

TEST(Download, BoundsWhatItTakes) {
  const RunningServer server = serving({.body = std::string(101, 'x')});
  EXPECT_FALSE(download(url_of(server.port()), {.bytes_max = 100}).ok());
  EXPECT_TRUE(download(url_of(server.port()), {.bytes_max = 101}).ok());
}

TEST(Download, SeesThatAnAnswerIsCutOff) {
  const RawServer server([](const RawConnection& connection, int) {
    connection.read_head();
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nPK");
  });
  const auto cut = download(url_of(server.port()), {.bytes_max = 1000});
  ASSERT_FALSE(cut.ok());
  EXPECT_EQ(cut.error().kind, ErrorKind::network);
}

}  // namespace
}  // namespace squall::cli
