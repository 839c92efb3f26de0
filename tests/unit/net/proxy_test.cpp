// Which requests go through a proxy, and how: the whole address for http, a tunnel for https.
#include "net/proxy.h"

#include <gtest/gtest.h>

#include <future>
#include <map>

#include "call.h"
#include "net/http_client.h"
#include "raw_server.h"
#include "tls_server.h"

namespace squall::net {
namespace {

using testing::call;
using testing::RawConnection;
using testing::RawServer;

constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

Environment environment_of(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

Origin origin_of(const char* url) { return parse_url(url)->origin; }

// "host:port [authorization]", "direct", or the error.
std::string route(std::map<std::string, std::string> variables, const char* url = "https://sts.amazonaws.com") {
  const auto settings = ProxySettings::from_environment(environment_of(std::move(variables)));
  if (!settings) return "error: " + settings.error().message;
  const auto proxy = settings->of(origin_of(url));
  if (!proxy) return "direct";
  const std::string authorization = proxy->authorization.empty() ? "" : " " + proxy->authorization.reveal();
  return proxy->origin.host + ":" + std::to_string(proxy->origin.port) + authorization;
}

TEST(ProxySettings, ChoosesByScheme) {
  EXPECT_EQ(route({}), "direct");
  EXPECT_EQ(route({{"HTTPS_PROXY", "http://p:3128"}}), "p:3128");
  EXPECT_EQ(route({{"HTTP_PROXY", "http://p:3128"}}), "direct");
  EXPECT_EQ(route({{"HTTP_PROXY", "p"}}, "http://example.com"), "p:80");
  EXPECT_EQ(route({{"ALL_PROXY", "p:1"}, {"HTTPS_PROXY", "q:2"}}), "q:2");
  EXPECT_EQ(route({{"ALL_PROXY", "p:1"}}), "p:1");
  EXPECT_EQ(route({{"https_proxy", "lower:1"}, {"HTTPS_PROXY", "upper:2"}}), "lower:1");
  EXPECT_EQ(route({{"HTTP_PROXY", "p"}, {"REQUEST_METHOD", "GET"}}, "http://example.com"), "direct");
}

TEST(ProxySettings, ReadsUserAndPassword) {
  EXPECT_EQ(route({{"HTTPS_PROXY", "http://me:p%40ss@p:3128/"}}), "p:3128 Basic bWU6cEBzcw==");
}

TEST(ProxySettings, AWrongValueIsNamedWithoutItsPassword) {
  EXPECT_EQ(route({{"HTTPS_PROXY", "http://me:secret@p:port"}}),
            "error: HTTPS_PROXY is not a proxy: its host or port cannot be read");
  EXPECT_EQ(route({{"HTTPS_PROXY", "https://p"}}),
            "error: HTTPS_PROXY is not a proxy: proxies that are reached by TLS are not supported");
  EXPECT_EQ(route({{"https_proxy", "socks5://p"}}), "error: https_proxy is not a proxy: SOCKS is not supported");
}

TEST(ProxySettings, ThisMachineAndMetadataServicesAreReachedDirectly) {
  for (const char* url : {"http://localhost:4566", "http://127.0.0.1:4566", "http://[::1]:1", "http://169.254.169.254",
                          "http://[fd00:ec2::254]"}) {
    EXPECT_EQ(route({{"HTTP_PROXY", "p:1"}}, url), "direct") << url;
  }
}

TEST(NoProxy, CoversNamesAddressesPortsAndRanges) {
  const auto covers = [](const char* item, const char* url) { return no_proxy_covers(item, origin_of(url)); };
  EXPECT_TRUE(covers("*", "https://a.example"));
  EXPECT_TRUE(covers("example.com", "https://example.com"));
  EXPECT_TRUE(covers("example.com", "https://a.example.com"));
  EXPECT_TRUE(covers(".example.com", "https://a.example.com"));
  EXPECT_FALSE(covers("example.com", "https://badexample.com"));
  EXPECT_FALSE(covers("example.com", "https://example.com.evil.net"));
  EXPECT_TRUE(covers("example.com:8443", "https://example.com:8443"));
  EXPECT_FALSE(covers("example.com:8443", "https://example.com"));
  EXPECT_TRUE(covers("10.0.0.0/8", "https://10.1.2.3"));
  EXPECT_FALSE(covers("10.0.0.0/8", "https://11.1.2.3"));
  EXPECT_TRUE(covers("fd00::/16", "https://[fd00::7]"));
  EXPECT_TRUE(covers("fd00::7", "https://[fd00::7]"));
  EXPECT_FALSE(covers("10.0.0.0/99", "https://10.1.2.3"));
  EXPECT_FALSE(covers("10.0.0.0/", "https://10.1.2.3"));
  EXPECT_FALSE(covers("", "https://example.com"));
  EXPECT_EQ(route({{"HTTPS_PROXY", "p:1"}, {"NO_PROXY", "other.example, AMAZONAWS.com"}}), "direct");
}

HttpClientOptions through(const RawServer& proxy, const char* user = "") {
  const std::string url = "http://" + std::string(user) + "127.0.0.1:" + std::to_string(proxy.port());
  return {.proxies = ProxySettings::from_environment(environment_of({{"ALL_PROXY", url}})).value()};
}

TEST(HttpClientProxy, PlainRequestsCarryTheWholeAddress) {
  std::string head;
  const RawServer proxy([&](const RawConnection& connection, int) {
    head = connection.read_head();
    connection.write(kOk);
  });
  HttpClient client(through(proxy, "me:pw@"));
  const auto result = call(client, {.origin = origin_of("http://cloud.example"), .method = "GET", .target = "/x?y=1"});
  ASSERT_TRUE(result.ok()) << result.error().message;
  EXPECT_EQ(
      head,
      "GET http://cloud.example/x?y=1 HTTP/1.1\r\nProxy-Authorization: Basic bWU6cHc=\r\nHost: cloud.example\r\n\r\n");
}

TEST(HttpClientProxy, TlsGoesThroughATunnelThatSeesNoHeader) {
  const testing::TestAuthority authority;
  const auto context = authority.server_context({.name = "cloud.example"});
  std::promise<std::pair<std::string, std::string>> seen;
  const RawServer proxy([&](const RawConnection& connection, int) {
    const std::string tunnel = connection.read_head();
    connection.write("HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n");
    seen.set_value({tunnel, testing::serve_tls(connection, context.get(), kOk)});
  });
  HttpClientOptions options = through(proxy, "me:pw@");
  options.ca_file = authority.path();
  HttpClient client(std::move(options));
  const auto result = call(client, {.origin = origin_of("https://cloud.example"), .method = "GET", .target = "/x"});
  ASSERT_TRUE(result.ok()) << result.error().message;
  EXPECT_EQ(result->body, "ok");
  const auto [tunnel, inside] = seen.get_future().get();
  EXPECT_EQ(
      tunnel,
      "CONNECT cloud.example:443 HTTP/1.1\r\nHost: cloud.example:443\r\nProxy-Authorization: Basic bWU6cHc=\r\n\r\n");
  EXPECT_EQ(inside, "GET /x HTTP/1.1\r\nHost: cloud.example\r\n\r\n");
}

// What comes of a tunnel that the proxy answers so.
std::string refusal(std::string answer) {
  const RawServer proxy([answer](const RawConnection& connection, int) {
    connection.read_head();
    connection.write(answer);
  });
  HttpClient client(through(proxy));
  const auto result = call(client, {.origin = origin_of("https://cloud.example")});
  if (!result) {
    EXPECT_EQ(result.error().kind, ErrorKind::network);
  }
  return testing::fault(result, proxy.port()) + (result.ok() ? "" : " [" + result.error().code + "]");
}

TEST(HttpClientProxy, ARefusedTunnelIsTold) {
  EXPECT_EQ(
      refusal("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"),
      "the proxy 127.0.0.1:PORT does not connect to cloud.example:443: it answered with status 407 [ProxyRefused]");
  EXPECT_EQ(refusal("HTTP/1.1 503 Unavailable\r\n\r\nlater"),
            "the proxy 127.0.0.1:PORT does not connect to cloud.example:443: it answered with status 503 []");
  EXPECT_TRUE(refusal("rubbish\r\n\r\n").starts_with("cannot connect to the proxy 127.0.0.1:PORT: "));
  EXPECT_TRUE(refusal("").starts_with("cannot connect to the proxy 127.0.0.1:PORT: "));
}

TEST(HttpClientProxy, AProxyThatIsNotThereIsNamed) {
  HttpClientOptions options;
  int port = 0;
  {
    const RawServer gone([](const RawConnection&, int) {});
    options = through(gone);
    port = gone.port();
  }
  HttpClient client(std::move(options));
  const auto result = call(client, {.origin = origin_of("https://cloud.example")});
  EXPECT_EQ(testing::fault(result, static_cast<std::uint16_t>(port)), "connection refused by the proxy 127.0.0.1:PORT");
}

}  // namespace
}  // namespace squall::net
