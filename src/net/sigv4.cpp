#include "net/sigv4.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "base/ascii.h"

namespace squall::net {

namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

// Changed or added on the way by proxies and clients, so never signed (as botocore).
constexpr std::array<std::string_view, 13> kUnsignedHeaders = {"authorization",
                                                               "connection",
                                                               "content-length",
                                                               "expect",
                                                               "keep-alive",
                                                               "proxy-authenticate",
                                                               "proxy-authorization",
                                                               "te",
                                                               "trailer",
                                                               "transfer-encoding",
                                                               "upgrade",
                                                               "user-agent",
                                                               "x-amzn-trace-id"};

bool is_signed_header(const std::string& lower_name) {
  if (lower_name.starts_with("amz-sdk-")) return false;
  return std::find(kUnsignedHeaders.begin(), kUnsignedHeaders.end(), lower_name) == kUnsignedHeaders.end();
}

std::string hex(std::string_view bytes) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  for (unsigned char byte : bytes) {
    text += kHex[byte >> 4];
    text += kHex[byte & 15];
  }
  return text;
}

std::string sha256(std::string_view text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha256(), nullptr);
  return {reinterpret_cast<const char*>(digest), size};
}

std::string hmac(std::string_view key, std::string_view text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes, text.size(), digest, &size);
  return {reinterpret_cast<const char*>(digest), size};
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Outer white space removed, inner runs of it made one space.
std::string trimmed(std::string_view value) {
  std::string text;
  for (char c : value) {
    if (!is_space(c))
      text += c;
    else if (!text.empty() && text.back() != ' ')
      text += ' ';
  }
  if (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

// RFC 3986: everything but unreserved characters, and those of `kept`, becomes %XX.
std::string uri_encoded(std::string_view text, std::string_view kept) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  constexpr std::string_view kUnreserved = "-._~";
  std::string out;
  for (char c : text) {
    if (is_ascii_alnum(c) || kUnreserved.find(c) != std::string_view::npos || kept.find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += '%';
      out += kHex[static_cast<unsigned char>(c) >> 4];
      out += kHex[static_cast<unsigned char>(c) & 15];
    }
  }
  return out;
}

// The parameters sorted by name, then by value; what the caller has encoded already (%XX) stays.
std::string canonical_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> pairs;
  while (!query.empty()) {
    const auto end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    const auto equals = pair.find('=');
    const std::string_view value = equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
    pairs.emplace_back(uri_encoded(pair.substr(0, equals), "%"), uri_encoded(value, "%"));
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
  }
  std::sort(pairs.begin(), pairs.end());
  std::string text;
  for (const auto& [name, value] : pairs) text += (text.empty() ? "" : "&") + name + "=" + value;
  return text;
}

// "." and ".." resolved, doubled slashes made one.
std::string normalized_path(std::string_view path) {
  std::vector<std::string_view> parts;
  const bool ends_in_slash = path.ends_with('/') || path.ends_with("/.") || path.ends_with("/..");
  while (!path.empty()) {
    const auto slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    if (part == "..") {
      if (!parts.empty()) parts.pop_back();
    } else if (!part.empty() && part != ".") {
      parts.push_back(part);
    }
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  }
  std::string text;
  for (std::string_view part : parts) text += "/" + std::string(part);
  if (text.empty() || ends_in_slash) text += "/";
  return text;
}

std::string scope_text(const SigningScope& scope, const std::string& date) {
  return date + "/" + scope.region + "/" + scope.service + "/aws4_request";
}

// The values of all fields of that name, in their order.
std::string joined_values(const HttpHeaders& headers, std::string_view name) {
  std::string values;
  bool first = true;
  for (const auto& [field, value] : headers) {
    if (!equal_ignoring_case(field, name)) continue;
    if (!first) values += ',';
    values += trimmed(value);
    first = false;
  }
  return values;
}

// Lower-case, sorted, each once.
std::vector<std::string> names_to_sign(const HttpHeaders& headers) {
  std::vector<std::string> names;
  for (const auto& [field, value] : headers) {
    std::string name = ascii_lower(field);
    if (is_signed_header(name)) names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::string joined(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ";") + name;
  return list;
}

}  // namespace

std::string sha256_hex(std::string_view text) { return hex(sha256(text)); }

std::string amz_date(Clock::Time time) {
  const std::time_t seconds = Clock::Time::clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &parts);
  return text;
}

std::string canonical_request(const HttpRequest& request, const std::vector<std::string>& signed_headers) {
  const auto question = request.target.find('?');
  const std::string_view target(request.target);
  // A path is encoded once more as it stands on the wire ("%" too): every service but S3 expects that.
  std::string text = request.method + "\n" + uri_encoded(normalized_path(target.substr(0, question)), "/") + "\n";
  text += (question == std::string::npos ? "" : canonical_query(target.substr(question + 1))) + "\n";
  for (const std::string& name : signed_headers) text += name + ":" + joined_values(request.headers, name) + "\n";
  return text + "\n" + joined(signed_headers) + "\n" + sha256_hex(request.body);
}

std::string string_to_sign(std::string_view canonical, const SigningScope& scope, Clock::Time time) {
  const std::string date = amz_date(time);
  const std::string credential_scope = scope_text(scope, date.substr(0, 8));
  return std::string(kAlgorithm) + "\n" + date + "\n" + credential_scope + "\n" + sha256_hex(canonical);
}

std::string signature(std::string_view to_sign, const Secret& secret_access_key, const SigningScope& scope,
                      Clock::Time time) {
  std::string key = hmac("AWS4" + secret_access_key.reveal(), amz_date(time).substr(0, 8));
  key = hmac(key, scope.region);
  key = hmac(key, scope.service);
  key = hmac(key, "aws4_request");
  return hex(hmac(key, to_sign));
}

void sign(HttpRequest& request, const SigningKey& key, const SigningScope& scope, Clock::Time time) {
  constexpr std::string_view kToken = "X-Amz-Security-Token";
  if (header(request.headers, "Host").empty()) set_header(request.headers, "Host", request.origin.authority());
  const std::string date = amz_date(time);
  set_header(request.headers, "X-Amz-Date", date);
  erase_header(request.headers, kToken);  // One of an earlier key would be refused.
  if (!key.session_token.empty()) set_header(request.headers, kToken, key.session_token.reveal());
  const std::vector<std::string> names = names_to_sign(request.headers);
  const std::string to_sign = string_to_sign(canonical_request(request, names), scope, time);
  std::string value(kAlgorithm);
  value += " Credential=" + key.access_key_id + "/" + scope_text(scope, date.substr(0, 8));
  value += ", SignedHeaders=" + joined(names);
  value += ", Signature=" + signature(to_sign, key.secret_access_key, scope, time);
  set_header(request.headers, "Authorization", std::move(value));
}

}  // namespace squall::net
