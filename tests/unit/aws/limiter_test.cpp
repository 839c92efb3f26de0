// The pace of calls, over a clock that the test moves: against a server that gives a fixed rate, and step by step.
#include "aws/limiter.h"

#include <gtest/gtest.h>

#include "aws/cloud_control.h"
#include "aws/endpoint.h"
#include "support/fake_transport.h"

namespace squall::aws {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(AdaptiveRate, IsOffUntilTheFirstThrottleThenCutsToWhatGotThrough) {
  AdaptiveRate rate;
  Clock::Time now(seconds(1000));
  for (int i = 0; i < 40; ++i) rate.succeeded(now += milliseconds(25));
  EXPECT_FALSE(rate.is_active());
  rate.throttled(now, now);
  EXPECT_DOUBLE_EQ(rate.per_second(), 28.0);
}

TEST(AdaptiveRate, OneBurstOfThrottledAnswersCutsOnce) {
  AdaptiveRate rate;
  Clock::Time now(seconds(1000));
  for (int i = 0; i < 40; ++i) rate.succeeded(now += milliseconds(25));
  const Clock::Time sent = now;
  for (int i = 0; i < 10; ++i) rate.throttled(sent, now += milliseconds(1));
  EXPECT_DOUBLE_EQ(rate.per_second(), 28.0);
  rate.throttled(now + milliseconds(1), now + milliseconds(50));
  EXPECT_LT(rate.per_second(), 28.0);
}

TEST(AdaptiveRate, GrowsBackToTheOldRateAndBeyond) {
  AdaptiveRate rate;
  Clock::Time now(seconds(1000));
  for (int i = 0; i < 40; ++i) rate.succeeded(now += milliseconds(25));
  rate.throttled(now, now);
  const auto after = [&](milliseconds time) {
    const auto end = now + time;
    while (now < end) rate.succeeded(now += milliseconds(25));
    return rate.per_second();
  };
  // The cubic curve is back at its old value after cbrt(40 * 0.3 / 0.4) = 3.1 s.
  EXPECT_GT(after(seconds(1)), 28.0);
  EXPECT_NEAR(after(milliseconds(2100)), 40.0, 1.0);
  EXPECT_GT(after(seconds(3)), 45.0);
}

TEST(AdaptiveRate, NeverFallsToAStandstill) {
  AdaptiveRate rate;
  Clock::Time now(seconds(1000));
  for (int i = 0; i < 50; ++i, now += seconds(1)) rate.throttled(now, now);
  EXPECT_DOUBLE_EQ(rate.per_second(), 0.5);
}

TEST(Limiter, TheWindowDoublesEachRoundTripUpToItsMaximum) {
  test::FixedClock clock;
  test::ManualTimer timer(clock);
  Limiter limiter(timer, clock, {});
  std::vector<int> rounds;
  int gone = 0;
  for (int i = 0; i < 400; ++i) limiter.acquire([&](Clock::Time) { ++gone; });
  int answered = 0;
  while (gone > answered) {
    const int round = gone - answered;
    rounds.push_back(round);
    for (int i = 0; i < round; ++i) limiter.release(clock.now(), Limiter::Outcome::success);
    answered += round;
  }
  EXPECT_EQ(rounds, (std::vector<int>{16, 32, 64, 64, 64, 64, 64, 32}));
}

TEST(Limiter, ARepeatedCallGoesFirstAndFailuresGiveTheirPlaceBack) {
  test::FixedClock clock;
  test::ManualTimer timer(clock);
  Limiter limiter(timer, clock, {.in_flight_start = 1, .in_flight_max = 1});
  std::string order;
  for (char name : {'a', 'b', 'c'}) limiter.acquire([&order, name](Clock::Time) { order += name; });
  limiter.acquire([&order](Clock::Time) { order += 'r'; }, true);
  for (int i = 0; i < 3; ++i) limiter.release(clock.now(), Limiter::Outcome::failure);
  EXPECT_EQ(order, "arbc");
  EXPECT_EQ(limiter.state().in_flight, 1);
}

TEST(Limiter, AnsweringInTheCallDoesNotGrowTheStack) {
  test::FixedClock clock;
  test::ManualTimer timer(clock);
  Limiter limiter(timer, clock, {.in_flight_start = 1, .in_flight_max = 1});
  int gone = 0;
  limiter.acquire([](Clock::Time) {});  // Holds the only place until all wait.
  for (int i = 0; i < 200'000; ++i) {
    limiter.acquire([&](Clock::Time sent) {
      ++gone;
      limiter.release(sent, Limiter::Outcome::success);
    });
  }
  limiter.release(clock.now(), Limiter::Outcome::success);
  EXPECT_EQ(gone, 200'000);
}

TEST(Limiters, AreSharedByAccountAndRegion) {
  test::FixedClock clock;
  test::ManualTimer timer(clock);
  Limiters limiters(timer, clock);
  EXPECT_EQ(&limiters.of("1", "a"), &limiters.of("1", "a"));
  EXPECT_NE(&limiters.of("1", "a"), &limiters.of("1", "b"));
  EXPECT_NE(&limiters.of("1", "a"), &limiters.of("2", "a"));
  EXPECT_EQ(limiters.states().size(), 3u);
}

// Gives 30 calls a second, saves up at most one second's, and refuses the rest.
class RationingServer final : public net::Transport {
 public:
  RationingServer(test::FixedClock& clock, test::ManualTimer& timer, milliseconds latency)
      : clock_(clock), timer_(timer), latency_(latency), filled_at_(clock.now()) {}

  void send(net::HttpRequest, Done done) override {
    const auto now = clock_.now();
    tokens_ = std::min(kPerSecond, tokens_ + std::chrono::duration<double>(now - filled_at_).count() * kPerSecond);
    filled_at_ = now;
    const bool given = tokens_ >= 1;
    if (given) tokens_ -= 1;
    ++(given ? served : refused);
    timer_.after(latency_, [given, done = std::move(done)] {
      done(given ? test::ok("{}") : test::refused(400, "ThrottlingException", "Rate exceeded"));
    });
  }

  int served = 0;
  int refused = 0;

 private:
  static constexpr double kPerSecond = 30;
  test::FixedClock& clock_;
  test::ManualTimer& timer_;
  const milliseconds latency_;
  double tokens_ = kPerSecond;
  Clock::Time filled_at_;
};

// The goal: 1,212 calls at 30 a second take at most 1.15 of the ideal, with under a tenth of the calls refused.
TEST(Limiter, FindsTheRateOfAServerWithFewRefusedCalls) {
  for (const auto latency : {milliseconds(5), milliseconds(50), milliseconds(300)}) {
    test::FixedClock clock;
    test::ManualTimer timer(clock);
    RationingServer server(clock, timer, latency);
    Limiters limiters(timer, clock);
    FixedCredentials credentials{Credentials{}};
    CloudControl cloud(server, timer, clock,
                       {.endpoint = [](const std::string& region) { return resolve_endpoint({.region = region}); },
                        .credentials = credentials,
                        .limiters = limiters,
                        .jitter_seed = 1});
    const auto begin = clock.now();
    int answered = 0;
    for (int i = 0; i < 1212; ++i) {
      cloud.call({.operation = "GetResource", .region = "eu-west-1", .body = "{}"}, [&](Result<Answer> answer) {
        EXPECT_TRUE(answer.ok());
        ++answered;
      });
    }
    while (timer.step()) {
    }
    const double took = std::chrono::duration<double>(clock.now() - begin).count();
    const double ideal = 1212 / 30.0;
    EXPECT_EQ(answered, 1212);
    EXPECT_LE(took, 1.15 * ideal) << latency.count() << " ms of latency";
    EXPECT_LT(server.refused, 0.10 * (server.served + server.refused)) << latency.count() << " ms of latency";
    RecordProperty("took_of_ideal_" + std::to_string(latency.count()), std::to_string(took / ideal));
    RecordProperty("refused_" + std::to_string(latency.count()), server.refused);
  }
}

}  // namespace
}  // namespace squall::aws
