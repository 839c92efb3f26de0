// A Provider over data in memory whose answers come in a random order from a thread of its own, so that statements meet
// keys in flight. Counts its scans. Some keys may be set to fail.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "provider/provider.h"

namespace squall::test {

struct FakeResource {
  std::string identifier;
  std::string properties;
};

class FakeCloud final : public provider::Provider {
 public:
  explicit FakeCloud(unsigned seed) : random_(seed), worker_([this](const std::stop_token& stop) { deliver(stop); }) {}

  // By type and ResourceModel ("" for a plain list).
  std::map<std::pair<std::string, std::string>, std::vector<FakeResource>> lists;
  std::map<std::pair<std::string, std::string>, FakeResource> resources;  // by type and identifier
  std::set<std::string> failing;                                          // identifiers and models
  std::map<std::string, int> scans;                                       // by "get TYPE IDENTIFIER", "list TYPE MODEL"

  Result<std::unique_ptr<provider::ResourceStream>> scan(provider::ScanRequest request) override {
    const bool get = request.operation == provider::ScanRequest::Operation::get;
    const std::string& key = get ? request.identifier : request.resource_model;
    ++scans[(get ? "get " : "list ") + request.type_name + " " + key];
    auto state = std::make_shared<State>();
    state->arrivals = request.arrivals;
    state->tag = request.tag;
    std::vector<FakeResource> found;
    if (get) {
      const auto resource = resources.find({request.type_name, key});
      if (resource != resources.end()) found.push_back(resource->second);
    } else {
      found = lists[{request.type_name, key}];
    }
    if (!found.empty()) state->coming.push_back(page_of(found, request.region));
    if (failing.count(key) != 0)
      state->error = Error{.kind = ErrorKind::service, .message = "no access to " + key, .code = "AccessDenied"};
    {
      const std::lock_guard lock(mutex_);
      under_way_.push_back(state);
    }
    changed_.notify_one();
    return std::unique_ptr<provider::ResourceStream>(std::make_unique<Stream>(state));
  }

  Result<std::string> account_id(const std::string&, std::stop_token) override { return std::string("1"); }
  Result<std::string> default_region() override { return std::string("us-east-1"); }

 private:
  struct State {
    std::mutex mutex;
    std::condition_variable_any changed;
    std::vector<provider::ResourcePagePtr> coming;
    std::optional<Error> error;
    bool arrived = false;
    std::shared_ptr<provider::ArrivalQueue> arrivals;
    std::uint64_t tag = 0;
  };

  class Stream final : public provider::ResourceStream {
   public:
    explicit Stream(std::shared_ptr<State> state) : state_(std::move(state)) {}
    Result<provider::ResourcePagePtr> next(std::stop_token stop) override {
      std::unique_lock lock(state_->mutex);
      if (!state_->changed.wait(lock, stop, [this] { return state_->arrived; }))
        return Error{.kind = ErrorKind::interrupted, .message = "interrupted"};
      if (taken_ < state_->coming.size()) return state_->coming[taken_++];
      if (state_->error) return *state_->error;
      return provider::ResourcePagePtr();
    }
    bool ready() override {
      const std::lock_guard lock(state_->mutex);
      return state_->arrived;
    }

   private:
    std::shared_ptr<State> state_;
    std::size_t taken_ = 0;
  };

  static provider::ResourcePagePtr page_of(const std::vector<FakeResource>& found, const std::string& region) {
    auto page = std::make_shared<provider::ResourcePage>();
    page->region = region;
    for (const FakeResource& resource : found) {
      const std::string text = resource.identifier + resource.properties;
      auto arena = std::make_unique<char[]>(text.size() + 64);
      std::copy(text.begin(), text.end(), arena.get());
      page->entries.push_back({.identifier = {arena.get(), resource.identifier.size()},
                               .properties = {arena.get() + resource.identifier.size(), resource.properties.size()}});
      page->arenas.push_back(std::move(arena));
    }
    return page;
  }

  void deliver(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stop, [this] { return !under_way_.empty(); })) {
      const std::size_t chosen = random_() % under_way_.size();
      auto state = under_way_[chosen];
      under_way_.erase(under_way_.begin() + static_cast<std::ptrdiff_t>(chosen));
      lock.unlock();
      {
        const std::lock_guard settled(state->mutex);
        state->arrived = true;
        state->changed.notify_all();
      }
      if (state->arrivals) state->arrivals->push(state->tag);
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<std::shared_ptr<State>> under_way_;
  std::minstd_rand random_;
  std::jthread worker_;  // last: it uses the members above
};

}  // namespace squall::test
