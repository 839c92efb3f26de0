// The server's side of Signature Version 4: reads an Authorization header and checks it against a secret key.
//
// Pure functions, any thread. A refusal is an Error of kind service whose code and text are AWS's, so that a server can
// send them as they are (AWS's JSON services do so with HTTP status 400).
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "net/http_message.h"
#include "net/sigv4.h"

namespace squall::net {

// "AWS4-HMAC-SHA256 Credential=AKID/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=…"
struct Authorization {
  std::string access_key_id;
  std::string date;  // 20150830
  SigningScope scope;
  std::vector<std::string> signed_headers;
  std::string signature;  // 64 hexadecimal digits
};

// The value of an Authorization header. Errors: MissingAuthenticationTokenException (empty, another scheme),
// IncompleteSignatureException (a part is missing or malformed).
Result<Authorization> parse_authorization(std::string_view value);

// Recomputes the signature of a request as it was received. The caller has looked up the secret of
// `authorization.access_key_id` and judges the scope itself. Errors: IncompleteSignatureException (no X-Amz-Date),
// InvalidSignatureException (too old or too new, unsigned host or x-amz- header, wrong signature).
Status check_signature(const HttpRequest& request, const Authorization& authorization, const Secret& secret_access_key,
                       Clock::Time now);

// How far X-Amz-Date may be from `now`.
inline constexpr std::chrono::minutes kClockSkewMax{5};

// "20150830T123600Z" (X-Amz-Date); nothing else is accepted.
Result<Clock::Time> parse_amz_date(std::string_view text);

}  // namespace squall::net
