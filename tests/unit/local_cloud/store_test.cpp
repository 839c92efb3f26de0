#include "local_cloud/store.h"

#include <filesystem>
#include <fstream>

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

// What a dump says is state: it may refer to what came later, to what is gone, and in circles.
TEST_F(SharedStore, ADumpLoadsWhateverItRefersTo) {
  const std::string queues = "arn:aws:sqs:us-east-1:123456789012:";
  const auto redrive = [&](const std::string& to) {
    return Json{{{"op", "add"},
                 {"path", "/RedrivePolicy"},
                 {"value", {{"deadLetterTargetArn", queues + to}, {"maxReceiveCount", 3}}}}};
  };
  start(options());
  const std::string source = made("AWS::SQS::Queue", {{"QueueName", "source"}});
  const std::string dead = made("AWS::SQS::Queue", {{"QueueName", "dead"}});
  const std::string gone = made("AWS::SQS::Queue", {{"QueueName", "gone"}});
  EXPECT_EQ(outcome(update("AWS::SQS::Queue", source, redrive("dead"))), "SUCCESS");
  EXPECT_EQ(outcome(update("AWS::SQS::Queue", dead, redrive("gone"))), "SUCCESS");
  EXPECT_EQ(outcome(remove("AWS::SQS::Queue", gone)), "SUCCESS");
  const std::string before = dumped();
  ASSERT_TRUE(cloud_->reset().ok());
  std::istringstream lines(before);
  ASSERT_EQ(cloud_->load(lines).value(), 2u);
  EXPECT_EQ(dumped(), before);
}

TEST_F(SharedStore, NumbersAndNamesGoOnAfterADump) {
  start(options());
  made("AWS::SageMaker::Image", {{"ImageName", "i"}, {"ImageRoleArn", "arn:aws:iam::123456789012:role/r"}});
  const Json version = {{"ImageName", "i"}, {"BaseImage", "b:1"}};
  made("AWS::SageMaker::ImageVersion", version);
  const std::string second = made("AWS::SageMaker::ImageVersion", version);
  EXPECT_EQ(outcome(remove("AWS::SageMaker::ImageVersion", second)), "SUCCESS");
  const std::string bucket = made("AWS::S3::Bucket", Json::object());
  const std::string key = made("AWS::KMS::Key", Json::object());
  std::istringstream lines(dumped());
  ASSERT_TRUE(cloud_->reset().ok());
  ASSERT_EQ(cloud_->load(lines).value(), 4u);
  EXPECT_EQ(made("AWS::SageMaker::ImageVersion", version),
            "arn:aws:sagemaker:us-east-1:123456789012:image-version/i/3");
  EXPECT_NE(made("AWS::S3::Bucket", Json::object()), bucket);
  EXPECT_NE(made("AWS::KMS::Key", Json::object()), key);
}

TEST_F(SharedStore, AStoredLineFitsItsSchemaAndIsUnique) {
  start(options());
  const auto loaded = [this](const std::string& type, const Json& more) {
    Json line = {{"TypeName", type}, {"stored", true}};
    line["Properties"] = more;
    std::istringstream in(line.dump());
    const auto count = cloud_->load(in);
    return count ? std::string() : count.error().message;
  };
  EXPECT_EQ(loaded(kGroup, {{"LogGroupName", "g"}}), "");
  EXPECT_EQ(properties(kGroup, "g"), Json({{"LogGroupName", "g"}})) << "nothing is filled in";
  EXPECT_EQ(loaded(kGroup, {{"LogGroupName", "g"}}),
            "line 1: Resource of type 'AWS::Logs::LogGroup' with identifier 'g' already exists.");
  EXPECT_EQ(loaded(kGroup, Json::object()), "line 1: its Properties do not tell the whole of its primary identifier");
  EXPECT_NE(loaded(kGroup, {{"LogGroupName", 5}}).find("expected type: String"), std::string::npos);
  // What a schema calls read-only is not looked at; reading it must not fail.
  EXPECT_EQ(loaded("AWS::SageMaker::ImageVersion", {{"ImageName", "i"}, {"BaseImage", "b"}, {"ImageVersionArn", 5}}),
            "");
  const Reply list = call("ListResources", {{"TypeName", "AWS::SageMaker::ImageVersion"},
                                            {"ResourceModel", Json({{"ImageName", "i"}}).dump()}});
  EXPECT_EQ(list.body["ResourceDescriptions"][0]["Identifier"], "5");
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

// Values of kinds that no call can bring in may lie in a file; what a hook makes of them ends one answer at the most.
TEST_F(SharedStore, OddValuesInAFileEndNoProcess) {
  start(options());
  made("AWS::SageMaker::Image", {{"ImageName", "i"}, {"ImageRoleArn", "arn:aws:iam::123456789012:role/r"}});
  {
    auto file = sqlite::Connection::open(options().store).value();
    ASSERT_TRUE(file.run("UPDATE resource SET properties='{\"ImageName\":[],\"ImageArn\":5}'").ok());
  }
  EXPECT_NE(call("ListResources", {{"TypeName", "AWS::SageMaker::Image"}}).status, 0);
  EXPECT_EQ(made(kGroup, {{"LogGroupName", "g"}}), "g");
}

TEST_F(SharedStore, APartThatFailsOrThrowsLeavesNothingAndTheRestStays) {
  Store store = Store::open(options().store).value();
  const Place place{"123456789012", "us-east-1"};
  const auto insert = [&](const std::string& name) -> Status {
    TRY(store.insert(place, kGroup, {0, name, "{}"}, {}));
    return {};
  };
  ASSERT_TRUE(store.begin(true).ok());
  EXPECT_TRUE(store.run_part([&] { return insert("kept"); }).ok());
  const Status thrown = store.run_part([&]() -> Status {
    TRY(insert("thrown"));
    throw std::runtime_error("odd");
  });
  EXPECT_EQ(thrown.error().kind, ErrorKind::internal);
  EXPECT_EQ(thrown.error().message, "odd");
  const Status failed = store.run_part([&]() -> Status {
    TRY(insert("failed"));
    return data_error("no");
  });
  EXPECT_EQ(failed.error().message, "no");
  ASSERT_TRUE(store.in_transaction());
  ASSERT_TRUE(store.commit().ok());
  ASSERT_TRUE(store.begin(false).ok());
  EXPECT_TRUE(store.find(place, kGroup, "kept").value());
  EXPECT_FALSE(store.find(place, kGroup, "thrown").value());
  EXPECT_FALSE(store.find(place, kGroup, "failed").value());
}

TEST_F(SharedStore, AFileOfThisVersionIsOpenedAndReadWhileAnotherWrites) {
  start(options());
  made(kGroup, {{"LogGroupName", "g"}});
  auto writer = sqlite::Connection::open(options().store).value();
  ASSERT_TRUE(writer.run("BEGIN IMMEDIATE").ok());
  start(options());
  EXPECT_EQ(listed(kGroup), std::vector<std::string>{"g"}) << "whoever needs the writers' lock is refused in the end";
  EXPECT_NE(dumped(), "");
}

TEST_F(SharedStore, WhatIsDueGoesOnWhileAnotherWrites) {
  start(options(1000ms));
  const Reply change = create(kGroup, {{"LogGroupName", "g"}});
  clock_.move(1000ms);
  auto writer = sqlite::Connection::open(options().store).value();
  ASSERT_TRUE(writer.run("BEGIN IMMEDIATE").ok());
  EXPECT_EQ(follow(change).event()["OperationStatus"], "IN_PROGRESS");
  ASSERT_TRUE(writer.run("ROLLBACK").ok());
  EXPECT_EQ(follow(change).event()["OperationStatus"], "SUCCESS");
}

// All but one find the older version before the lock, and this one's behind it.
TEST_F(SharedStore, ManyMayOpenAnOlderFileAtOnce) {
  {
    auto old = sqlite::Connection::open(options().store).value();
    ASSERT_TRUE(sqlite::use_wal(old).ok());
    ASSERT_TRUE(old.run("CREATE TABLE resource(id INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, region "
                        "TEXT NOT NULL, type TEXT NOT NULL, identifier TEXT NOT NULL, properties TEXT NOT NULL);"
                        "PRAGMA user_version=2")
                    .ok());
    ASSERT_TRUE(old.run("BEGIN IMMEDIATE").ok());
    std::vector<std::future<Status>> opened;
    for (int i = 0; i < 4; ++i) {
      opened.push_back(std::async(std::launch::async, [this]() -> Status {
        TRY(Store::open(options().store));
        return {};
      }));
    }
    for (auto& one : opened) EXPECT_EQ(one.wait_for(50ms), std::future_status::timeout) << "waits for the lock";
    ASSERT_TRUE(old.run("ROLLBACK").ok());
    for (auto& one : opened) {
      const Status status = one.get();
      EXPECT_TRUE(status.ok()) << status.error().message;
    }
  }
}

TEST_F(SharedStore, WhatIsNoStoreIsSaidAtOnce) {
  std::ofstream(options().store) << std::string(4096, 'x');
  const Status opened = start(options()).open();
  EXPECT_EQ(opened.error().kind, ErrorKind::data);
  EXPECT_EQ(opened.error().message,
            "cannot use " + options().store + " as the local cloud's store: file is not a database");
}

}  // namespace
}  // namespace squall::local_cloud
