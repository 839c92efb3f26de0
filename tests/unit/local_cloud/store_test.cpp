#include "local_cloud/store.h"

#include <filesystem>

#include "sqlite/sqlite.h"
#include "unit/local_cloud/cloud_fixture.h"

namespace squall::local_cloud {
namespace {

using testing::Json;
using testing::Reply;
using std::chrono_literals::operator""ms;

constexpr const char* kGroup = "AWS::Logs::LogGroup";

class SharedStore : public testing::CloudTest {
 protected:
  SharedStore() {
    folder_ =
        std::filesystem::temp_directory_path() / ("squall-store-" + std::to_string(::getpid()) + "-" +
                                                  ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
  }
  ~SharedStore() override {
    cloud_.reset();
    std::filesystem::remove_all(folder_);
  }
  LocalCloudOptions options(std::chrono::milliseconds duration = 0ms) const {
    return {.store = (folder_ / "cloud.db").string(), .duration = duration};
  }
  std::filesystem::path folder_;
};

TEST_F(SharedStore, WhatOneCloudBeginsAnotherEnds) {
  start(options(1000ms));
  const Reply begun = create(kGroup, {{"LogGroupName", "g"}});
  start(options(1000ms));
  EXPECT_EQ(follow(begun).event()["OperationStatus"], "PENDING");
  clock_.move(1000ms);
  start(options(1000ms));
  EXPECT_EQ(listed(kGroup), std::vector<std::string>{"g"}) << "a read ends what is due";
  EXPECT_EQ(follow(begun).event()["OperationStatus"], "SUCCESS");
}

TEST_F(SharedStore, TwoCloudsSeeEachOther) {
  start(options());
  LocalCloud other(testing::embedded_catalogue(), clock_, options());
  made(kGroup, {{"LogGroupName", "g"}});
  std::ostringstream seen;
  ASSERT_TRUE(other.dump(seen).ok());
  EXPECT_NE(seen.str().find("\"LogGroupName\":\"g\""), std::string::npos);
  std::istringstream line(
      R"({"TypeName":"AWS::Logs::LogGroup","region":"us-east-1","Properties":{"LogGroupName":"h"}})");
  ASSERT_TRUE(other.load(line).ok());
  EXPECT_EQ(listed(kGroup), (std::vector<std::string>{"g", "h"}));
}

TEST_F(SharedStore, ADumpLoadsAsItWas) {
  start(options());
  made("AWS::AppConfig::Application", {{"Name", "one"}});
  made("AWS::SageMaker::Image", {{"ImageName", "i"}, {"ImageRoleArn", "arn:aws:iam::123456789012:role/r"}});
  made("AWS::SageMaker::ImageVersion", {{"ImageName", "i"}, {"BaseImage", "b:1"}, {"Aliases", {"x"}}});
  const std::string before = dumped();
  ASSERT_TRUE(cloud_->reset().ok());
  EXPECT_EQ(dumped(), "");
  std::istringstream lines(before);
  ASSERT_EQ(cloud_->load(lines).value(), 3u);
  EXPECT_EQ(dumped(), before);
}

TEST_F(SharedStore, ADumpHasWhatIsDue) {
  start(options(1000ms));
  create(kGroup, {{"LogGroupName", "g"}});
  EXPECT_EQ(dumped(), "");
  clock_.move(1000ms);
  EXPECT_NE(dumped(), "");
}

TEST_F(SharedStore, AStoreOfTheFirstVersionKeepsItsResources) {
  {
    auto old = sqlite::Connection::open(options().store).value();
    ASSERT_TRUE(old.run("CREATE TABLE resource(id INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, region "
                        "TEXT NOT NULL, "
                        "type TEXT NOT NULL, identifier TEXT NOT NULL, properties TEXT NOT NULL);"
                        "CREATE TABLE request(id INTEGER PRIMARY KEY, token TEXT);"
                        "INSERT INTO resource "
                        "VALUES(1,'123456789012','us-east-1','AWS::Logs::LogGroup','g','{\"LogGroupName\":\"g\"}');"
                        "PRAGMA user_version=1")
                    .ok());
  }
  start(options());
  EXPECT_EQ(properties(kGroup, "g")["LogGroupName"], "g");
  EXPECT_EQ(outcome(remove(kGroup, "g")), "SUCCESS");
}

// A file of the version before parents were kept: what lies in it is found under its parent.
TEST_F(SharedStore, AnOlderFileLearnsItsParents) {
  {
    auto old = sqlite::Connection::open(options().store).value();
    ASSERT_TRUE(old.run(R"sql(
      CREATE TABLE resource(
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        account TEXT NOT NULL, region TEXT NOT NULL, type TEXT NOT NULL, identifier TEXT NOT NULL, properties TEXT NOT NULL);
      INSERT INTO resource(account, region, type, identifier, properties) VALUES
        ('123456789012', 'us-east-1', 'AWS::Logs::LogGroup', 'g', '{"LogGroupName":"g"}'),
        ('123456789012', 'us-east-1', 'AWS::Logs::LogStream', 'g|s', '{"LogGroupName":"g","LogStreamName":"s"}'),
        ('123456789012', 'us-east-1', 'AWS::Logs::LogStream', 'h|s', '{"LogGroupName":"h","LogStreamName":"s"}');
      PRAGMA user_version=2;)sql")
                    .ok());
  }
  start(options());
  const Reply under = call(
      "ListResources", {{"TypeName", "AWS::Logs::LogStream"}, {"ResourceModel", Json({{"LogGroupName", "g"}}).dump()}});
  ASSERT_EQ(under.body.at("ResourceDescriptions").size(), 1U);
  EXPECT_EQ(under.body["ResourceDescriptions"][0]["Identifier"], "g|s");
  EXPECT_EQ(outcome(remove(kGroup, "g")), "SUCCESS");
  EXPECT_EQ(get("AWS::Logs::LogStream", "g|s").status, 400);
  EXPECT_EQ(get("AWS::Logs::LogStream", "h|s").status, 200);
}

}  // namespace
}  // namespace squall::local_cloud
