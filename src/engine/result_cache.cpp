#include "engine/result_cache.h"

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <optional>
#include <utility>

namespace squall::engine {

namespace {

std::string key_of(const provider::ScanRequest& request) {
  std::string key = request.operation == provider::ScanRequest::Operation::get ? "get" : "list";
  for (const std::string* part :
       {&request.type_name, &request.region, &request.profile, &request.identifier, &request.resource_model}) {
    key += '\0';
    key += *part;
  }
  return key;
}

std::size_t bytes_of(const provider::ResourcePage& page) {
  std::size_t bytes = sizeof page;
  for (const auto& entry : page.entries) bytes += entry.identifier.size() + entry.properties.size() + sizeof entry;
  return bytes;
}

}  // namespace

// One answer, under way or whole.
struct ResultCache::Answer {
  // Set once, before others see it.
  std::string key;
  std::string type_name;
  std::vector<std::string> wanted;
  Clock::Time time = {};
  bool shared = true;  // false: bounds of its statement may end it early

  // Of the cache, under its lock:
  bool keep = true;  // false: forgotten meanwhile, failed, or too large
  bool whole = false;

  // Under this lock:
  std::mutex mutex = {};
  std::condition_variable_any changed = {};
  std::unique_ptr<provider::ResourceStream> source = {};
  bool reading = false;  // somebody waits for the next page
  bool ended = false;
  std::vector<provider::ResourcePagePtr> pages = {};
  std::size_t bytes = 0;
  std::optional<Error> error = {};
  std::vector<std::pair<std::shared_ptr<provider::ArrivalQueue>, std::uint64_t>> listeners = {};
  std::size_t readers = 0;

  bool covers(const provider::ScanRequest& request) const {
    if (request.operation == provider::ScanRequest::Operation::get) return true;
    return std::all_of(request.wanted.begin(), request.wanted.end(), [this](const std::string& name) {
      return std::find(wanted.begin(), wanted.end(), name) != wanted.end();
    });
  }

  // REQUIRES: the lock.
  void tell() {
    changed.notify_all();
    for (const auto& [arrivals, tag] : listeners) arrivals->push(tag);
  }
};

namespace {

// Rings whoever listens to the answer now.
class Bell final : public provider::ArrivalQueue {
 public:
  explicit Bell(std::function<void()> ring) : ring_(std::move(ring)) {}
  void push(std::uint64_t) override { ring_(); }

 private:
  const std::function<void()> ring_;
};

bool is_bounded(const provider::ScanRequest& request) {
  const provider::CallMeter* meter = request.meter.get();
  return meter != nullptr && (meter->calls_max != 0 || (meter->whole && meter->whole->calls_max != 0));
}

}  // namespace

class ResultCache::SharedStream final : public provider::ResourceStream {
 public:
  // REQUIRES: the answer's lock.
  SharedStream(std::shared_ptr<ResultCache> cache, AnswerPtr answer)
      : cache_(std::move(cache)), answer_(std::move(answer)) {
    ++answer_->readers;
  }

  ~SharedStream() override {
    std::unique_lock lock(answer_->mutex);
    const bool left_early = --answer_->readers == 0 && !answer_->ended;
    lock.unlock();
    if (left_early) cache_->settle(answer_, false);
  }

  Result<provider::ResourcePagePtr> next(std::stop_token stop) override {
    std::unique_lock lock(answer_->mutex);
    while (page_ >= answer_->pages.size() && !answer_->ended) {
      if (answer_->reading) {
        const auto news = [this] { return !answer_->reading || page_ < answer_->pages.size(); };
        if (!answer_->changed.wait(lock, stop, news))
          return Error{.kind = ErrorKind::interrupted, .message = "interrupted"};
        continue;
      }
      answer_->reading = true;
      lock.unlock();
      auto page = answer_->source->next(stop);
      lock.lock();
      answer_->reading = false;
      if (!page && page.error().kind == ErrorKind::interrupted) {
        answer_->tell();
        return page;
      }
      take(std::move(page), lock);
    }
    if (page_ < answer_->pages.size()) return hand_out();
    if (answer_->error) return *answer_->error;
    return provider::ResourcePagePtr();
  }

  bool ready() override {
    const std::lock_guard lock(answer_->mutex);
    return page_ < answer_->pages.size() || answer_->ended || (!answer_->reading && answer_->source->ready());
  }

 private:
  void take(Result<provider::ResourcePagePtr> page, std::unique_lock<std::mutex>& lock) {
    bool usable = page.ok();
    if (page && *page != nullptr) {
      usable = (*page)->errors.empty();
      answer_->bytes += bytes_of(**page);
      usable = usable && answer_->bytes <= cache_->bytes_max_;
      answer_->pages.push_back(std::move(page).value());
    } else {
      if (!page) answer_->error = std::move(page).error();
      answer_->ended = true;
    }
    const bool ended = answer_->ended;
    answer_->tell();
    lock.unlock();
    if (ended || !usable) cache_->settle(answer_, ended && usable);
    lock.lock();
  }

  // What nobody will ask for again is not held: a long list flows through.
  provider::ResourcePagePtr hand_out() {
    auto& page = answer_->pages[page_++];
    const bool last_use = answer_->readers == 1 && answer_->bytes > cache_->bytes_max_;
    return last_use ? std::exchange(page, nullptr) : page;
  }

  const std::shared_ptr<ResultCache> cache_;
  const AnswerPtr answer_;
  std::size_t page_ = 0;
};

Result<std::unique_ptr<provider::ResourceStream>> ResultCache::scan(provider::Provider& provider,
                                                                    provider::ScanRequest request,
                                                                    std::chrono::seconds age_max) {
  const std::string key = key_of(request);
  std::unique_lock lock(mutex_);
  if (AnswerPtr answer = find(key, request, age_max)) {
    const std::lock_guard answer_lock(answer->mutex);
    if (request.arrivals) {
      answer->listeners.emplace_back(request.arrivals, request.tag);
      request.arrivals->push(request.tag);  // there may be pages already
    }
    return std::unique_ptr<provider::ResourceStream>(std::make_unique<SharedStream>(shared_from_this(), answer));
  }
  auto answer = std::make_shared<Answer>();
  answer->key = key;
  answer->type_name = request.type_name;
  answer->wanted = request.wanted;
  answer->shared = !is_bounded(request);
  answer->time = clock_.now();  // of the asking: what it shows may be as old
  if (request.arrivals) answer->listeners.emplace_back(std::exchange(request.arrivals, nullptr), request.tag);
  request.arrivals = std::make_shared<Bell>([weak = std::weak_ptr(answer)] {
    const auto ringing = weak.lock();
    if (!ringing) return;
    const std::lock_guard answer_lock(ringing->mutex);
    ringing->tell();
  });
  // Starting never blocks. Under the lock, so that nobody finds an answer without its source.
  auto source = provider.scan(std::move(request));
  if (!source) return std::move(source).error();
  const std::lock_guard answer_lock(answer->mutex);
  answer->source = std::move(source).value();
  by_key_[key].push_back(answer);
  return std::unique_ptr<provider::ResourceStream>(std::make_unique<SharedStream>(shared_from_this(), answer));
}

// REQUIRES: the lock.
ResultCache::AnswerPtr ResultCache::find(const std::string& key, const provider::ScanRequest& request,
                                         std::chrono::seconds age_max) {
  const auto same = by_key_.find(key);
  if (same == by_key_.end()) return nullptr;
  const Clock::Time now = clock_.now();
  for (const AnswerPtr& answer : same->second) {
    // A clock that was set back makes nothing younger.
    const bool fresh = answer->time <= now && now - answer->time <= age_max;
    if (fresh && answer->keep && (answer->whole || answer->shared) && answer->covers(request)) return answer;
  }
  return nullptr;
}

// Once where it has ended, or is of no use to others.
void ResultCache::settle(const AnswerPtr& answer, bool whole) {
  const std::lock_guard lock(mutex_);
  answer->keep = answer->keep && whole;
  if (!answer->keep) return drop(answer);
  answer->whole = true;
  held_.push_back(answer);
  bytes_ += answer->bytes;
  while (bytes_ > bytes_max_) {
    const AnswerPtr oldest = held_.front();
    drop(oldest);
  }
}

// REQUIRES: the lock.
void ResultCache::drop(const AnswerPtr& answer) {
  const auto same = by_key_.find(answer->key);
  if (same != by_key_.end()) {
    std::erase(same->second, answer);
    if (same->second.empty()) by_key_.erase(same);
  }
  const auto held = std::find(held_.begin(), held_.end(), answer);
  if (held == held_.end()) return;
  bytes_ -= answer->bytes;
  held_.erase(held);
}

void ResultCache::forget(const std::string& type_name) {
  const std::lock_guard lock(mutex_);
  std::vector<AnswerPtr> of_type;
  for (const auto& [key, answers] : by_key_) {
    for (const AnswerPtr& answer : answers) {
      if (answer->type_name == type_name) of_type.push_back(answer);
    }
  }
  for (const AnswerPtr& answer : of_type) {
    answer->keep = false;
    drop(answer);
  }
}

}  // namespace squall::engine
