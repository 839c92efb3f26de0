#include <gtest/gtest.h>

#include "net/http_client.h"

namespace squall::net {
namespace {

// "https host 443 /", or the reason.
std::string parsed(std::string_view text) {
  const auto url = parse_url(text);
  if (!url) {
    EXPECT_EQ(url.error().kind, ErrorKind::usage);
    return url.error().message;
  }
  return (url->origin.tls ? "https " : "http ") + url->origin.host + " " + std::to_string(url->origin.port) + " " +
         url->path;
}

TEST(ParseUrl, SplitsOriginAndPath) {
  EXPECT_EQ(parsed("https://cloudcontrolapi.eu-west-1.amazonaws.com"),
            "https cloudcontrolapi.eu-west-1.amazonaws.com 443 /");
  EXPECT_EQ(parsed("http://localhost"), "http localhost 80 /");
  EXPECT_EQ(parsed("HTTP://LocalHost:4566/"), "http localhost 4566 /");
  EXPECT_EQ(parsed("http://127.0.0.1:65535/a/b?c=d"), "http 127.0.0.1 65535 /a/b?c=d");
  EXPECT_EQ(parsed("http://host?c=d"), "http host 80 /?c=d");
  EXPECT_EQ(parsed("https://my_host.local:1"), "https my_host.local 1 /");
}

TEST(ParseUrl, ReadsIpv6InBrackets) {
  EXPECT_EQ(parsed("http://[::1]:4566/x"), "http ::1 4566 /x");
  EXPECT_EQ(parsed("https://[2001:DB8::1]"), "https 2001:db8::1 443 /");
  EXPECT_EQ(parse_url("http://[::1]:4566").value().origin.authority(), "[::1]:4566");
}

TEST(ParseUrl, RefusesWhatIsNone) {
  const std::string scheme = "' is not a URL: it does not begin with http:// or https://";
  for (const char* text : {"", "localhost:4566", "ftp://host", "http:/host", "//host"}) {
    EXPECT_EQ(parsed(text), "'" + std::string(text) + scheme);
  }
  const std::string port = "' is not a URL: its port is no number from 1 to 65535";
  for (const char* text : {"http://h:", "http://h:0", "http://h:65536", "http://h:-1", "http://h:1a",
                           "http://h:99999999999", "http://[::1]4566", "http://::1"}) {
    const std::string answer = parsed(text);
    EXPECT_TRUE(answer == "'" + std::string(text) + port ||
                answer == "'" + std::string(text) + "' is not a URL: it has no host")
        << answer;
  }
  EXPECT_EQ(parsed("http://"), "'http://' is not a URL: it has no host");
  EXPECT_EQ(parsed("http:///path"), "'http:///path' is not a URL: it has no host");
  EXPECT_EQ(parsed("http://user:secret@host").find("a user name is not allowed in it") != std::string::npos, true);
  EXPECT_EQ(parsed("http://[::1"), "'http://[::1' is not a URL: its bracket is not closed");
  EXPECT_EQ(parsed("http://[host]"), "'http://[host]' is not a URL: what is in brackets is no IPv6 address");
  EXPECT_EQ(parsed("http://ho%st"), "'http://ho%st' is not a URL: its host has a character that no host name has");
  EXPECT_EQ(parsed("http://h/a b"), "'http://h/a b' is not a URL: it holds a space or a character that is not ASCII");
  EXPECT_EQ(parsed("http://h/\r\nX: y").find("it holds a space") != std::string::npos, true);
  EXPECT_EQ(parsed("http://h/#top"), "'http://h/#top' is not a URL: a fragment (#) is not allowed in it");
}

TEST(Origin, NamesThePortWhereItIsNotTheSchemesOwn) {
  EXPECT_EQ((Origin{.tls = true, .host = "h", .port = 443}).authority(), "h");
  EXPECT_EQ((Origin{.tls = true, .host = "h", .port = 80}).authority(), "h:80");
  EXPECT_EQ((Origin{.tls = false, .host = "h", .port = 80}).authority(), "h");
  EXPECT_EQ((Origin{.tls = false, .host = "::1", .port = 1}).authority(), "[::1]:1");
}

TEST(Headers, CompareWithoutCase) {
  HttpHeaders headers = {{"A", "1"}, {"b", "2"}, {"a", "3"}};
  EXPECT_EQ(header(headers, "a"), "1");
  EXPECT_EQ(header(headers, "B"), "2");
  EXPECT_EQ(header(headers, "c"), "");
  set_header(headers, "a", "4");
  EXPECT_EQ(headers, (HttpHeaders{{"b", "2"}, {"a", "4"}}));
  erase_header(headers, "B");
  EXPECT_EQ(headers, (HttpHeaders{{"a", "4"}}));
}

}  // namespace
}  // namespace squall::net
