// The published vectors (tests/data/sigv4, from the AWS Signature Version 4 test suite) as a table, and properties of the
// canonical form.
#include "net/sigv4.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "base/ascii.h"
#include "net/sigv4_verify.h"

namespace squall::net {
namespace {

namespace fs = std::filesystem;

const SigningKey kKey{.access_key_id = "AKIDEXAMPLE",
                      .secret_access_key = Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")};
const SigningScope kScope{.region = "us-east-1", .service = "service"};

Clock::Time vector_time() { return parse_amz_date("20150830T123600Z").value(); }

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in.good()) << path;
  return {std::istreambuf_iterator<char>(in), {}};
}

// A .req file: the head's lines end in LF, a line that begins with a space continues the one before.
HttpRequest parse_vector(const std::string& text) {
  HttpRequest request;
  const auto head_end = text.find("\n\n");
  if (head_end != std::string::npos) request.body = text.substr(head_end + 2);
  std::istringstream head(text.substr(0, head_end));
  std::string line;
  std::getline(head, line);
  request.method = line.substr(0, line.find(' '));
  const auto start = request.method.size() + 1;
  request.target = line.substr(start, line.rfind(' ') - start);
  while (std::getline(head, line)) {
    if (line.starts_with(' ')) {
      request.headers.back().second += "\n" + line;
      continue;
    }
    const auto colon = line.find(':');
    request.headers.emplace_back(line.substr(0, colon), line.substr(colon + 1));
  }
  return request;
}

std::vector<fs::path> vector_files() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(SQUALL_TEST_DATA) / "sigv4")) {
    if (entry.path().extension() == ".req") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

fs::path with_extension(fs::path path, const char* extension) { return path.replace_extension(extension); }

// The session token of a vector stands in its canonical request, if it has one; sign() takes it from the key.
SigningKey key_of_vector(const std::string& canonical) {
  constexpr std::string_view kField = "\nx-amz-security-token:";
  SigningKey key = kKey;
  const auto start = canonical.find(kField);
  if (start == std::string::npos) return key;
  const std::string rest = canonical.substr(start + kField.size());
  key.session_token = Secret(rest.substr(0, rest.find('\n')));
  return key;
}

TEST(Sigv4, SignsThePublishedVectors) {
  const auto files = vector_files();
  ASSERT_EQ(files.size(), 33U);
  for (const fs::path& file : files) {
    SCOPED_TRACE(file.stem());
    HttpRequest request = parse_vector(read_file(file));
    const std::string expected = read_file(with_extension(file, ".creq"));
    sign(request, key_of_vector(expected), kScope, vector_time());
    const std::string_view authorization = header(request.headers, "Authorization");
    EXPECT_EQ(authorization, read_file(with_extension(file, ".authz")));

    const auto parsed = parse_authorization(authorization);
    ASSERT_TRUE(parsed.ok());
    const std::string canonical = canonical_request(request, parsed->signed_headers);
    EXPECT_EQ(canonical, expected);
    EXPECT_EQ(string_to_sign(canonical, kScope, vector_time()), read_file(with_extension(file, ".sts")));
    EXPECT_TRUE(check_signature(request, *parsed, kKey.secret_access_key, vector_time()).ok());
  }
}

// The signature is botocore's for this request, with its unsigned headers in place.
HttpRequest create_resource() {
  return {.origin = {.tls = false, .host = "127.0.0.1", .port = 4566},
          .headers = {{"X-Amz-Target", "CloudApiService.CreateResource"},
                      {"Content-Type", "application/x-amz-json-1.0"},
                      {"User-Agent", "squall"},
                      {"amz-sdk-request", "attempt=1"},
                      {"Content-Length", "49"},
                      {"Connection", "keep-alive"}},
          .body = R"({"TypeName":"AWS::S3::Bucket","DesiredState":"{}"})"};
}

TEST(Sigv4, SignsACloudControlRequestAsBotocoreDoes) {
  HttpRequest request = create_resource();
  SigningKey key = kKey;
  key.session_token = Secret("tok");
  sign(request, key, {.region = "eu-west-1", .service = "cloudcontrolapi"}, vector_time());
  EXPECT_EQ(header(request.headers, "Authorization"),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/eu-west-1/cloudcontrolapi/aws4_request, "
            "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, "
            "Signature=97c6665ac23999748a88e89ca852e262d354867fe11cbb5c7381ba3613952bdf");
  EXPECT_EQ(header(request.headers, "Host"), "127.0.0.1:4566");
}

TEST(Sigv4, SigningAgainReplacesTheOlderSignatureAndToken) {
  HttpRequest once = create_resource();
  HttpRequest twice = create_resource();
  SigningKey older = kKey;
  older.session_token = Secret("old");
  sign(twice, older, kScope, vector_time() - std::chrono::hours(1));
  sign(twice, kKey, kScope, vector_time());
  sign(once, kKey, kScope, vector_time());
  EXPECT_EQ(twice.headers, once.headers);
}

TEST(Sigv4, WritesTimesInUtc) {
  EXPECT_EQ(amz_date(Clock::Time{}), "19700101T000000Z");
  EXPECT_EQ(amz_date(vector_time()), "20150830T123600Z");
}

TEST(Sigv4, HashesTheEmptyBody) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

// Fields whose order and spelling a proxy may change without changing their meaning.
HttpHeaders arbitrary_headers() {
  HttpHeaders headers;
  const int count = *rc::gen::inRange(0, 8);
  for (int i = 0; i < count; ++i) {
    std::string name = "X-F" + std::to_string(i);
    headers.emplace_back(std::move(name),
                         *rc::gen::container<std::string>(rc::gen::element('a', 'B', ',', ' ', '\t', '"')));
  }
  return headers;
}

std::string authorization_of(HttpHeaders headers) {
  HttpRequest request{.origin = {.host = "example.amazonaws.com"}, .headers = std::move(headers)};
  sign(request, kKey, kScope, vector_time());
  return std::string(header(request.headers, "Authorization"));
}

TEST(Sigv4Property, OrderAndCaseOfHeaderNamesDoNotMatter) {
  EXPECT_TRUE(rc::check([] {
    HttpHeaders headers = arbitrary_headers();
    const std::string expected = authorization_of(headers);
    std::reverse(headers.begin(), headers.end());
    for (auto& [name, value] : headers) name = ascii_lower(name);
    RC_ASSERT(authorization_of(headers) == expected);
  }));
}

TEST(Sigv4Property, RunsOfSpacesDoNotMatter) {
  EXPECT_TRUE(rc::check([] {
    HttpHeaders headers = arbitrary_headers();
    const std::string expected = authorization_of(headers);
    for (auto& [name, value] : headers) {
      const auto space = value.find(' ');
      if (space != std::string::npos) value.insert(space, 3, ' ');
      value = "  " + value + " ";
    }
    RC_ASSERT(authorization_of(headers) == expected);
  }));
}

TEST(Sigv4Property, WhatIsSignedVerifiesAndWhatIsChangedDoesNot) {
  EXPECT_TRUE(rc::check([](const std::string& body, const std::string& value) {
    HttpRequest request{
        .origin = {.host = "example.amazonaws.com"}, .headers = {{"X-Amz-Target", value}}, .body = body};
    sign(request, kKey, kScope, vector_time());
    const auto authorization = parse_authorization(header(request.headers, "Authorization"));
    RC_ASSERT(authorization.ok());
    RC_ASSERT(check_signature(request, *authorization, kKey.secret_access_key, vector_time()).ok());
    request.body += "x";
    RC_ASSERT(!check_signature(request, *authorization, kKey.secret_access_key, vector_time()).ok());
  }));
}

}  // namespace
}  // namespace squall::net
