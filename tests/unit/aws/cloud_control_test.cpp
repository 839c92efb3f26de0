// One call: what is sent again and with what, and what is told of it.
#include "aws/cloud_control.h"

#include <gtest/gtest.h>

#include "aws/endpoint.h"
#include "aws/time_text.h"
#include "support/fake_transport.h"

namespace squall::aws {
namespace {

using test::ok;
using test::refused;

// Gives "K1", then, once that is rejected, "K2", ...
class RotatingCredentials final : public CredentialProvider {
 public:
  void get(Done done) override {
    done(Credentials{.key = {.access_key_id = "K" + std::to_string(number), .secret_access_key = Secret("hush-hush")}});
  }
  bool reject(const std::string& access_key_id) override {
    if (access_key_id == "K" + std::to_string(number)) ++number;
    return true;
  }
  int number = 1;
};

struct Fixture {
  explicit Fixture(test::FakeTransport::Answer answer, RetryPolicy retry = {})
      : transport(std::move(answer)),
        cloud(transport, timer, clock,
              {.endpoint = [](const std::string& region) { return resolve_endpoint({.region = region}); },
               .credentials = credentials,
               .limiters = limiters,
               .retry = retry,
               .log = &log}) {}

  // The body, or the error's code and text.
  std::string call() {
    std::string outcome = "nothing";
    cloud.call({.operation = "GetResource", .region = "eu-west-1", .body = R"({"Secret":"in the body"})"},
               [&](Result<Answer> answer) {
                 outcome = answer ? answer->body : answer.error().code + ": " + answer.error().message;
               });
    return outcome;
  }

  std::string authorization(std::size_t index) const {
    return std::string(net::header(transport.sent.at(index).headers, "Authorization"));
  }

  test::FakeTransport transport;
  test::FakeTimer timer;
  test::FixedClock clock;
  RotatingCredentials credentials;
  Limiters limiters{timer, clock};
  std::string lines;
  Log log{LogLevel::debug, [this](const std::string& line) { lines += line; }};
  CloudControl cloud;
};

TEST(CloudControl, APageThatFailsThreeTimesIsReadOnTheFourth) {
  int calls = 0;
  Fixture fixture([&](const net::HttpRequest&) -> Result<net::HttpResponse> {
    switch (++calls) {
      case 1: return refused(500, "InternalFailure", "oops");
      case 2: return net::HttpResponse{.status = 503, .body = "<html><body>busy</body></html>"};
      case 3: return Error{.kind = ErrorKind::network, .message = "closed in the middle"};
      default: return ok("whole");
    }
  });
  EXPECT_EQ(fixture.call(), "whole");
  EXPECT_EQ(calls, 4);
  EXPECT_EQ(fixture.timer.delays.size(), 3u);
}

TEST(CloudControl, GivesUpAfterTheAttemptsThatAreAllowed) {
  Fixture fixture([](const net::HttpRequest&) { return refused(502, "BadGateway", "no way"); }, {.attempts_max = 2});
  EXPECT_EQ(fixture.call(), "BadGateway: no way");
  EXPECT_EQ(fixture.transport.sent.size(), 2u);
}

TEST(CloudControl, ThrottlingDoesNotUseUpTheAttemptsOfFaults) {
  int calls = 0;
  Fixture fixture([&](const net::HttpRequest&) {
    ++calls;
    if (calls == 9 || calls == 10) return refused(500, "InternalFailure", "oops");
    return calls < 12 ? refused(400, "ThrottlingException", "Rate exceeded") : ok("whole");
  });
  EXPECT_EQ(fixture.call(), "whole");
}

TEST(CloudControl, ThrottlingOfAHandlersServiceCountsForTheLimiter) {
  int calls = 0;
  Fixture fixture([&](const net::HttpRequest&) {
    return ++calls == 1
               ? refused(400, "GeneralServiceException",
                         "AWS::X::Y Handler returned status FAILED: Rate exceeded (HandlerErrorCode: Throttling)")
               : ok("whole");
  });
  EXPECT_EQ(fixture.call(), "whole");
  EXPECT_EQ(fixture.limiters.states().at(0).throttled, 1u);
}

TEST(CloudControl, ExpiredCredentialsAreRenewedOnceACall) {
  Fixture fixture([](const net::HttpRequest& request) {
    const bool old = net::header(request.headers, "Authorization").find("Credential=K1/") != std::string_view::npos;
    return old ? refused(400, "ExpiredTokenException", "too late") : ok("whole");
  });
  EXPECT_EQ(fixture.call(), "whole");
  EXPECT_NE(fixture.authorization(1).find("Credential=K2/"), std::string::npos);

  Fixture hopeless([](const net::HttpRequest&) { return refused(400, "ExpiredTokenException", "too late"); });
  EXPECT_EQ(hopeless.call(), "ExpiredTokenException: too late");
  EXPECT_EQ(hopeless.transport.sent.size(), 2u);
}

TEST(CloudControl, ASkewedClockIsSetByTheServicesDateForAllLaterCalls) {
  Fixture fixture([](const net::HttpRequest& request) {
    if (net::header(request.headers, "X-Amz-Date") == "20150830T133700Z") return ok("whole");
    auto answer = refused(400, "InvalidSignatureException", "Signature expired");
    answer.headers.emplace_back("Date", "Sun, 30 Aug 2015 13:37:00 GMT");
    return answer;
  });
  EXPECT_EQ(fixture.call(), "whole");
  EXPECT_EQ(fixture.transport.sent.size(), 2u);
  EXPECT_EQ(fixture.call(), "whole");
  EXPECT_EQ(fixture.transport.sent.size(), 3u);
}

TEST(CloudControl, AWrongKeyIsNotTakenForASkewedClock) {
  Fixture fixture([](const net::HttpRequest&) {
    auto answer = refused(400, "InvalidSignatureException", "does not match");
    answer.headers.emplace_back("Date", "Sun, 30 Aug 2015 12:36:10 GMT");
    return answer;
  });
  EXPECT_EQ(fixture.call(), "InvalidSignatureException: does not match");
  EXPECT_EQ(fixture.transport.sent.size(), 1u);
}

TEST(CloudControl, EveryCallIsALineWithoutSecretsOrBodies) {
  Fixture fixture([n = 0](const net::HttpRequest&) mutable -> Result<net::HttpResponse> {
    if (++n == 1) return Error{.kind = ErrorKind::network, .message = "connection refused"};
    return ok("{\"Properties\":\"private\"}");
  });
  fixture.call();
  EXPECT_EQ(fixture.lines,
            "level=debug event=http operation=GetResource region=eu-west-1 attempt=1 status=none bytes_sent=24 ms=0 "
            "fault=\"connection refused\"\n"
            "level=debug event=http operation=GetResource region=eu-west-1 attempt=2 status=200 bytes_sent=24 "
            "bytes_received=24 ms=0 request_id=rid-1\n");
  EXPECT_EQ(fixture.lines.find("hush"), std::string::npos);
}

TEST(CloudControl, AfterItsEndNothingIsSent) {
  Fixture fixture([](const net::HttpRequest&) { return ok("whole"); });
  fixture.cloud.shut_down();
  EXPECT_EQ(fixture.call(), ": interrupted");
  EXPECT_TRUE(fixture.transport.sent.empty());
}

}  // namespace
}  // namespace squall::aws
