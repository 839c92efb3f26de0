// parse_url of http_client.h: plain text work, apart from the client's sockets.
#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/ascii.h"
#include "net/http_client.h"

namespace squall::net {

namespace {

bool is_host_name_character(char c) { return is_ascii_alnum(c) || c == '-' || c == '.' || c == '_'; }

bool is_printable(char c) { return c > ' ' && c < 0x7f; }

bool is_ipv6(const std::string& text) {
  in6_addr address{};
  return inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  unsigned number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size() || number == 0 || number > 65535) return std::nullopt;
  return static_cast<std::uint16_t>(number);
}

// Reads "host", "host:port", "[::1]" or "[::1]:port" into the origin; what is wrong, or nothing.
const char* read_authority(std::string_view text, Origin& origin) {
  if (text.find('@') != std::string_view::npos) return "a user name is not allowed in it";
  std::string_view rest;
  if (text.starts_with('[')) {
    const auto bracket = text.find(']');
    if (bracket == std::string_view::npos) return "its bracket is not closed";
    origin.host = ascii_lower(text.substr(1, bracket - 1));
    if (!is_ipv6(origin.host)) return "what is in brackets is no IPv6 address";
    rest = text.substr(bracket + 1);
  } else {
    const auto colon = std::min(text.find(':'), text.size());
    origin.host = ascii_lower(text.substr(0, colon));
    if (origin.host.empty()) return "it has no host";
    const bool plain = std::all_of(origin.host.begin(), origin.host.end(), is_host_name_character);
    if (!plain) return "its host has a character that no host name has";
    rest = text.substr(colon);
  }
  if (rest.empty()) return nullptr;
  const auto port = rest.front() == ':' ? parse_port(rest.substr(1)) : std::nullopt;
  if (!port) return "its port is no number from 1 to 65535";
  origin.port = *port;
  return nullptr;
}

}  // namespace

Result<Url> parse_url(std::string_view text) {
  const auto wrong = [text](const char* why) {
    return usage_error("'" + std::string(text) + "' is not a URL: " + why,
                       "write https://host[:port][/path] or http://host[:port][/path]");
  };
  Url url;
  std::string_view rest = text;
  if (ascii_lower(text.substr(0, 8)) == "https://") {
    rest.remove_prefix(8);
  } else if (ascii_lower(text.substr(0, 7)) == "http://") {
    rest.remove_prefix(7);
    url.origin.tls = false;
    url.origin.port = 80;
  } else {
    return wrong("it does not begin with http:// or https://");
  }
  if (!std::all_of(rest.begin(), rest.end(), is_printable))
    return wrong("it holds a space or a character that is not ASCII");
  if (rest.find('#') != std::string_view::npos) return wrong("a fragment (#) is not allowed in it");
  const auto end = std::min(rest.find_first_of("/?"), rest.size());
  if (const char* why = read_authority(rest.substr(0, end), url.origin)) return wrong(why);
  url.path = rest.substr(end);
  if (!url.path.starts_with('/')) url.path.insert(0, "/");
  return url;
}

}  // namespace squall::net
