// The server against clients that mean it no good: what is too large, malformed, or never ends.
#include "net/http_server.h"

#include <gtest/gtest.h>

#include <string>

#include "unit/net/call.h"
#include "unit/net/raw_server.h"

namespace squall::net {
namespace {

using testing::RawConnection;
using testing::RunningServer;

// Answers with the body it was sent.
void echo(HttpRequest request, HttpServer::Respond respond) {
  respond({.status = 200, .headers = {{"Content-Type", "text/plain"}}, .body = std::move(request.body)});
}

// Writes it, and nothing more; the answer until the server closes.
std::string answer_to(const RunningServer& server, std::string_view text) {
  const RawConnection client(RawConnection::connect_to(server.port()));
  client.write(text);
  return client.read_to_end();
}

// Sends one byte after another for as long as the connection lives.
std::string dribble(const RunningServer& server, std::string_view start) {
  const RawConnection client(RawConnection::connect_to(server.port()));
  client.write(start);
  while (::send(client.fd(), "a", 1, MSG_NOSIGNAL) == 1) {
  }
  return client.read_to_end();
}

constexpr std::chrono::milliseconds kShort{50};
constexpr std::size_t kUnbounded = std::size_t{1} << 31;

TEST(HttpServerTest, ABodyThatIsTooLargeIsRefusedAsAwsDoesIt) {
  RunningServer server(echo, {.body_bytes_max = 10});
  const std::string answer = answer_to(server, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 413 ")) << answer;
  EXPECT_NE(answer.find("\r\nConnection: close\r\n"), std::string::npos) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\nHTTP content length exceeded 10 bytes.\n")) << answer;
}

TEST(HttpServerTest, AChunkedBodyIsBoundedToo) {
  RunningServer server(echo, {.body_bytes_max = 10});
  const std::string answer = answer_to(
      server, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 413 ")) << answer;
}

TEST(HttpServerTest, AHeadThatIsTooLargeIsRefused) {
  RunningServer server(echo, {.header_bytes_max = 64});
  const std::string answer = answer_to(server, "GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(100, 'x'));
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 431 ")) << answer;
}

TEST(HttpServerTest, WhatIsNoRequestIsRefused) {
  RunningServer server(echo, {});
  EXPECT_TRUE(answer_to(server, "SSH-2.0-OpenSSH_9.2\r\n\r\n").starts_with("HTTP/1.1 400 "));
  EXPECT_TRUE(answer_to(server, "GET / HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 400 "));
}

TEST(HttpServerTest, OneEmptyLineInFrontOfARequestIsPassedOver) {
  RunningServer server(echo, {});
  const RawConnection client(RawConnection::connect_to(server.port()));
  client.write("\r\nPOST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\n1");
  client.write("\r\nPOST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 1\r\n\r\n2");
  const std::string answers = client.read_to_end();
  EXPECT_NE(answers.find("\r\n\r\n1HTTP/1.1 200 "), std::string::npos) << answers;
  EXPECT_TRUE(answers.ends_with("\r\n\r\n2")) << answers;
  EXPECT_TRUE(answer_to(server, "\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n").starts_with("HTTP/1.1 400 "));
}

// Without a bound these would never end.
TEST(HttpServerTest, AHeadThatNeverEndsIsDropped) {
  RunningServer server(echo, {.header_bytes_max = kUnbounded, .patience = kShort});
  EXPECT_EQ(dribble(server, "GET / HTTP/1.1\r\nHost: h\r\nX: "), "");
}

TEST(HttpServerTest, ABodyThatNeverEndsIsDropped) {
  RunningServer server(echo, {.body_bytes_max = kUnbounded, .patience = kShort});
  EXPECT_EQ(dribble(server, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2000000000\r\n\r\n"), "");
}

TEST(HttpServerTest, ASilentClientIsDropped) {
  RunningServer server(echo, {.patience = kShort});
  EXPECT_EQ(answer_to(server, ""), "");
  EXPECT_EQ(answer_to(server, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab"), "");
}

TEST(HttpServerTest, SeveralRequestsOfOneConnectionAreAnsweredInOrder) {
  RunningServer server(echo, {});
  const RawConnection client(RawConnection::connect_to(server.port()));
  client.write("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\n1");
  client.write("POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 1\r\n\r\n2");
  const std::string answers = client.read_to_end();
  const auto first = answers.find("\r\n\r\n1HTTP/1.1 200 ");
  EXPECT_NE(first, std::string::npos) << answers;
  EXPECT_TRUE(answers.ends_with("\r\n\r\n2")) << answers;
}

}  // namespace
}  // namespace squall::net
