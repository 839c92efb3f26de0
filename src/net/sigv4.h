// AWS Signature Version 4 in the Authorization header ("AWS General Reference: Signing AWS API requests").
// The client signs; the local cloud verifies with the same canonical form.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "net/http_message.h"

namespace squall::net {

struct SigningKey {
  std::string access_key_id;
  Secret secret_access_key;
  Secret session_token = {};  // empty: none
};

struct SigningScope {
  std::string region;
  std::string service;  // "cloudcontrolapi"
};

// Adds Host (if absent), X-Amz-Date, X-Amz-Security-Token (if there is one) and Authorization, replacing older ones, so
// that a retry is signed again. Every header present is signed but those that proxies and clients change on the way
// (connection, expect, user-agent, x-amzn-trace-id, amz-sdk-* ...).
void sign(HttpRequest& request, const SigningKey& key, const SigningScope& scope, Clock::Time time);

// The steps of the specification, each testable alone.
// `signed_headers` are lower-case names in the order of SignedHeaders; a field that is absent counts as empty.
std::string canonical_request(const HttpRequest& request, const std::vector<std::string>& signed_headers);
std::string string_to_sign(std::string_view canonical_request, const SigningScope& scope, Clock::Time time);
std::string signature(std::string_view string_to_sign, const Secret& secret_access_key, const SigningScope& scope,
                      Clock::Time time);

// Time as 20150830T123600Z.
std::string amz_date(Clock::Time time);
std::string sha256_hex(std::string_view text);

}  // namespace squall::net
