#include "net/sigv4_verify.h"

#include <gtest/gtest.h>

namespace squall::net {
namespace {

const SigningKey kKey{.access_key_id = "AKIDEXAMPLE", .secret_access_key = Secret("secret")};
const SigningScope kScope{.region = "us-east-1", .service = "cloudcontrolapi"};

Clock::Time signing_time() { return parse_amz_date("20261124T120000Z").value(); }

HttpRequest signed_request() {
  HttpRequest request{.origin = {.tls = false, .host = "localhost", .port = 4566},
                      .headers = {{"X-Amz-Target", "CloudApiService.ListResources"}},
                      .body = "{}"};
  sign(request, kKey, kScope, signing_time());
  return request;
}

// "ok", or the code and the text of the refusal.
std::string verdict(const HttpRequest& request, Clock::Time now, const Secret& secret = kKey.secret_access_key) {
  const auto authorization = parse_authorization(header(request.headers, "Authorization"));
  if (!authorization) return authorization.error().code + ": " + authorization.error().message;
  const Status status = check_signature(request, *authorization, secret, now);
  return status ? "ok" : status.error().code + ": " + status.error().message;
}

std::string verdict(const HttpRequest& request) { return verdict(request, signing_time()); }

constexpr const char* kWrongSignature =
    "InvalidSignatureException: The request signature we calculated does not match the signature you provided. Check "
    "your "
    "AWS Secret Access Key and signing method. Consult the service documentation for details.";

TEST(Sigv4Verify, AcceptsWhatSignSigned) { EXPECT_EQ(verdict(signed_request()), "ok"); }

TEST(Sigv4Verify, ReadsThePartsOfTheHeader) {
  const auto authorization = parse_authorization(header(signed_request().headers, "Authorization"));
  ASSERT_TRUE(authorization.ok());
  EXPECT_EQ(authorization->access_key_id, "AKIDEXAMPLE");
  EXPECT_EQ(authorization->date, "20261124");
  EXPECT_EQ(authorization->scope.region, "us-east-1");
  EXPECT_EQ(authorization->scope.service, "cloudcontrolapi");
  EXPECT_EQ(authorization->signed_headers, (std::vector<std::string>{"host", "x-amz-date", "x-amz-target"}));
  EXPECT_EQ(authorization->signature.size(), 64U);
}

TEST(Sigv4Verify, RefusesAnotherSecretBodyTargetOrSignedHeader) {
  EXPECT_EQ(verdict(signed_request(), signing_time(), Secret("another")), kWrongSignature);

  HttpRequest request = signed_request();
  request.body = "{ }";
  EXPECT_EQ(verdict(request), kWrongSignature);

  request = signed_request();
  request.target = "/x";
  EXPECT_EQ(verdict(request), kWrongSignature);

  request = signed_request();
  set_header(request.headers, "X-Amz-Target", "CloudApiService.DeleteResource");
  EXPECT_EQ(verdict(request), kWrongSignature);
}

TEST(Sigv4Verify, RefusesAnAmazonHeaderThatWasAddedUnsigned) {
  HttpRequest request = signed_request();
  set_header(request.headers, "X-Amz-Security-Token", "added");
  EXPECT_EQ(verdict(request),
            "InvalidSignatureException: 'x-amz-security-token' must be a 'SignedHeader' in the AWS Authorization.");
}

TEST(Sigv4Verify, AllowsUnsignedHeadersOfProxies) {
  HttpRequest request = signed_request();
  set_header(request.headers, "Via", "1.1 proxy");
  EXPECT_EQ(verdict(request), "ok");
}

TEST(Sigv4Verify, RefusesSignaturesOfAnotherTime) {
  EXPECT_EQ(verdict(signed_request(), signing_time() + std::chrono::minutes(5)), "ok");
  EXPECT_EQ(verdict(signed_request(), signing_time() + std::chrono::minutes(6)),
            "InvalidSignatureException: Signature expired: 20261124T120000Z is now earlier than 20261124T120100Z "
            "(20261124T120600Z - 5 min.)");
  EXPECT_EQ(
      verdict(signed_request(), signing_time() - std::chrono::minutes(6)),
      "InvalidSignatureException: Signature not yet current: 20261124T120000Z is still later than 20261124T115900Z "
      "(20261124T115400Z + 5 min.)");
}

TEST(Sigv4Verify, RefusesAScopeOfAnotherDay) {
  HttpRequest request = signed_request();
  std::string value(header(request.headers, "Authorization"));
  value.replace(value.find("/20261124/"), 10, "/20261123/");
  set_header(request.headers, "Authorization", value);
  EXPECT_EQ(
      verdict(request),
      "InvalidSignatureException: Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from "
      "HTTP: '20261123' != '20261124', from '20261124T120000Z'.");
}

TEST(Sigv4Verify, RefusesARequestWithoutItsDate) {
  HttpRequest request = signed_request();
  erase_header(request.headers, "X-Amz-Date");
  EXPECT_EQ(verdict(request),
            "IncompleteSignatureException: Authorization header requires existence of a valid 'X-Amz-Date' header.");
}

TEST(Sigv4Verify, NamesWhatTheHeaderLacks) {
  const auto code_of = [](std::string_view value) {
    const auto authorization = parse_authorization(value);
    return authorization ? "ok" : authorization.error().code + ": " + authorization.error().message;
  };
  const std::string digits(64, 'a');
  EXPECT_EQ(code_of(""), "MissingAuthenticationTokenException: Missing Authentication Token");
  EXPECT_EQ(code_of("Basic dTpw"), "MissingAuthenticationTokenException: Missing Authentication Token");
  EXPECT_EQ(code_of("AWS4-HMAC-SHA256 Signature=" + digits),
            "IncompleteSignatureException: Authorization header requires 'Credential' parameter. Authorization header "
            "requires 'SignedHeaders' parameter.");
  EXPECT_EQ(code_of("AWS4-HMAC-SHA256 Credential=a/20261124/r, SignedHeaders=host, Signature=" + digits),
            "IncompleteSignatureException: Credential must have exactly 5 slash-delimited elements, e.g. "
            "keyid/date/region/service/term, got 'a/20261124/r'");
  EXPECT_EQ(code_of("AWS4-HMAC-SHA256 Credential=a/20261124/r/s/aws4_request, SignedHeaders=host, Signature=abc"),
            "IncompleteSignatureException: Signature must be 64 hexadecimal digits.");
  EXPECT_EQ(code_of("AWS4-HMAC-SHA256 Credential=a/20261124/r/s/aws4_request,SignedHeaders=host,Signature=" + digits),
            "ok");
}

TEST(Sigv4Verify, ReadsOnlyRealDates) {
  for (const char* text : {"", "20150830", "20150830T123600", "20150231T000000Z", "20150830t123600Z",
                           "2015-08-30T12:36Z", "99990830T123600Z", "00000101T000000Z", "20150830T246000Z"}) {
    EXPECT_FALSE(parse_amz_date(text).ok()) << text;
  }
  EXPECT_EQ(amz_date(parse_amz_date("20240229T235959Z").value()), "20240229T235959Z");
}

}  // namespace
}  // namespace squall::net
