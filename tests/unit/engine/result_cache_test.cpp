#include "engine/result_cache.h"

#include <gtest/gtest.h>

#include <optional>

namespace squall::engine {
namespace {

using provider::ResourcePage;
using provider::ResourcePagePtr;
using provider::ScanRequest;

class HeldClock final : public Clock {
 public:
  Time now() const override { return time; }
  Time time{std::chrono::hours(1000)};
};

// Each scan is a stream of two pages, the second of which fails where that is asked for.
class TwoPages final : public provider::Provider {
 public:
  Result<std::unique_ptr<provider::ResourceStream>> scan(ScanRequest request) override {
    ++scans;
    if (request.arrivals) request.arrivals->push(request.tag);
    return std::unique_ptr<provider::ResourceStream>(std::make_unique<Stream>(*this, request.region));
  }
  Result<std::string> account_id(const std::string&, std::stop_token) override { return std::string(); }
  Result<std::string> default_region() override { return std::string("us-east-1"); }

  int scans = 0;
  int pages = 0;  // handed out by all streams
  std::optional<Error> second_page = {};

 private:
  class Stream final : public provider::ResourceStream {
   public:
    Stream(TwoPages& of, std::string region) : of_(of), region_(std::move(region)) {}
    Result<ResourcePagePtr> next(std::stop_token) override {
      if (handed_out_ == 1 && of_.second_page) return *of_.second_page;
      if (handed_out_ == 2) return ResourcePagePtr();
      ++handed_out_;
      ++of_.pages;
      auto page = std::make_shared<ResourcePage>();
      page->region = region_;
      page->entries.push_back({.identifier = "a", .properties = "{}"});
      return ResourcePagePtr(std::move(page));
    }
    bool ready() override { return true; }

   private:
    TwoPages& of_;
    const std::string region_;
    int handed_out_ = 0;
  };
};

constexpr std::chrono::seconds kMinute{60};

struct ResultCacheTest : testing::Test {
  ScanRequest request(const char* region = "eu-west-1") {
    return {.type_name = "AWS::Logs::LogGroup", .region = region};
  }
  std::unique_ptr<provider::ResourceStream> start(ScanRequest request) {
    return cache->scan(provider, std::move(request), kMinute).value();
  }
  // The pages up to the end; nothing where it failed.
  static std::optional<int> read(provider::ResourceStream& stream) {
    for (int pages = 0;; ++pages) {
      const auto page = stream.next({});
      if (!page) return std::nullopt;
      if (*page == nullptr) return pages;
    }
  }
  std::optional<int> read_all(ScanRequest request) { return read(*start(std::move(request))); }

  HeldClock clock;
  TwoPages provider;
  std::shared_ptr<ResultCache> cache = std::make_shared<ResultCache>(clock);
};

TEST_F(ResultCacheTest, AnswersTheSameRequestWhileItIsYoungEnough) {
  EXPECT_EQ(read_all(request()), 2);
  clock.time += kMinute;
  EXPECT_EQ(read_all(request()), 2);
  EXPECT_EQ(provider.scans, 1);
  clock.time += std::chrono::seconds(1);
  EXPECT_EQ(read_all(request()), 2);
  EXPECT_EQ(provider.scans, 2);
}

TEST_F(ResultCacheTest, AClockThatIsSetBackMakesNothingYounger) {
  EXPECT_EQ(read_all(request()), 2);
  clock.time -= std::chrono::seconds(1);
  EXPECT_EQ(read_all(request()), 2);
  EXPECT_EQ(provider.scans, 2);
}

TEST_F(ResultCacheTest, TellsRequestsApart) {
  EXPECT_EQ(read_all(request("eu-west-1")), 2);
  EXPECT_EQ(read_all(request("eu-west-2")), 2);
  auto other = request();
  other.profile = "p";
  EXPECT_EQ(read_all(other), 2);
  other.profile = {};
  other.resource_model = "{}";
  EXPECT_EQ(read_all(other), 2);
  EXPECT_EQ(provider.scans, 4);
}

TEST_F(ResultCacheTest, MoreDetailsThanWereReadAreReadAnew) {
  EXPECT_EQ(read_all(request()), 2);
  auto more = request();
  more.wanted = {"Arn"};
  EXPECT_EQ(read_all(more), 2);
  EXPECT_EQ(provider.scans, 2);
  EXPECT_EQ(read_all(more), 2);
  EXPECT_EQ(read_all(request()), 2);
  EXPECT_EQ(provider.scans, 2);
}

TEST_F(ResultCacheTest, OneRequestUnderWayServesTwoReadersAtTheirOwnPace) {
  const auto first = start(request());
  const auto second = start(request());
  EXPECT_EQ(read(*second), 2);
  EXPECT_EQ(read(*first), 2);
  EXPECT_EQ(provider.scans, 1);
  EXPECT_EQ(provider.pages, 2);
}

TEST_F(ResultCacheTest, WhoComesLaterIsRungForWhatIsThere) {
  const auto first = start(request());
  ASSERT_TRUE(first->next({}).ok());
  auto rung = request();
  rung.arrivals = std::make_shared<provider::ArrivalQueue>();
  rung.tag = 7;
  const auto second = start(rung);
  EXPECT_EQ(rung.arrivals->take({}), (std::vector<std::uint64_t>{7}));
  EXPECT_TRUE(second->ready());
}

TEST_F(ResultCacheTest, AFailureIsToldToAllAndNotHeld) {
  provider.second_page = Error{.kind = ErrorKind::service, .message = "no"};
  const auto first = start(request());
  const auto second = start(request());
  EXPECT_EQ(read(*first), std::nullopt);
  EXPECT_EQ(read(*second), std::nullopt);
  EXPECT_EQ(provider.scans, 1);
  provider.second_page.reset();
  EXPECT_EQ(read_all(request()), 2);
  EXPECT_EQ(provider.scans, 2);
}

TEST_F(ResultCacheTest, AnAnswerLeftEarlyIsNotHeld) {
  ASSERT_TRUE(start(request())->next({}).ok());
  EXPECT_EQ(read_all(request()), 2);
  EXPECT_EQ(provider.scans, 2);
}

TEST_F(ResultCacheTest, ForgetsAType) {
  const auto under_way = start(request("eu-west-2"));
  EXPECT_EQ(read_all(request()), 2);
  cache->forget("AWS::Logs::LogStream");
  EXPECT_EQ(read_all(request()), 2);
  EXPECT_EQ(provider.scans, 2);
  cache->forget("AWS::Logs::LogGroup");
  EXPECT_EQ(read(*under_way), 2);
  EXPECT_EQ(read_all(request()), 2);
  EXPECT_EQ(read_all(request("eu-west-2")), 2);
  EXPECT_EQ(provider.scans, 4);
}

TEST_F(ResultCacheTest, MemoryIsBounded) {
  cache = std::make_shared<ResultCache>(clock, 1000);
  for (const char* region : {"a", "b", "c", "d", "e", "f"}) EXPECT_EQ(read_all(request(region)), 2);
  EXPECT_EQ(read_all(request("f")), 2);
  EXPECT_EQ(provider.scans, 6);
  EXPECT_EQ(read_all(request("a")), 2);
  EXPECT_EQ(provider.scans, 7);
  cache = std::make_shared<ResultCache>(clock, 1);
  EXPECT_EQ(read_all(request("f")), 2);
  EXPECT_EQ(read_all(request("f")), 2);
  EXPECT_EQ(provider.scans, 9);
}

TEST_F(ResultCacheTest, ABoundedStatementsRequestIsItsOwnUntilItIsWhole) {
  auto bounded = request();
  bounded.meter = std::make_shared<provider::CallMeter>();
  bounded.meter->calls_max = 1;
  const auto first = start(bounded);
  EXPECT_EQ(read_all(request()), 2);
  EXPECT_EQ(provider.scans, 2);
  EXPECT_EQ(read(*first), 2);
}

}  // namespace
}  // namespace squall::engine
