// Scans over a transport that answers from the test: pages, details, retries, and what must never pass for an answer.
#include "aws/scan.h"

#include <gtest/gtest.h>

#include "aws/endpoint.h"
#include "support/fake_transport.h"

namespace squall::aws {
namespace {

using provider::ScanRequest;
using test::FakeTransport;
using test::ok;
using test::refused;

struct Fixture {
  explicit Fixture(FakeTransport::Answer answer)
      : transport(std::move(answer)),
        cloud(transport, timer, clock,
              {.endpoint =
                   [](const std::string& region) {
                     return resolve_endpoint({.region = region, .custom_url = "http://127.0.0.1:1"});
                   },
               .credentials = credentials,
               .limiters = limiters}) {}

  // Every row as "identifier=properties", or the error's text at the end.
  std::vector<std::string> rows(ScanRequest request) {
    auto stream = provider::reads_one(request.operation) ? start_get(cloud, std::move(request))
                                                         : start_list(cloud, std::move(request));
    std::vector<std::string> lines;
    while (true) {
      auto page = stream->next({});
      if (!page) {
        lines.push_back("error: " + page.error().operation + " " + page.error().region + " " + page.error().request_id +
                        ": " + page.error().message);
        return lines;
      }
      if (*page == nullptr) return lines;
      for (const Error& error : (*page)->errors)
        lines.push_back("error: " + error.operation + " " + error.region + " " + error.request_id + ": " +
                        error.message);
      for (const auto& entry : (*page)->entries)
        lines.push_back(std::string(entry.identifier) + "=" + std::string(entry.properties));
    }
  }

  FakeTransport transport;
  test::FakeTimer timer;
  test::FixedClock clock;
  FixedCredentials credentials{{.key = {"AKID", Secret("s")}, .source = "test"}};
  Limiters limiters{timer, clock};
  CloudControl cloud;
};

ScanRequest list_of(std::vector<std::string> wanted = {}) {
  return {.operation = ScanRequest::Operation::list,
          .type_name = "AWS::S3::Bucket",
          .region = "eu-west-1",
          .wanted = std::move(wanted)};
}

ScanRequest get_of(std::string identifier) {
  return {.operation = ScanRequest::Operation::get,
          .type_name = "AWS::S3::Bucket",
          .region = "eu-west-1",
          .identifier = std::move(identifier)};
}

bool asks(const net::HttpRequest& request, std::string_view text) {
  return request.body.find(text) != std::string::npos;
}
bool is_get(const net::HttpRequest& request) {
  return net::header(request.headers, "X-Amz-Target") == "CloudApiService.GetResource";
}

TEST(Scan, ListFollowsEveryPageInOrder) {
  Fixture fixture([](const net::HttpRequest& request) -> Result<net::HttpResponse> {
    if (asks(request, "NextToken\":\"t1"))
      return ok(R"({"ResourceDescriptions":[{"Identifier":"b","Properties":"{}"}],"NextToken":"t2"})");
    if (asks(request, "NextToken\":\"t2")) return ok(R"({"ResourceDescriptions":[],"NextToken":null})");
    return ok(R"({"ResourceDescriptions":[{"Identifier":"a","Properties":"{\"X\":1}"}],"NextToken":"t1"})");
  });
  EXPECT_EQ(fixture.rows(list_of()), (std::vector<std::string>{"a={\"X\":1}", "b={}"}));
  EXPECT_EQ(fixture.transport.sent.size(), 3u);
}

TEST(Scan, DetailsAreReadOnlyWhereTheListLacksAWantedProperty) {
  Fixture fixture([](const net::HttpRequest& request) -> Result<net::HttpResponse> {
    if (is_get(request))
      return ok(
          R"({"ResourceDescription":{"Identifier":"b","Properties":"{\"Arn\":\"arn:b\"}"},"TypeName":"AWS::S3::Bucket"})");
    return ok(
        R"({"ResourceDescriptions":[{"Identifier":"a","Properties":"{\"Arn\":\"arn:a\"}"},{"Identifier":"b","Properties":"{\"Arn\":[]}"}]})");
  });
  EXPECT_EQ(fixture.rows(list_of({"Arn"})),
            (std::vector<std::string>{"a={\"Arn\":\"arn:a\"}", "b={\"Arn\":\"arn:b\"}"}));
  EXPECT_EQ(fixture.transport.calls(),
            (std::vector<std::string>{"ListResources {\"TypeName\":\"AWS::S3::Bucket\"}",
                                      "GetResource {\"TypeName\":\"AWS::S3::Bucket\",\"Identifier\":\"b\"}"}));
}

TEST(Scan, AResourceThatVanishedBetweenListAndGetIsNoRow) {
  Fixture fixture([](const net::HttpRequest& request) -> Result<net::HttpResponse> {
    if (is_get(request)) return refused(400, "ResourceNotFoundException", "gone");
    return ok(R"({"ResourceDescriptions":[{"Identifier":"a","Properties":"{}"}]})");
  });
  EXPECT_EQ(fixture.rows(list_of({"Arn"})), std::vector<std::string>{});
}

TEST(Scan, AGetOfSomethingMissingIsNoRow) {
  Fixture fixture([](const net::HttpRequest&) -> Result<net::HttpResponse> {
    return refused(400, "ResourceNotFoundException", "no");
  });
  EXPECT_EQ(fixture.rows(get_of("a")), std::vector<std::string>{});
}

TEST(Scan, AFailedDetailFailsTheScan) {
  Fixture fixture([](const net::HttpRequest& request) -> Result<net::HttpResponse> {
    if (is_get(request)) return refused(400, "AccessDeniedException", "not you");
    return ok(R"({"ResourceDescriptions":[{"Identifier":"a","Properties":"{}"}]})");
  });
  EXPECT_EQ(fixture.rows(list_of({"Arn"})), std::vector<std::string>{"error: GetResource eu-west-1 rid-2: not you"});
}

TEST(Scan, ARepeatedTokenIsAnErrorNotAShortAnswer) {
  Fixture fixture([](const net::HttpRequest&) -> Result<net::HttpResponse> {
    return ok(R"({"ResourceDescriptions":[{"Identifier":"a","Properties":"{}"}],"NextToken":"same"})");
  });
  const auto rows = fixture.rows(list_of());
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows.back(),
            "error: ListResources eu-west-1 rid-1: the list repeats a page: NextToken came a second time, so the rest "
            "of it cannot be had");
}

TEST(Scan, BrokenAnswersAreErrorsThatNameTheCall) {
  for (const char* body :
       {"", "{", "[]", "{}", "null", R"({"ResourceDescriptions":{}})",
        R"({"ResourceDescriptions":[{"Properties":"{}"}]})",
        R"({"ResourceDescriptions":[{"Identifier":"a","Properties":{}}]})",
        R"({"ResourceDescriptions":[{"Identifier":"a")", R"({"ResourceDescriptions":[]} x)",
        R"({"ResourceDescriptions":[],"NextToken":7})", "<html>busy</html>", "{\"ResourceDescriptions\":[\xff]}"}) {
    Fixture fixture([body](const net::HttpRequest&) -> Result<net::HttpResponse> { return ok(body); });
    const auto rows = fixture.rows(list_of());
    ASSERT_EQ(rows.size(), 1u) << body;
    EXPECT_TRUE(rows[0].starts_with("error: ListResources eu-west-1 rid-1: the answer is not what the API promises"))
        << body << " -> " << rows[0];
  }
}

TEST(Scan, ThrottlingIsWaitedOutAndSignedAgain) {
  int calls = 0;
  Fixture fixture([&calls](const net::HttpRequest&) -> Result<net::HttpResponse> {
    if (++calls < 4) return refused(400, "ThrottlingException", "Rate exceeded");
    return ok(R"({"ResourceDescriptions":[{"Identifier":"a","Properties":"{}"}]})");
  });
  EXPECT_EQ(fixture.rows(list_of()), std::vector<std::string>{"a={}"});
  EXPECT_EQ(fixture.transport.sent.size(), 4u);
}

TEST(Scan, ADroppedConnectionIsTriedAgainThenReported) {
  Fixture fixture([](const net::HttpRequest&) -> Result<net::HttpResponse> {
    return Error{.kind = ErrorKind::network, .message = "the connection was closed"};
  });
  EXPECT_EQ(fixture.rows(list_of()),
            std::vector<std::string>{"error: ListResources eu-west-1 : the connection was closed"});
  EXPECT_EQ(fixture.transport.sent.size(), 5u);
}

TEST(Scan, AStopRequestEndsTheWait) {
  struct Silent final : net::Transport {
    void send(net::HttpRequest, Done done) override { kept.push_back(std::move(done)); }
    std::vector<Done> kept;
  } silent;
  test::FakeTimer timer;
  test::FixedClock clock;
  FixedCredentials credentials{Credentials{}};
  Limiters limiters(timer, clock);
  CloudControl cloud(silent, timer, clock,
                     {.endpoint = [](const std::string&) { return net::parse_url("http://127.0.0.1:1"); },
                      .credentials = credentials,
                      .limiters = limiters});
  auto stream = start_list(cloud, list_of());
  std::stop_source stop;
  stop.request_stop();
  const auto page = stream->next(stop.get_token());
  ASSERT_FALSE(page.ok());
  EXPECT_EQ(page.error().kind, ErrorKind::interrupted);
}

TEST(Scan, WhatTheCloudCannotDoIsAskedOnceAStatement) {
  Fixture fixture([](const net::HttpRequest& request) -> Result<net::HttpResponse> {
    if (net::header(request.headers, "X-Amz-Target").ends_with("ListResources"))
      return ok(R"({"ResourceDescriptions":[{"Identifier":"a"},{"Identifier":"b"},{"Identifier":"c"}]})");
    return refused(400, "UnsupportedActionException", "Resource type AWS::S3::Bucket does not support READ action");
  });
  auto details = list_of({"Arn"});
  details.meter = std::make_shared<provider::CallMeter>();
  const auto rows = fixture.rows(details);
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[2], "error: GetResource eu-west-1 rid-2: Resource type AWS::S3::Bucket does not support READ action");
  EXPECT_EQ(fixture.transport.sent.size(), 2u);

  auto get = get_of("a");
  get.meter = details.meter;
  EXPECT_EQ(fixture.rows(get).size(), 1u);
  EXPECT_EQ(fixture.transport.sent.size(), 2u);
  // Another region, profile or statement is asked for itself.
  get.region = "us-east-1";
  fixture.rows(get);
  get.profile = "other";
  fixture.rows(get);
  get.meter = std::make_shared<provider::CallMeter>();
  fixture.rows(get);
  EXPECT_EQ(fixture.transport.sent.size(), 5u);
}

TEST(Scan, ABucketOfAnotherRegionIsReadThere) {
  Fixture fixture([](const net::HttpRequest& request) -> Result<net::HttpResponse> {
    if (net::header(request.headers, "X-Amz-Target").ends_with("ListResources"))
      return ok(R"({"ResourceDescriptions":[{"Identifier":"here"},{"Identifier":"there"}]})");
    if (request.body.find("there") == std::string::npos)
      return ok(R"({"ResourceDescription":{"Identifier":"here","Properties":"{\"Arn\":1}"}})");
    if (net::header(request.headers, "Authorization").find("/us-west-2/") == std::string::npos)
      return refused(400, "GeneralServiceException",
                     "The bucket is in this region: us-west-2. Please use this region to retry the request");
    return ok(R"({"ResourceDescription":{"Identifier":"there","Properties":"{\"Arn\":2}"}})");
  });
  auto stream = start_list(fixture.cloud, list_of({"Arn"}));
  const auto page = stream->next({});
  ASSERT_TRUE(page.ok());
  EXPECT_TRUE((*page)->all_regions);
  ASSERT_EQ((*page)->entries.size(), 2u);
  EXPECT_EQ((*page)->entries[0].region, "");
  EXPECT_EQ((*page)->entries[1].region, "us-west-2");
  EXPECT_EQ((*page)->entries[1].properties, "{\"Arn\":2}");
}

TEST(Scan, ABucketThatIsSentFromRegionToRegionIsAnError) {
  Fixture fixture([](const net::HttpRequest& request) -> Result<net::HttpResponse> {
    if (net::header(request.headers, "X-Amz-Target").ends_with("ListResources"))
      return ok(R"({"ResourceDescriptions":[{"Identifier":"lost"}]})");
    const bool west = net::header(request.headers, "Authorization").find("/us-west-2/") != std::string::npos;
    return refused(400, "GeneralServiceException",
                   std::string("The bucket is in this region: ") + (west ? "eu-west-1" : "us-west-2"));
  });
  EXPECT_EQ(fixture.rows(list_of({"Arn"})),
            std::vector<std::string>{"error: GetResource us-west-2 rid-2: The bucket is in this region: eu-west-1"});
  EXPECT_EQ(fixture.transport.sent.size(), 3u);
}

TEST(Scan, ARegionThatCouldNameAnotherHostIsRefused) {
  Fixture fixture([](const net::HttpRequest&) -> Result<net::HttpResponse> { return ok("{}"); });
  auto request = list_of();
  request.region = "x.evil.example/";
  const auto rows = fixture.rows(std::move(request));
  EXPECT_EQ(rows, std::vector<std::string>{
                      "error: ListResources x.evil.example/ : 'x.evil.example/' is not the name of a region"});
  EXPECT_TRUE(fixture.transport.sent.empty());
}

ScanRequest requests_of(std::string filter) {
  return {.operation = ScanRequest::Operation::list_requests,
          .type_name = {},
          .region = "eu-west-1",
          .request_filter = std::move(filter)};
}

ScanRequest request_of(std::string token) {
  return {.operation = ScanRequest::Operation::get_request,
          .type_name = {},
          .region = "eu-west-1",
          .identifier = std::move(token)};
}

TEST(Scan, RequestsAreTheirTokensAndEvents) {
  Fixture fixture([](const net::HttpRequest& request) -> Result<net::HttpResponse> {
    if (asks(request, "NextToken\":\"t1"))
      return ok(R"({"ResourceRequestStatusSummaries":[{"OperationStatus":"FAILED"},{"RequestToken":null}]})");
    return ok(R"({"ResourceRequestStatusSummaries":[{"A":[1,{"B":2}], "RequestToken":"r\u0031" }],"NextToken":"t1"})");
  });
  EXPECT_EQ(fixture.rows(requests_of(R"({"Operations":["CREATE"]})")),
            (std::vector<std::string>{R"(r1={"A":[1,{"B":2}], "RequestToken":"r\u0031" })",
                                      R"(={"OperationStatus":"FAILED"})", R"(={"RequestToken":null})"}));
  EXPECT_EQ(fixture.transport.sent.at(0).body,
            R"({"MaxResults":100,"ResourceRequestStatusFilter":{"Operations":["CREATE"]}})");
  EXPECT_EQ(fixture.transport.sent.at(1).body,
            R"({"MaxResults":100,"ResourceRequestStatusFilter":{"Operations":["CREATE"]},"NextToken":"t1"})");
}

TEST(Scan, OneRequestByItsToken) {
  Fixture fixture([](const net::HttpRequest& request) -> Result<net::HttpResponse> {
    if (asks(request, "gone")) return refused(400, "RequestTokenNotFoundException", "no");
    if (asks(request, "bad")) return ok(R"({"ResourceDescription":{"Identifier":"a"}})");
    return ok(R"({"ProgressEvent":{"RequestToken":"r1","OperationStatus":"SUCCESS"},"HooksProgressEvent":[]})");
  });
  EXPECT_EQ(fixture.rows(request_of("r1")),
            (std::vector<std::string>{R"(r1={"RequestToken":"r1","OperationStatus":"SUCCESS"})"}));
  EXPECT_EQ(net::header(fixture.transport.sent.at(0).headers, "X-Amz-Target"),
            "CloudApiService.GetResourceRequestStatus");
  EXPECT_EQ(fixture.rows(request_of("gone")), std::vector<std::string>());
  const auto broken = fixture.rows(request_of("bad"));
  ASSERT_EQ(broken.size(), 1u);
  EXPECT_NE(broken[0].find("error: GetResourceRequestStatus eu-west-1"), std::string::npos) << broken[0];
  EXPECT_NE(broken[0].find("it has no ProgressEvent"), std::string::npos) << broken[0];
}

}  // namespace
}  // namespace squall::aws
