#include "net/proxy.h"

#include <arpa/inet.h>
#include <openssl/evp.h>

#include <array>
#include <charconv>
#include <cstring>

#include "base/ascii.h"
#include "net/http_client.h"
#include "net/message_head.h"

namespace squall::net {

namespace {

std::string base64(const std::string& text) {
  std::string encoded((text.size() + 2) / 3 * 4 + 1, '\0');  // with room for the terminator that is written
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  encoded.resize(static_cast<std::size_t>(size));
  return encoded;
}

std::string percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned byte = 0;
    const bool escape = text[i] == '%' && i + 2 < text.size() &&
                        std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16).ptr == text.data() + i + 3;
    decoded += escape ? static_cast<char>(byte) : text[i];
    if (escape) i += 2;
  }
  return decoded;
}

struct Variable {
  std::string name;
  std::string value;
};

std::optional<Variable> find_variable(const Environment& environment, const std::string& name) {
  for (const std::string& candidate : {ascii_lower(name), name}) {
    // A CGI program's HTTP_PROXY is a header that a stranger sent.
    if (candidate == "HTTP_PROXY" && environment("REQUEST_METHOD")) continue;
    if (auto value = environment(candidate)) return Variable{candidate, *value};
  }
  return std::nullopt;
}

// "http://user:password@host:port", "host:port"; http's port where none is named. The value may hold a password, so an
// error names only the variable.
Result<Proxy> parse_proxy(const Variable& variable) {
  const auto wrong = [&](const std::string& why) {
    return usage_error(variable.name + " is not a proxy: " + why, "write it as http://[user:password@]host:port");
  };
  std::string_view text = variable.value;
  if (ascii_lower(text.substr(0, 8)) == "https://") return wrong("proxies that are reached by TLS are not supported");
  if (ascii_lower(text.substr(0, 5)) == "socks") return wrong("SOCKS is not supported");
  if (ascii_lower(text.substr(0, 7)) == "http://") text.remove_prefix(7);
  text = text.substr(0, text.find_first_of("/?"));
  Proxy proxy;
  if (const auto at = text.rfind('@'); at != std::string_view::npos) {
    proxy.authorization = Secret("Basic " + base64(percent_decoded(text.substr(0, at))));
    text.remove_prefix(at + 1);
  }
  const auto url = parse_url("http://" + std::string(text));
  if (!url) return wrong("its host or port cannot be read");
  proxy.origin = url->origin;
  return proxy;
}

Result<std::optional<Proxy>> find_proxy(const Environment& environment, const std::string& name) {
  auto variable = find_variable(environment, name);
  if (!variable) variable = find_variable(environment, "ALL_PROXY");
  if (!variable) return std::optional<Proxy>();
  return std::optional<Proxy>(TRY(parse_proxy(*variable)));
}

using AddressBytes = std::array<unsigned char, 16>;

// The bytes of an address and how many there are; 0: not an address.
std::size_t address_bytes(const std::string& text, AddressBytes& bytes) {
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) return 4;
  return inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1 ? 16 : 0;
}

bool is_in_range(std::string_view range, const std::string& host) {
  const auto slash = range.find('/');
  unsigned bits = 0;
  const std::string_view length = range.substr(slash + 1);
  const auto [end, failure] = std::from_chars(length.data(), length.data() + length.size(), bits);
  if (failure != std::errc() || end != length.data() + length.size()) return false;
  AddressBytes network{};
  AddressBytes address{};
  const std::size_t size = address_bytes(std::string(range.substr(0, slash)), network);
  if (size == 0 || size != address_bytes(host, address) || bits > size * 8) return false;
  for (unsigned bit = 0; bit < bits; ++bit) {
    const unsigned mask = 0x80U >> (bit % 8);
    if ((network.at(bit / 8) & mask) != (address.at(bit / 8) & mask)) return false;
  }
  return true;
}

bool is_near(const std::string& host) {
  return host == "localhost" || host == "::1" || host.starts_with("fd00:ec2:") || is_in_range("127.0.0.0/8", host) ||
         is_in_range("169.254.0.0/16", host);
}

}  // namespace

bool no_proxy_covers(std::string_view item, const Origin& origin) {
  if (item == "*") return true;
  if (item.find('/') != std::string_view::npos) return is_in_range(item, origin.host);
  std::string_view name = item;
  // A single colon sets off a port; several are an IPv6 address.
  if (const auto colon = item.find(':'); colon != std::string_view::npos && colon == item.rfind(':')) {
    if (item.substr(colon + 1) != std::to_string(origin.port)) return false;
    name = item.substr(0, colon);
  }
  if (name.starts_with("*.")) name.remove_prefix(1);
  if (name.starts_with('.')) name.remove_prefix(1);
  if (name.empty()) return false;
  if (origin.host == name) return true;
  const std::string_view host = origin.host;
  return host.size() > name.size() && host.ends_with(name) && host[host.size() - name.size() - 1] == '.';
}

Result<ProxySettings> ProxySettings::from_environment(const Environment& environment) {
  ProxySettings settings;
  settings.for_https_ = TRY(find_proxy(environment, "HTTPS_PROXY"));
  settings.for_http_ = TRY(find_proxy(environment, "HTTP_PROXY"));
  const auto list = find_variable(environment, "NO_PROXY");
  std::string item;
  for (char c : (list ? list->value : std::string()) + ",") {
    if (c != ',' && c != ' ') {
      item += ascii_lower(c);
    } else if (!item.empty()) {
      settings.exceptions_.push_back(std::exchange(item, {}));
    }
  }
  return settings;
}

std::optional<Proxy> ProxySettings::of(const Origin& origin) const {
  const auto& proxy = origin.tls ? for_https_ : for_http_;
  if (!proxy || is_direct(origin)) return std::nullopt;
  return proxy;
}

bool ProxySettings::is_direct(const Origin& origin) const {
  if (is_near(origin.host)) return true;
  for (const std::string& item : exceptions_) {
    if (no_proxy_covers(item, origin)) return true;
  }
  return false;
}

}  // namespace squall::net
