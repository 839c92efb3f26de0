#include "aws/scan.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <set>

#include "aws/answers.h"
#include "aws/change_answers.h"
#include "aws/oddities.h"

namespace squall::aws {

namespace {

using provider::ResourcePage;
using provider::ResourcePagePtr;

using Operation = provider::ScanRequest::Operation;

const char* name_of(Operation operation) {
  switch (operation) {
    case Operation::get: return "GetResource";
    case Operation::list: return "ListResources";
    case Operation::get_request: return "GetResourceRequestStatus";
    case Operation::list_requests: return "ListResourceRequests";
  }
  return "";
}

Error interrupted_error() { return {.kind = ErrorKind::interrupted, .message = "interrupted"}; }

Error in_call(Error error, const std::string& operation, const std::string& region, const std::string& request_id) {
  if (error.operation.empty()) error.operation = operation;
  if (error.region.empty()) error.region = region;
  if (error.request_id.empty()) error.request_id = request_id;
  return error;
}

// Whose call it was.
Error of_request(Error error, const provider::ScanRequest& request, const std::string& identifier) {
  error.profile = request.profile;
  error.type_name = request.type_name;
  error.identifier = identifier;
  return error;
}

void ring(const provider::ScanRequest& request) {
  if (request.arrivals) request.arrivals->push(request.tag);
}

Error too_many_calls(const provider::ScanRequest& request) {
  return {.kind = ErrorKind::limit,
          .message = "the statement needs more than " + std::to_string(request.meter->calls_max) + " calls"};
}

// One call of a scan: within the statement's bound, and not where the cloud has already said that it cannot do it. `done`
// may be called before this returns.
void ask(CloudControl& cloud, const provider::ScanRequest& request, Call call, CloudControl::Done done) {
  const auto& meter = request.meter;
  if (!meter) return cloud.call(std::move(call), std::move(done));
  if (!meter->take()) return done(too_many_calls(request));
  std::string key = call.operation + '\n' + request.type_name + '\n' + call.region + '\n' + request.profile;
  call.may_start = [meter, key]() -> Status {
    auto known = meter->unsupported(key);
    if (!known) return {};
    meter->give_back();
    return *std::move(known);
  };
  cloud.call(std::move(call), [meter, key = std::move(key), done = std::move(done)](Result<Answer> answer) {
    if (!answer && is_unsupported(answer.error())) meter->remember_unsupported(key, answer.error());
    done(std::move(answer));
  });
}

void count_page(const provider::ScanRequest& request, std::size_t resources) {
  if (!request.meter) return;
  if (!provider::reads_one(request.operation)) request.meter->add(&provider::CallMeter::pages, 1);
  request.meter->add(&provider::CallMeter::resources, resources);
}

// The text in memory of the page's own.
std::string_view keep_text(ResourcePage& page, const std::string& text) {
  auto bytes = std::make_unique<char[]>(text.size());
  text.copy(bytes.get(), text.size());
  const std::string_view kept(bytes.get(), text.size());
  page.arenas.push_back(std::move(bytes));
  return kept;
}

// What reading one resource, or one request, comes to: a page of one entry, or of none.
class GetStream final : public provider::ResourceStream {
 public:
  struct State {
    std::mutex mutex;
    std::condition_variable_any changed;
    std::optional<Result<ResourcePagePtr>> outcome;

    void settle(Result<ResourcePagePtr> result, const provider::ScanRequest& request) {
      {
        const std::lock_guard lock(mutex);
        outcome = std::move(result);
        changed.notify_one();
      }
      ring(request);
    }
  };

  explicit GetStream(std::shared_ptr<State> state) : state_(std::move(state)) {}

  Result<ResourcePagePtr> next(std::stop_token stop) override {
    if (taken_) return ResourcePagePtr();
    std::unique_lock lock(state_->mutex);
    if (!state_->changed.wait(lock, stop, [this] { return state_->outcome.has_value(); })) return interrupted_error();
    taken_ = true;
    return *std::move(state_->outcome);
  }

  bool ready() override {
    const std::lock_guard lock(state_->mutex);
    return taken_ || state_->outcome.has_value();
  }

 private:
  std::shared_ptr<State> state_;
  bool taken_ = false;
};

Result<ResourcePagePtr> page_of(Result<Answer> answer, const provider::ScanRequest& request) {
  if (!answer) {
    const bool gone =
        request.operation == Operation::get ? is_not_found(answer.error()) : is_unknown_request(answer.error());
    if (gone) return ResourcePagePtr();
    return of_request(std::move(answer).error(), request, request.identifier);
  }
  auto parsed =
      request.operation == Operation::get ? parse_get_answer(answer->body) : parse_request_answer(answer->body);
  if (!parsed)
    return of_request(
        in_call(std::move(parsed).error(), name_of(request.operation), request.region, answer->request_id), request,
        request.identifier);
  count_page(request, 1);
  auto page = std::make_shared<ResourcePage>();
  page->region = request.region;
  page->entries.push_back(parsed->entry);
  page->entries.back().detailed = true;
  page->arenas.push_back(std::move(parsed->arena));
  return ResourcePagePtr(std::move(page));
}

// A list under way. Answers arrive on the transport's thread, pages leave on the session's.
class ListState : public std::enable_shared_from_this<ListState> {
 public:
  ListState(CloudControl& cloud, provider::ScanRequest request) : cloud_(cloud), request_(std::move(request)) {}

  void ask_for_page() {
    Call call{.operation = name_of(request_.operation),
              .region = request_.region,
              .body = request_.operation == Operation::list
                          ? list_body(request_.type_name, request_.resource_model, token_)
                          : request_list_body(request_.request_filter, token_),
              .meter = request_.meter};
    ask(cloud_, request_, std::move(call),
        [self = shared_from_this()](Result<Answer> answer) { self->page_arrived(std::move(answer)); });
  }

  Result<ResourcePagePtr> next(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    if (!has_news() && begin_asking()) {
      lock.unlock();
      ask_for_page();
      lock.lock();
    }
    if (!changed_.wait(lock, stop, [this] { return has_news(); })) return interrupted_error();
    if (front_is_whole()) {
      auto page = finished(std::move(pages_.front().page));
      pages_.pop_front();
      const bool ask = request_.pages_ahead && begin_asking();
      lock.unlock();
      if (ask) ask_for_page();
      return page;
    }
    if (error_) return *error_;
    return ResourcePagePtr();
  }

  bool ready() {
    const std::lock_guard lock(mutex_);
    return has_news();
  }

  // The consumer has enough: nothing new is asked for.
  void abandon() {
    const std::lock_guard lock(mutex_);
    abandoned_ = true;
  }

 private:
  struct PendingPage {
    std::shared_ptr<ResourcePage> page;
    std::size_t details_missing = 0;
  };

  bool has_news() const { return front_is_whole() || error_.has_value() || (pages_.empty() && ended_); }
  bool front_is_whole() const { return !pages_.empty() && pages_.front().details_missing == 0; }

  // Whether the caller is to ask for the next page. REQUIRES: the lock.
  bool begin_asking() {
    if (asking_ || ended_ || abandoned_ || error_) return false;
    asking_ = true;
    return true;
  }

  // Entries that were gone when their details were read leave the page.
  static ResourcePagePtr finished(std::shared_ptr<ResourcePage> page) {
    std::erase_if(page->entries, [](const ResourcePage::Entry& entry) { return entry.properties.empty(); });
    return page;
  }

  void page_arrived(Result<Answer> answer) {
    // The parent named in the model may be gone: then there is nothing under it.
    if (!answer && is_not_found(answer.error()) && !request_.resource_model.empty()) return end();
    if (!answer) return fail(std::move(answer).error());
    auto parsed = request_.operation == Operation::list ? parse_list_answer(answer->body)
                                                        : parse_request_list_answer(answer->body);
    if (!parsed)
      return fail(in_call(std::move(parsed).error(), name_of(request_.operation), request_.region, answer->request_id));

    count_page(request_, parsed->entries.size());
    auto page = std::make_shared<ResourcePage>();
    page->region = request_.region;
    page->all_regions = lists_all_regions(request_.type_name);
    page->entries = std::move(parsed->entries);
    page->arenas.push_back(std::move(parsed->arena));
    std::vector<std::size_t> lacking;
    for (std::size_t i = 0; i < page->entries.size(); ++i) {
      if (!has_all(page->entries[i].properties, request_.wanted)) lacking.push_back(i);
    }
    std::vector<std::string> identifiers;
    for (std::size_t index : lacking) identifiers.emplace_back(page->entries[index].identifier);

    bool ask = false;
    std::uint64_t page_number = 0;
    {
      const std::lock_guard lock(mutex_);
      asking_ = false;
      pages_.push_back({.page = page, .details_missing = lacking.size()});
      page_number = pages_begun_++;
      token_ = parsed->next_token;
      ended_ = token_.empty();
      if (!ended_ && !tokens_seen_.insert(std::hash<std::string>{}(token_)).second) {
        error_ = of_request(
            in_call(
                data_error("the list repeats a page: NextToken came a second time, so the rest of it cannot be had"),
                name_of(request_.operation), request_.region, answer->request_id),
            request_, request_.resource_model);
      }
      ask = request_.pages_ahead && pages_.size() < kPagesAhead && begin_asking();
      changed_.notify_one();
    }
    ring(request_);
    if (ask) ask_for_page();
    for (std::size_t i = 0; i < lacking.size(); ++i)
      ask_for_detail(
          {.page = page_number, .index = lacking[i], .identifier = identifiers[i], .region = request_.region});
  }

  // Which entry of which page is read, and where it was asked for.
  struct Detail {
    std::uint64_t page = 0;
    std::size_t index = 0;
    std::string identifier;
    std::string region;
  };

  void ask_for_detail(Detail detail) {
    Call call{.operation = "GetResource",
              .region = detail.region,
              .body = get_body(request_.type_name, detail.identifier),
              .meter = request_.meter};
    ask(cloud_, request_, std::move(call),
        [self = shared_from_this(), detail = std::move(detail)](Result<Answer> answer) {
          if (!answer) answer = of_request(answer.error(), self->request_, detail.identifier);
          self->detail_answered(detail, std::move(answer));
        });
  }

  // A list of all regions names what must be read elsewhere; the answer tells where.
  void detail_answered(Detail detail, Result<Answer> answer) {
    if (!answer && lists_all_regions(request_.type_name) && detail.region == request_.region) {
      std::string own = own_region_in(answer.error());
      if (!own.empty() && own != detail.region) {
        detail.region = std::move(own);
        return ask_for_detail(std::move(detail));
      }
    }
    detail_arrived(detail, std::move(answer));
  }

  void detail_arrived(const Detail& asked, Result<Answer> answer) {
    GetAnswer detail;
    std::optional<Error> failed;
    if (!answer) {
      if (!is_not_found(answer.error())) failed = std::move(answer).error();
    } else if (auto parsed = parse_get_answer(answer->body)) {
      detail = std::move(parsed).value();
    } else {
      failed = in_call(std::move(parsed).error(), "GetResource", asked.region, answer->request_id);
    }
    bool whole = false;
    {
      const std::lock_guard lock(mutex_);
      // A page with a detail missing has not left, so it stands as far behind the last begun one as its number says.
      PendingPage& pending = pages_[pages_.size() - (pages_begun_ - asked.page)];
      pending.page->entries[asked.index].properties = detail.entry.properties;
      pending.page->entries[asked.index].detailed = true;
      if (asked.region != request_.region)
        pending.page->entries[asked.index].region = keep_text(*pending.page, asked.region);
      if (detail.arena) pending.page->arenas.push_back(std::move(detail.arena));
      if (failed) pending.page->errors.push_back(*std::move(failed));
      whole = --pending.details_missing == 0;
      if (whole) changed_.notify_one();
    }
    if (whole) ring(request_);
  }

  void fail(Error error) {
    {
      const std::lock_guard lock(mutex_);
      if (!error_) error_ = of_request(std::move(error), request_, request_.resource_model);
      asking_ = false;
      changed_.notify_one();
    }
    ring(request_);
  }

  void end() {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
      asking_ = false;
      changed_.notify_one();
    }
    ring(request_);
  }

  CloudControl& cloud_;
  const provider::ScanRequest request_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<PendingPage> pages_;  // in the list's order; the front leaves first
  std::uint64_t pages_begun_ = 0;
  std::string token_;                  // changed only while no page is asked for
  std::set<std::size_t> tokens_seen_;  // hashes: memory stays small over a million pages
  bool asking_ = true;                 // a page is under way; the first is asked for at the start
  bool ended_ = false;
  bool abandoned_ = false;
  std::optional<Error> error_;
};

class ListStream final : public provider::ResourceStream {
 public:
  explicit ListStream(std::shared_ptr<ListState> state) : state_(std::move(state)) {}
  ~ListStream() override { state_->abandon(); }
  Result<ResourcePagePtr> next(std::stop_token stop) override { return state_->next(stop); }
  bool ready() override { return state_->ready(); }

 private:
  std::shared_ptr<ListState> state_;
};

}  // namespace

std::unique_ptr<provider::ResourceStream> start_get(CloudControl& cloud, provider::ScanRequest request) {
  auto state = std::make_shared<GetStream::State>();
  Call call{.operation = name_of(request.operation),
            .region = request.region,
            .body = request.operation == Operation::get ? get_body(request.type_name, request.identifier)
                                                        : request_token_body(request.identifier),
            .meter = request.meter};
  ask(cloud, request, std::move(call),
      [state, request](Result<Answer> answer) { state->settle(page_of(std::move(answer), request), request); });
  return std::make_unique<GetStream>(std::move(state));
}

std::unique_ptr<provider::ResourceStream> start_list(CloudControl& cloud, provider::ScanRequest request) {
  auto state = std::make_shared<ListState>(cloud, std::move(request));
  state->ask_for_page();
  return std::make_unique<ListStream>(std::move(state));
}

}  // namespace squall::aws
