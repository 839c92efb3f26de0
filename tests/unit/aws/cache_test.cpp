// When kept credentials are good, and who waits for new ones. The lookup runs on the cache's own thread.
#include "aws/credentials/cache.h"

#include <gtest/gtest.h>

#include <future>
#include <latch>

#include "support/fake_transport.h"

namespace squall::aws {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

Result<Credentials> ask(CredentialCache& cache) {
  std::promise<Result<Credentials>> promise;
  cache.get([&](Result<Credentials> answer) { promise.set_value(std::move(answer)); });
  return promise.get_future().get();
}

std::string key_of(const Result<Credentials>& answer) {
  return answer ? answer->key.access_key_id : "error: " + answer.error().message;
}

// Looks up "K1", "K2", ..., each good for `lifetime`; nothing after `failing_from`.
struct Source {
  explicit Source(std::optional<seconds> lifetime_) : lifetime(lifetime_) {}
  Result<Credentials> find() {
    const int number = ++lookups;
    if (number >= failing_from) return Error{.kind = ErrorKind::credentials, .message = "no"};
    Credentials credentials{.key = {.access_key_id = "K" + std::to_string(number)}};
    if (lifetime) credentials.expires_at = clock.now() + *lifetime;
    return credentials;
  }
  std::optional<seconds> lifetime;
  test::FixedClock clock;
  std::atomic<int> lookups = 0;
  int failing_from = 1000;
  CredentialCache cache{clock, [this](std::stop_token) { return find(); }};
  // The end of a lookup that nobody waits for.
  void settle(int number) {
    while (lookups < number) std::this_thread::yield();
  }
};

TEST(CredentialCache, KeepsWhatDoesNotExpire) {
  Source source(std::nullopt);
  EXPECT_EQ(key_of(ask(source.cache)), "K1");
  source.clock.time += std::chrono::hours(1000);
  EXPECT_EQ(key_of(ask(source.cache)), "K1");
  EXPECT_EQ(source.lookups, 1);
}

TEST(CredentialCache, InTheLastTenMinutesNewOnesComeFirst) {
  Source source(minutes(60));
  EXPECT_EQ(key_of(ask(source.cache)), "K1");
  source.clock.time += minutes(44);
  EXPECT_EQ(key_of(ask(source.cache)), "K1");
  EXPECT_EQ(source.lookups, 1);
  source.clock.time += minutes(7);
  EXPECT_EQ(key_of(ask(source.cache)), "K2");
}

TEST(CredentialCache, InTheLastFifteenMinutesTheOldOnesServeWhileNewOnesAreSought) {
  Source source(minutes(60));
  source.failing_from = 2;
  EXPECT_EQ(key_of(ask(source.cache)), "K1");
  source.clock.time += minutes(46);
  EXPECT_EQ(key_of(ask(source.cache)), "K1");
  source.settle(2);
  // It failed, which is borne until the last ten minutes.
  EXPECT_EQ(key_of(ask(source.cache)), "K1");
  source.clock.time += minutes(5);
  EXPECT_EQ(key_of(ask(source.cache)), "error: no");
}

TEST(CredentialCache, ShortLivedOnesAreUsedMoreThanOnce) {
  Source source(minutes(9));
  EXPECT_EQ(key_of(ask(source.cache)), "K1");
  source.clock.time += minutes(4);
  EXPECT_EQ(key_of(ask(source.cache)), "K1");
  EXPECT_EQ(source.lookups, 1);
}

TEST(CredentialCache, ARejectedKeyIsLookedUpAgainOnce) {
  Source source(std::nullopt);
  EXPECT_EQ(key_of(ask(source.cache)), "K1");
  EXPECT_TRUE(source.cache.reject("K1"));
  EXPECT_EQ(key_of(ask(source.cache)), "K2");
  // A late answer to a call with the old key changes nothing.
  EXPECT_TRUE(source.cache.reject("K1"));
  EXPECT_EQ(key_of(ask(source.cache)), "K2");
}

TEST(CredentialCache, ManyThatWaitShareOneLookup) {
  test::FixedClock clock;
  std::latch asked(1);
  std::atomic<int> lookups = 0;
  CredentialCache cache(clock, [&](std::stop_token) -> Result<Credentials> {
    asked.wait();
    ++lookups;
    return Credentials{.key = {.access_key_id = "K"}};
  });
  std::latch answered(50);
  for (int i = 0; i < 50; ++i) {
    cache.get([&](Result<Credentials> answer) {
      EXPECT_EQ(key_of(answer), "K");
      answered.count_down();
    });
  }
  asked.count_down();
  answered.wait();
  EXPECT_EQ(lookups, 1);
}

TEST(CredentialCache, ItsEndStopsALookupAndAnswersThoseWhoWait) {
  test::FixedClock clock;
  std::atomic<int> interrupted = 0;
  {
    CredentialCache cache(clock, [](std::stop_token stop) -> Result<Credentials> {
      std::mutex mutex;
      std::condition_variable_any never;
      std::unique_lock lock(mutex);
      never.wait(lock, stop, [] { return false; });
      return Error{.kind = ErrorKind::interrupted, .message = "interrupted"};
    });
    for (int i = 0; i < 3; ++i) {
      cache.get([&](Result<Credentials> answer) {
        interrupted += !answer.ok() && answer.error().kind == ErrorKind::interrupted ? 1 : 0;
      });
    }
  }
  EXPECT_EQ(interrupted, 3);
}

}  // namespace
}  // namespace squall::aws
