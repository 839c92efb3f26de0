#include "net/http_client.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <mutex>
#include <optional>

#include "call.h"
#include "raw_server.h"

namespace squall::net {
namespace {

using testing::call;
using testing::fault;
using testing::get;
using testing::RawConnection;
using testing::RawServer;
using testing::RunningServer;
using testing::start;

constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

// Reads one request and gives these bytes as its answer, then closes.
RawServer::Script answer_once(std::string bytes) {
  return [bytes](const RawConnection& connection, int) {
    connection.read_head();
    connection.write(bytes);
  };
}

// What the client makes of such an answer.
std::string outcome(std::string bytes, HttpClientOptions options = {}) {
  const RawServer server(answer_once(std::move(bytes)));
  HttpClient client(std::move(options));
  const auto result = call(client, get(server.origin()));
  if (!result) {
    EXPECT_EQ(result.error().kind, ErrorKind::network);
    return fault(result, server.port());
  }
  return std::to_string(result->status) + " " + result->body;
}

TEST(HttpClient, SendsMethodTargetHeadersAndBody) {
  RunningServer server([](HttpRequest request, const HttpServer::Respond& respond) {
    std::string text =
        request.method + " " + request.target + " " + std::string(header(request.headers, "x-amz-target"));
    respond({.status = 201, .headers = {{"X-Amzn-RequestId", "1"}}, .body = text + " " + request.body});
  });
  HttpClient client;
  const auto result =
      call(client, {.origin = server.origin(),
                    .target = "/path?query=1",
                    .headers = {{"X-Amz-Target", "CloudApiService.GetResource"}, {"Content-Length", "7"}},
                    .body = "{}"});
  ASSERT_TRUE(result.ok()) << result.error().message;
  EXPECT_EQ(result->status, 201);
  EXPECT_EQ(result->body, "POST /path?query=1 CloudApiService.GetResource {}");
  EXPECT_EQ(header(result->headers, "x-amzn-requestid"), "1");
}

TEST(HttpClient, WritesTheHeadAsSigned) {
  std::string head;
  const RawServer server([&](const RawConnection& connection, int) {
    head = connection.read_head();
    connection.write(kOk);
  });
  {
    HttpClient client;
    ASSERT_TRUE(call(client, {.origin = server.origin(), .headers = {{"b", "2"}, {"A", " 1"}}}).ok());
  }
  EXPECT_EQ(head, "POST / HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) +
                      "\r\nb: 2\r\nA:  1\r\nContent-Length: 0\r\n\r\n");
}

TEST(HttpClient, AnswersManyRequestsInParallelWithinThePoolsBound) {
  std::atomic<int> at_once = 0, most = 0;
  // Answers are held back until as many requests are there as there may be connections.
  std::mutex mutex;
  std::vector<HttpServer::Respond> held;
  RunningServer server([&](HttpRequest, HttpServer::Respond respond) {
    most = std::max(most.load(), ++at_once);
    const std::lock_guard lock(mutex);
    held.push_back(std::move(respond));
    if (held.size() < 8) return;
    for (const auto& answer : std::exchange(held, {})) {
      --at_once;
      answer({.body = "ok"});
    }
  });
  HttpClient client({.connections_max = 8});
  std::vector<std::future<Result<HttpResponse>>> answers;
  for (int i = 0; i < 800; ++i) answers.push_back(start(client, get(server.origin())));
  for (auto& answer : answers) {
    const auto result = answer.get();
    ASSERT_TRUE(result.ok()) << result.error().message;
    EXPECT_EQ(result->body, "ok");
  }
  EXPECT_EQ(most, 8);
}

TEST(HttpClient, KeepsConnectionsAlive) {
  const RawServer server([](const RawConnection& connection, int) {
    while (!connection.read_head().empty()) connection.write(kOk);
  });
  HttpClient client;
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(call(client, get(server.origin())).ok());
  EXPECT_EQ(server.connections(), 1);
}

TEST(HttpClient, HonoursConnectionClose) {
  const RawServer server([](const RawConnection& connection, int) {
    while (!connection.read_head().empty())
      connection.write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  });
  HttpClient client;
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(call(client, get(server.origin())).ok());
  EXPECT_EQ(server.connections(), 3);
}

TEST(HttpClient, SendsOnceMoreWhenAKeptConnectionTurnsOutClosed) {
  // The first connection answers one request, reads the second and closes without a byte.
  std::atomic<int> requests = 0;
  const RawServer server([&](const RawConnection& connection, int number) {
    connection.read_head();
    ++requests;
    connection.write(kOk);
    if (number > 0) return;
    connection.read_head();
    ++requests;
  });
  HttpClient client;
  EXPECT_TRUE(call(client, get(server.origin())).ok());
  EXPECT_TRUE(call(client, get(server.origin())).ok());
  EXPECT_EQ(server.connections(), 2);
  EXPECT_EQ(requests, 3);
}

TEST(HttpClient, DoesNotSendAgainOnceAByteOfTheAnswerCame) {
  const RawServer server([](const RawConnection& connection, int) {
    connection.read_head();
    connection.write(kOk);
    connection.read_head();
    connection.write("H");
  });
  HttpClient client;
  EXPECT_TRUE(call(client, get(server.origin())).ok());
  EXPECT_EQ(fault(call(client, get(server.origin())), server.port()),
            "the connection to 127.0.0.1:PORT was closed in the middle of the answer");
  EXPECT_EQ(server.connections(), 1);
}

TEST(HttpClient, DoesNotSendAgainOnANewConnection) {
  const RawServer server([](const RawConnection& connection, int) { connection.read_head(); });
  HttpClient client;
  EXPECT_EQ(fault(call(client, get(server.origin())), server.port()),
            "127.0.0.1:PORT closed the connection without an answer");
  EXPECT_EQ(server.connections(), 1);
}

TEST(HttpClient, ReadsBodiesOfEveryFraming) {
  EXPECT_EQ(outcome("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"), "200 abc");
  EXPECT_EQ(outcome("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"), "200 abc");
  EXPECT_EQ(outcome("HTTP/1.1 200 OK\r\n\r\nabc"), "200 abc");
  EXPECT_EQ(outcome("HTTP/1.0 200 OK\r\n\r\n"), "200 ");
  EXPECT_EQ(outcome("HTTP/1.1 204 No Content\r\n\r\n"), "204 ");
  EXPECT_EQ(outcome("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 400 Bad Request\r\nContent-Length: 1\r\n\r\nx"), "400 x");
}

TEST(HttpClient, ReadsNoBodyAfterHead) {
  const RawServer server(answer_once("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"));
  HttpClient client;
  const auto result = call(client, {.origin = server.origin(), .method = "HEAD"});
  ASSERT_TRUE(result.ok()) << result.error().message;
  EXPECT_EQ(result->body, "");
}

TEST(HttpClient, TellsWhatIsWrongWithAnAnswer) {
  const std::string middle = "the connection to 127.0.0.1:PORT was closed in the middle of the answer";
  EXPECT_EQ(outcome("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"), middle);
  EXPECT_EQ(outcome("HTTP/1.1 200 OK\r\nContent-Le"), middle);
  EXPECT_EQ(outcome("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"), middle);
  EXPECT_EQ(outcome(""), "127.0.0.1:PORT closed the connection without an answer");
  EXPECT_TRUE(outcome("SSH-2.0-OpenSSH_9.2\r\n\r\n").starts_with("the answer of 127.0.0.1:PORT is not HTTP: "));
  EXPECT_TRUE(outcome("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n")
                  .starts_with("the answer of 127.0.0.1:PORT is not HTTP: "));
  EXPECT_EQ(outcome("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n", {.body_bytes_max = 10}),
            "the answer of 127.0.0.1:PORT is larger than 10 bytes");
  EXPECT_EQ(outcome("HTTP/1.1 200 OK\r\n\r\n" + std::string(100, 'x'), {.body_bytes_max = 10}),
            "the answer of 127.0.0.1:PORT is larger than 10 bytes");
  EXPECT_EQ(outcome("HTTP/1.1 200 OK\r\nX: " + std::string(70'000, 'x') + "\r\n\r\n"),
            "the headers of the answer of 127.0.0.1:PORT are larger than 65536 bytes");
}

TEST(HttpClient, ReadsTheAnswerOfAServerThatDoesNotReadAll) {
  RunningServer server([](HttpRequest, const HttpServer::Respond& respond) { respond({}); }, {.body_bytes_max = 1000});
  HttpClient client;
  const auto result = call(client, {.origin = server.origin(), .body = std::string(3'000'000, 'x')});
  ASSERT_TRUE(result.ok()) << result.error().message;
  EXPECT_EQ(result->status, 413);
}

TEST(HttpClient, ReadsLargeAnswers) {
  const std::string large(20'000'000, 'x');
  RunningServer server([&](HttpRequest, const HttpServer::Respond& respond) { respond({.body = large}); });
  HttpClient client;
  EXPECT_EQ(call(client, get(server.origin())).value().body, large);
}

TEST(HttpClient, GivesUpOnASilentServer) {
  const RawServer server([](const RawConnection& connection, int) { connection.read_to_end(); });
  HttpClient client;
  HttpRequest request = get(server.origin());
  request.read_timeout = std::chrono::milliseconds(20);
  EXPECT_EQ(fault(call(client, request), server.port()), "no answer from 127.0.0.1:PORT within 20 ms");
}

TEST(HttpClient, NamesAPortThatRefuses) {
  std::uint16_t port = 0;
  {
    port = RawServer([](const RawConnection&, int) {}).port();
  }
  HttpClient client;
  EXPECT_EQ(fault(call(client, get({.tls = false, .host = "127.0.0.1", .port = port})), port),
            "connection refused by 127.0.0.1:PORT");
}

TEST(HttpClient, TellsWhetherARequestWasSentAtAll) {
  std::uint16_t refusing = 0;
  {
    refusing = RawServer([](const RawConnection&, int) {}).port();
  }
  HttpClient client;
  EXPECT_TRUE(call(client, get({.tls = false, .host = "127.0.0.1", .port = refusing})).error().not_sent);
  const RawServer silent([](const RawConnection& connection, int) { connection.read_head(); });
  EXPECT_FALSE(call(client, get(silent.origin())).error().not_sent);
}

TEST(HttpClient, ARequestThatMetAClosedConnectionCountsAsSentThoughTheNextOneIsRefused) {
  std::optional<RawServer> server;
  std::latch gone(1);
  server.emplace([&](const RawConnection& connection, int) {
    connection.read_head();
    connection.write(kOk);
    connection.read_head();
    // Nobody listens any more when this connection closes.
    gone.wait();
  });
  const Origin origin = server->origin();
  HttpClient client;
  EXPECT_TRUE(call(client, get(origin)).ok());
  auto second = start(client, get(origin));
  server->stop_listening();
  gone.count_down();
  const auto result = second.get();
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().message.substr(0, 18), "connection refused");
  EXPECT_FALSE(result.error().not_sent);
}

TEST(HttpClient, TriesEveryAddressOfAName) {
  // localhost may be ::1 first, where nothing listens.
  const RawServer server(answer_once(std::string(kOk)));
  HttpClient client;
  const auto result = call(client, get({.tls = false, .host = "localhost", .port = server.port()}));
  EXPECT_TRUE(result.ok()) << result.error().message;
}

TEST(HttpClient, NamesAHostThatIsNotKnown) {
  HttpClient client;
  // A label of 64 characters is refused by the resolver itself: nothing goes out.
  const std::string host(64, 'a');
  const auto result = call(client, get({.tls = false, .host = host, .port = 80}));
  ASSERT_FALSE(result.ok());
  EXPECT_TRUE(result.error().message.starts_with("cannot resolve host " + host)) << result.error().message;
}

TEST(HttpClient, RefusesARequestThatHttpCannotCarry) {
  HttpClient client;
  const Origin nowhere{.tls = false, .host = "127.0.0.1", .port = 1};
  const auto message = [&](HttpRequest request) {
    request.origin = nowhere;
    const auto result = call(client, std::move(request));
    EXPECT_EQ(result.error().kind, ErrorKind::data);
    return result.error().message;
  };
  const std::string allowed = " cannot be sent: it has a character or a meaning that is not allowed";
  EXPECT_EQ(message({.headers = {{"X-Amz-Security-Token", "a\r\nX-Evil: 1"}}}),
            "the header X-Amz-Security-Token" + allowed);
  EXPECT_EQ(message({.headers = {{"Transfer-Encoding", "chunked"}}}), "the header Transfer-Encoding" + allowed);
  EXPECT_EQ(message({.target = "/ HTTP/1.1\r\nX: y"}), "the request line of a request to 127.0.0.1:1 is malformed");
}

TEST(HttpClient, FailsManyRequestsWithoutGrowingTheStack) {
  HttpClient client({.connections_max = 1});
  std::atomic<int> failed = 0;
  std::latch all(20'000);
  for (int i = 0; i < 20'000; ++i) {
    client.send({.origin = {.tls = false, .host = "127.0.0.1", .port = 1}, .target = ""},
                [&](const Result<HttpResponse>& result) {
                  if (!result) ++failed;
                  all.count_down();
                });
  }
  all.wait();
  EXPECT_EQ(failed, 20'000);
}

TEST(HttpClient, SendsFromItsOwnCallbacks) {
  RunningServer server(
      [](HttpRequest request, const HttpServer::Respond& respond) { respond({.body = request.target}); });
  HttpClient client;
  std::promise<std::string> last;
  client.send(get(server.origin(), "/1"), [&](const Result<HttpResponse>&) {
    client.send(get(server.origin(), "/2"), [&](Result<HttpResponse> second) { last.set_value(second.value().body); });
  });
  EXPECT_EQ(last.get_future().get(), "/2");
}

TEST(HttpClient, EndsWhatIsUnderWayWithItself) {
  std::latch arrived(2);
  const RawServer server([&](const RawConnection& connection, int) {
    connection.read_head();
    arrived.count_down();
    connection.read_to_end();
  });
  std::vector<std::future<Result<HttpResponse>>> answers;
  {
    HttpClient client({.connections_max = 2});
    for (int i = 0; i < 10; ++i) answers.push_back(start(client, get(server.origin())));
    arrived.wait();
  }
  for (auto& answer : answers) EXPECT_EQ(answer.get().error().kind, ErrorKind::interrupted);
}

TEST(HttpClient, EndsRightAfterSending) {
  const RawServer server([](const RawConnection& connection, int) { connection.read_to_end(); });
  for (const char* host : {"127.0.0.1", "localhost"}) {
    std::future<Result<HttpResponse>> answer;
    {
      HttpClient client;
      answer = start(client, get({.tls = false, .host = host, .port = server.port()}));
    }
    EXPECT_EQ(answer.get().error().kind, ErrorKind::interrupted);
  }
}

TEST(HttpClient, StartsNoThreadBeforeTheFirstRequest) { const HttpClient client; }

}  // namespace
}  // namespace squall::net
