// A local cloud in memory (or in a file) whose clock only moves when a test says so, called as a client would.
#pragma once

#include <gtest/gtest.h>

#include <future>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "catalogue/embedded.h"
#include "local_cloud/local_cloud.h"

namespace squall::local_cloud::testing {

using Json = nlohmann::ordered_json;

class MovedClock final : public Clock {
 public:
  Time now() const override { return now_; }
  void move(std::chrono::milliseconds by) { now_ += by; }

 private:
  Time now_{std::chrono::seconds(1'700'000'000)};
};

struct Caller {
  std::string account = "123456789012";
  std::string region = "us-east-1";
};

struct Reply {
  int status = 0;
  Json body;
  const Json& event() const { return body.at("ProgressEvent"); }
  // "ValidationException: text"; "" of an answer.
  std::string error() const {
    if (status == 200) return "";
    const std::string type = body.value("__type", "");
    return type.substr(type.find('#') + 1) + ": " + body.value("Message", "");
  }
};

inline const catalogue::Catalogue& embedded_catalogue() {
  static const catalogue::Catalogue catalogue = catalogue::Catalogue::open(catalogue::embedded_blob()).value();
  return catalogue;
}

class CloudTest : public ::testing::Test {
 protected:
  // Replaces the cloud that the test has.
  LocalCloud& start(LocalCloudOptions options = {}) {
    cloud_.reset();
    cloud_ = std::make_unique<LocalCloud>(embedded_catalogue(), clock_, std::move(options));
    return *cloud_;
  }

  Reply call_text(const std::string& operation, const std::string& body, const Caller& caller = {}) {
    if (!cloud_) start();
    std::promise<Result<net::HttpResponse>> promise;
    auto answered = promise.get_future();
    cloud_->send({.headers = {{"X-Amz-Target", "CloudApiService." + operation},
                              {"Authorization", "AWS4-HMAC-SHA256 Credential=" + caller.account + "/20231114/" +
                                                    caller.region + "/cloudcontrolapi/aws4_request, Signature=00"}},
                  .body = body},
                 [&promise](Result<net::HttpResponse> response) { promise.set_value(std::move(response)); });
    const auto response = answered.get();
    if (!response) return {0, {{"__type", "#Broken"}, {"Message", response.error().message}}};
    return {response->status, Json::parse(response->body)};
  }
  Reply call(const std::string& operation, const Json& body, const Caller& caller = {}) {
    return call_text(operation, body.dump(), caller);
  }

  Reply create(const std::string& type, const Json& properties, const Caller& caller = {}) {
    return call("CreateResource", {{"TypeName", type}, {"DesiredState", properties.dump()}}, caller);
  }
  Reply update(const std::string& type, const std::string& identifier, const Json& patch) {
    return call("UpdateResource", {{"TypeName", type}, {"Identifier", identifier}, {"PatchDocument", patch.dump()}});
  }
  Reply remove(const std::string& type, const std::string& identifier) {
    return call("DeleteResource", {{"TypeName", type}, {"Identifier", identifier}});
  }
  Reply get(const std::string& type, const std::string& identifier, const Caller& caller = {}) {
    return call("GetResource", {{"TypeName", type}, {"Identifier", identifier}}, caller);
  }
  // The properties that a get shows; null where it is refused.
  Json properties(const std::string& type, const std::string& identifier, const Caller& caller = {}) {
    const Reply reply = get(type, identifier, caller);
    if (reply.status != 200) return nullptr;
    return Json::parse(reply.body["ResourceDescription"]["Properties"].get<std::string>());
  }
  Reply follow(const Reply& begun) {
    return call("GetResourceRequestStatus", {{"RequestToken", begun.event()["RequestToken"]}});
  }
  // "SUCCESS", "FAILED AlreadyExists", or the refusal.
  std::string outcome(const Reply& begun) {
    if (begun.status != 200) return begun.error();
    const Reply followed = follow(begun);
    const std::string code = followed.event().value("ErrorCode", "");
    return followed.event()["OperationStatus"].get<std::string>() + (code.empty() ? "" : " " + code);
  }
  // The identifier of a resource that was made.
  std::string made(const std::string& type, const Json& model) {
    const Reply followed = follow(create(type, model));
    EXPECT_EQ(followed.event()["OperationStatus"], "SUCCESS") << followed.body;
    return followed.event().value("Identifier", "");
  }
  std::vector<std::string> listed(const std::string& type, const Caller& caller = {}) {
    std::vector<std::string> identifiers;
    const Reply reply = call("ListResources", {{"TypeName", type}}, caller);
    for (const Json& entry : reply.body.at("ResourceDescriptions")) identifiers.push_back(entry["Identifier"]);
    return identifiers;
  }
  std::string dumped() {
    std::ostringstream out;
    EXPECT_TRUE(cloud_->dump(out).ok());
    return out.str();
  }

  MovedClock clock_;
  std::unique_ptr<LocalCloud> cloud_;
};

}  // namespace squall::local_cloud::testing
