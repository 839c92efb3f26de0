// Whom the client believes: certificates made for the test, and what it says of those it does not accept.
#include <gtest/gtest.h>

#include "call.h"
#include "net/http_client.h"
#include "raw_server.h"
#include "tls_server.h"

namespace squall::net {
namespace {

using testing::call;
using testing::CertificateOptions;
using testing::get;
using testing::RawConnection;
using testing::RawServer;
using testing::serve_tls;
using testing::TestAuthority;

constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

// What a client that trusts the authority makes of a server with such a certificate.
std::string outcome(const CertificateOptions& options, bool trusted = true) {
  const TestAuthority authority;
  const auto context = authority.server_context(options);
  const RawServer server([&](const RawConnection& connection, int) { serve_tls(connection, context.get(), kOk); });
  HttpClient client({.ca_file = trusted ? authority.path() : std::string()});
  Origin origin = server.origin();
  origin.tls = true;
  const auto result = call(client, get(origin));
  if (!result) {
    EXPECT_EQ(result.error().code, kCertificateNotAccepted);
  }
  return result ? result->body : testing::fault(result, server.port());
}

TEST(Tls, ACertificateOfATrustedAuthorityIsAccepted) { EXPECT_EQ(outcome({.name = "IP:127.0.0.1"}), "ok"); }

TEST(Tls, OneForAnotherNameIsNot) {
  EXPECT_EQ(outcome({.name = "other.example"}),
            "the certificate of 127.0.0.1:PORT (issued by /CN=Test Authority) is not accepted: IP address mismatch");
}

TEST(Tls, OneThatHasExpiredIsNot) {
  EXPECT_EQ(
      outcome({.name = "IP:127.0.0.1", .valid_from_seconds = -7200, .valid_to_seconds = -3600}),
      "the certificate of 127.0.0.1:PORT (issued by /CN=Test Authority) is not accepted: certificate has expired");
}

TEST(Tls, OneOfAnUnknownAuthorityIsNot) {
  EXPECT_EQ(
      outcome({.name = "IP:127.0.0.1"}, false),
      "the certificate of 127.0.0.1:PORT (issued by /CN=Test Authority) is not accepted: unable to get local issuer "
      "certificate");
}

TEST(Tls, AFileOfAuthoritiesThatCannotBeReadIsNamed) {
  HttpClient client({.ca_file = "/nonexistent/ca.pem"});
  const RawServer server([](const RawConnection&, int) {});
  Origin origin = server.origin();
  origin.tls = true;
  const auto result = call(client, get(origin));
  ASSERT_FALSE(result.ok());
  EXPECT_TRUE(result.error().message.starts_with("cannot read the certificates of /nonexistent/ca.pem: "));
}

TEST(Tls, AServerThatSpeaksNoTlsIsTold) {
  const RawServer server(
      [](const RawConnection& connection, int) { connection.write("HTTP/1.1 400 Bad Request\r\n\r\n"); });
  HttpClient client;
  Origin origin = server.origin();
  origin.tls = true;
  const auto result = call(client, get(origin));
  ASSERT_FALSE(result.ok());
  EXPECT_TRUE(testing::fault(result, server.port()).starts_with("cannot set up TLS with 127.0.0.1:PORT: "))
      << result.error().message;
}

}  // namespace
}  // namespace squall::net
