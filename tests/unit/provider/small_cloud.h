// A cloud of one account in a map, which knows tokens as Cloud Control does, and a journal in a folder of its own.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "catalogue/embedded.h"
#include "provider/journaled_apply.h"
#include "schema/json_patch.h"

namespace squall::provider::testing {

class MovableClock final : public Clock {
 public:
  Time now() const override { return now_; }
  void pass(std::chrono::hours hours) { now_ += hours; }

 private:
  Time now_ = Time(std::chrono::hours(24 * 20000));
};

class SmallCloud final : public Provider {
 public:
  using Json = nlohmann::ordered_json;

  Result<std::unique_ptr<ResourceStream>> scan(ScanRequest request) override {
    auto page = std::make_shared<ResourcePage>();
    if (const auto found = resources.find(request.identifier); found != resources.end()) {
      const std::string text = found->second.dump();
      page->arenas.push_back(std::make_unique<char[]>(text.size() + 64));
      std::copy(text.begin(), text.end(), page->arenas[0].get());
      page->entries.push_back({found->first, {page->arenas[0].get(), text.size()}});
    }
    return std::unique_ptr<ResourceStream>(std::make_unique<OnePage>(std::move(page)));
  }
  Result<std::string> account_id(const std::string&, std::stop_token) override { return account; }
  Result<std::string> endpoint(const std::string&, const std::string& region) override { return "https://" + region; }
  Result<std::string> default_region() override { return std::string("us-east-1"); }

  Result<std::vector<ChangeOutcome>> apply(std::vector<Change> changes, ChangeObserver& observer, ApplySettings,
                                           std::stop_token) override {
    std::vector<ChangeOutcome> outcomes;
    for (std::size_t i = 0; i < changes.size(); ++i) {
      outcomes.push_back(answer(changes[i]));
      if (outcomes[i].error) {
        TRY(observer.finished(i, outcomes[i]));
        continue;
      }
      TRY(observer.accepted(i, outcomes[i].event));
      TRY(observer.finished(i, outcomes[i]));
    }
    return outcomes;
  }

  std::map<std::string, Json> resources;          // by identifier
  std::map<std::string, ProgressEvent> requests;  // by request token
  std::map<std::string, std::string> tokens;      // request tokens by client token
  Result<std::string> account = std::string("123456789012");
  std::vector<std::string> done;  // what was carried out, in order

 private:
  class OnePage final : public ResourceStream {
   public:
    explicit OnePage(ResourcePagePtr page) : page_(std::move(page)) {}
    Result<ResourcePagePtr> next(std::stop_token) override { return std::exchange(page_, nullptr); }
    bool ready() override { return true; }

   private:
    ResourcePagePtr page_;
  };

  ChangeOutcome answer(const Change& change) {
    std::string token = change.request_token;
    if (token.empty() && tokens.contains(change.client_token)) token = tokens[change.client_token];
    if (token.empty()) token = carry_out(change);
    if (change.only_follow && requests.contains(token) && requests[token].operation_status == "FAILED") {
      return {.status = "FAILED",
              .event = requests[token],
              .error = Error{.kind = ErrorKind::service, .message = "told why", .code = "Throttling"},
              .uncertain = true,
              .sent = true};
    }
    if (!requests.contains(token)) {
      return {
          .status = {},
          .event = {},
          .error = Error{.kind = ErrorKind::service, .message = "not found", .code = "RequestTokenNotFoundException"},
          .sent = true};
    }
    const ProgressEvent& event = requests[token];
    return {.status = event.operation_status, .event = event, .sent = true};
  }

  std::string carry_out(const Change& change) {
    const std::string token = "request-" + std::to_string(requests.size() + 1);
    ProgressEvent event{.identifier = change.identifier, .request_token = token, .operation_status = "SUCCESS"};
    switch (change.operation) {
      case ChangeOperation::create: {
        const Json state = Json::parse(change.desired_state);
        event.identifier = "arn:" + state.at("Name").get<std::string>();
        resources[event.identifier] = shown(state);
        resources[event.identifier]["Id"] = event.identifier;
        break;
      }
      case ChangeOperation::update: {
        Json state = resources.at(change.identifier);
        EXPECT_FALSE(schema::apply_patch(Json::parse(change.patch_document), state));
        resources[change.identifier] = shown(state);
        break;
      }
      case ChangeOperation::delete_: resources.erase(change.identifier); break;
    }
    done.push_back(std::string(name_of(change.operation)) + " " + event.identifier + " " + change.patch_document +
                   change.desired_state);
    requests[token] = event;
    tokens[change.client_token] = token;
    return token;
  }

  // Write-only values are not.
  static Json shown(Json state) {
    state.erase("SecretString");
    return state;
  }
};

class SilentObserver final : public ChangeObserver {
 public:
  Status accepted(std::size_t, const ProgressEvent&) override { return {}; }
  Status finished(std::size_t, const ChangeOutcome&) override { return {}; }
  void waiting(std::size_t, std::size_t, std::size_t) override {}
};

class JournalledCloudTest : public ::testing::Test {
 protected:
  JournalledCloudTest() {
    std::string pattern = ::testing::TempDir() + "changes.XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    reopen();
  }
  ~JournalledCloudTest() override { std::filesystem::remove_all(folder_); }

  // As another process: what the journal owned has no owner now.
  void reopen() {
    journal_.reset();
    journal_ = std::make_unique<Journal>(Journal::open(folder_ + "/journal.db", clock_).value());
  }
  JournalEntry entry(ChangeOperation operation, const std::string& token) const {
    return {.change = {.operation = operation,
                       .type_name = "AWS::SecretsManager::Secret",
                       .region = "us-east-1",
                       .client_token = token},
            .endpoint = "https://us-east-1",
            .account_id = "123456789012",
            .resource = "aws.secretsmanager.secrets",
            .write_only = {"SecretString"}};
  }
  JournalEntry create(const std::string& name, const std::string& secret = "s") const {
    JournalEntry made = entry(ChangeOperation::create, "create " + name);
    made.after = R"({"Name":")" + name + R"(","SecretString":")" + secret + R"("})";
    made.change.desired_state = made.after;
    return made;
  }
  JournalEntry update(const std::string& name, const std::string& description, const std::string& token) {
    JournalEntry made = entry(ChangeOperation::update, token);
    made.change.identifier = "arn:" + name;
    SmallCloud::Json state = cloud_.resources.at(made.change.identifier);
    made.before = state.dump();
    state["Description"] = description;
    made.after = state.dump();
    made.change.patch_document = R"([{"op":"add","path":"/Description","value":")" + description + R"("}])";
    return made;
  }
  JournalEntry remove(const std::string& name) {
    JournalEntry made = entry(ChangeOperation::delete_, "delete " + name);
    made.change.identifier = "arn:" + name;
    made.before = cloud_.resources.at(made.change.identifier).dump();
    return made;
  }
  // Applies the entries as a change set of their own.
  void apply(std::vector<JournalEntry> entries) {
    const auto source = [this]() -> Result<Journal*> { return journal_.get(); };
    const auto outcomes = apply_journaled(source, cloud_, "statement", std::move(entries), observer_, {}, {});
    ASSERT_TRUE(outcomes) << outcomes.error().message;
  }

  MovableClock clock_;
  SmallCloud cloud_;
  SilentObserver observer_;
  catalogue::Catalogue catalogue_ = catalogue::Catalogue::open(catalogue::embedded_blob()).value();
  std::string folder_;
  std::unique_ptr<Journal> journal_;
};

}  // namespace squall::provider::testing
