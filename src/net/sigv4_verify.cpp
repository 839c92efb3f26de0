#include "net/sigv4_verify.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <ctime>
#include <optional>

#include "base/ascii.h"

namespace squall::net {

namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::size_t kSignatureDigits = 64;

Error refusal(std::string code, std::string message, int http_status) {
  return {
      .kind = ErrorKind::service, .message = std::move(message), .code = std::move(code), .http_status = http_status};
}

Error incomplete(std::string message) { return refusal("IncompleteSignatureException", std::move(message), 400); }
Error invalid(std::string message) { return refusal("InvalidSignatureException", std::move(message), 403); }

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (;;) {
    const auto end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

// The value of `name=` among the comma list of parameters.
std::optional<std::string_view> parameter(std::string_view list, std::string_view name) {
  while (!list.empty()) {
    const auto end = list.find(',');
    const std::string_view pair = trimmed(list.substr(0, end));
    const auto equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == name) return pair.substr(equals + 1);
    list = end == std::string_view::npos ? std::string_view() : list.substr(end + 1);
  }
  return std::nullopt;
}

bool is_lower_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return is_ascii_digit(c) || (c >= 'a' && c <= 'f'); });
}

bool is_digits(std::string_view text) { return std::all_of(text.begin(), text.end(), is_ascii_digit); }

int number(std::string_view digits) {
  int value = 0;
  for (char c : digits) value = value * 10 + (c - '0');
  return value;
}

bool names_header(const Authorization& authorization, std::string_view name) {
  const auto& names = authorization.signed_headers;
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Headers that change what a request means must not be added behind the signer's back.
Status check_signed_headers(const HttpRequest& request, const Authorization& authorization) {
  if (!names_header(authorization, "host")) {
    return invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  for (const auto& [field, value] : request.headers) {
    const std::string name = ascii_lower(field);
    if (!name.starts_with("x-amz-") || names_header(authorization, name)) continue;
    return invalid("'" + name + "' must be a 'SignedHeader' in the AWS Authorization.");
  }
  return {};
}

Status check_time(std::string_view date, Clock::Time time, Clock::Time now) {
  if (time + kClockSkewMax < now) {
    return invalid("Signature expired: " + std::string(date) + " is now earlier than " + amz_date(now - kClockSkewMax) +
                   " (" + amz_date(now) + " - 5 min.)");
  }
  if (time - kClockSkewMax > now) {
    return invalid("Signature not yet current: " + std::string(date) + " is still later than " +
                   amz_date(now + kClockSkewMax) + " (" + amz_date(now) + " + 5 min.)");
  }
  return {};
}

}  // namespace

Result<Authorization> parse_authorization(std::string_view value) {
  value = trimmed(value);
  if (!value.starts_with(kAlgorithm)) {
    return refusal("MissingAuthenticationTokenException", "Missing Authentication Token", 403);
  }
  const std::string_view list = value.substr(kAlgorithm.size());
  const auto credential = parameter(list, "Credential");
  const auto signed_headers = parameter(list, "SignedHeaders");
  const auto signature_text = parameter(list, "Signature");
  std::string missing;
  if (!credential) missing += "Authorization header requires 'Credential' parameter. ";
  if (!signature_text) missing += "Authorization header requires 'Signature' parameter. ";
  if (!signed_headers) missing += "Authorization header requires 'SignedHeaders' parameter. ";
  if (!missing.empty()) {
    missing.pop_back();
    return incomplete(std::move(missing));
  }
  std::vector<std::string> parts = split(*credential, '/');
  // An access key id has no slash, so the parts are exactly these five.
  if (parts.size() != 5 || parts[0].empty() || parts[1].size() != 8 || !is_digits(parts[1]) ||
      parts[4] != "aws4_request") {
    return incomplete(
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '" +
        std::string(*credential) + "'");
  }
  if (signature_text->size() != kSignatureDigits || !is_lower_hex(*signature_text)) {
    return incomplete("Signature must be 64 hexadecimal digits.");
  }
  return Authorization{.access_key_id = std::move(parts[0]),
                       .date = std::move(parts[1]),
                       .scope = {.region = std::move(parts[2]), .service = std::move(parts[3])},
                       .signed_headers = split(*signed_headers, ';'),
                       .signature = std::string(*signature_text)};
}

Status check_signature(const HttpRequest& request, const Authorization& authorization, const Secret& secret_access_key,
                       Clock::Time now) {
  const std::string_view date = header(request.headers, "X-Amz-Date");
  const auto time = parse_amz_date(date);
  if (!time) return incomplete("Authorization header requires existence of a valid 'X-Amz-Date' header.");
  if (date.substr(0, 8) != authorization.date) {
    return invalid("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '" +
                   authorization.date + "' != '" + std::string(date.substr(0, 8)) + "', from '" + std::string(date) +
                   "'.");
  }
  TRY(check_time(date, *time, now));
  TRY(check_signed_headers(request, authorization));
  const std::string canonical = canonical_request(request, authorization.signed_headers);
  const std::string expected =
      signature(string_to_sign(canonical, authorization.scope, *time), secret_access_key, authorization.scope, *time);
  // In constant time, as an attacker may measure.
  const bool same = expected.size() == authorization.signature.size() &&
                    CRYPTO_memcmp(expected.data(), authorization.signature.data(), expected.size()) == 0;
  if (same) return {};
  return invalid(
      "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
      "and "
      "signing method. Consult the service documentation for details.");
}

Result<Clock::Time> parse_amz_date(std::string_view text) {
  const bool shaped = text.size() == 16 && text[8] == 'T' && text[15] == 'Z' && is_digits(text.substr(0, 8)) &&
                      is_digits(text.substr(9, 6));
  const int year = shaped ? number(text.substr(0, 4)) : 0;
  // The clock's nanoseconds end in 2262.
  if (year >= 1970 && year < 2262) {
    std::tm parts{};
    parts.tm_year = year - 1900;
    parts.tm_mon = number(text.substr(4, 2)) - 1;
    parts.tm_mday = number(text.substr(6, 2));
    parts.tm_hour = number(text.substr(9, 2));
    parts.tm_min = number(text.substr(11, 2));
    parts.tm_sec = number(text.substr(13, 2));
    const auto time = Clock::Time::clock::from_time_t(timegm(&parts));
    // A 31st of February is carried over into March: no such date.
    if (amz_date(time) == text) return time;
  }
  return data_error("\"" + std::string(text) + "\" is no time of the form 20150830T123600Z");
}

}  // namespace squall::net
