#include "local_cloud/local_cloud.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>

#include "local_cloud/answers.h"
#include "local_cloud/handler.h"
#include "local_cloud/loader.h"
#include "local_cloud/store.h"

namespace squall::local_cloud {

namespace {

constexpr std::size_t kBatchMax = 256;  // requests answered by one commit

net::HttpResponse broken(const Error& error) {
  const std::string text = error.kind == ErrorKind::internal ? "the local cloud failed: " + error.message
                                                             : "the local cloud's store failed: " + error.message;
  return refusal("ServiceInternalErrorException", text);
}

// What an exception leaves of work on the store: an Error.
template <typename T>
Result<T> caught(const std::function<Result<T>()>& work) {
  try {
    return work();
  } catch (const std::exception& thrown) {
    return internal_error(thrown.what());
  }
}

}  // namespace

class LocalCloud::Impl {
 public:
  Impl(const catalogue::Catalogue& catalogue, const Clock& clock, LocalCloudOptions options)
      : handler_(catalogue, options.log), clock_(clock), options_(std::move(options)) {}

  ~Impl() {
    if (thread_.joinable()) {
      thread_.request_stop();
      thread_.join();
    }
    for (Queued& queued : queue_)
      queued.done(Error{.kind = ErrorKind::interrupted, .message = "the local cloud ended"});
  }

  void send(net::HttpRequest request, Refusal failure, Done done) {
    bool may_wait = false;
    {
      const std::lock_guard lock(mutex_);
      may_wait = queue_.empty();
      queue_.push_back({std::move(request), std::move(failure), std::move(done)});
      if (!thread_.joinable()) thread_ = std::jthread([this](std::stop_token stop) { run(stop); });
    }
    // A thread that has left requests in the queue comes back for them by itself: a wake-up costs more than a read.
    if (may_wait) arrived_.notify_one();
  }

  Status open_store() {
    const std::lock_guard lock(store_mutex_);
    return open();
  }

  Result<std::size_t> load(std::istream& in, const std::string& region) {
    const std::lock_guard lock(store_mutex_);
    TRY(open());
    TRY(store_->begin(true));
    auto loaded = settle_then_load(in, region);
    if (!loaded) {
      store_->rollback();
      return loaded;
    }
    TRY(store_->commit());
    return loaded;
  }

  Status dump(std::ostream& out) {
    const std::lock_guard lock(store_mutex_);
    TRY(open());
    TRY(settle());
    TRY(store_->begin(false));
    const Status dumped = dump_store(out, *store_);
    store_->rollback();
    return dumped;
  }

  Result<std::size_t> reset() {
    const std::lock_guard lock(store_mutex_);
    TRY(open());
    TRY(store_->begin(true));
    auto cleared = store_->clear();
    if (!cleared) {
      store_->rollback();
      return cleared;
    }
    TRY(store_->commit());
    return cleared;
  }

 private:
  struct Queued {
    net::HttpRequest request;
    Refusal failure;  // on purpose
    Done done;
  };

  Status open() {
    if (store_) return {};
    store_ = TRY(Store::open(options_.store, [this](const std::string& type, const std::string& properties) {
      return handler_.parent_of_stored(type, properties);
    }));
    return {};
  }

  // Ends what is due, in a transaction of its own where there is any.
  Status settle() {
    const auto now = clock_.now();
    if (TRY(store_->due(milliseconds_of(now), 1)).empty()) return {};
    TRY(store_->begin(true));
    if (auto settled = handler_.settle(*store_, now); !settled) {
      store_->rollback();
      return settled;
    }
    return store_->commit();
  }

  Result<std::size_t> settle_then_load(std::istream& in, const std::string& region) {
    TRY(handler_.settle(*store_, clock_.now()));
    return load_input(in, region, *store_, handler_.types());
  }

  void run(std::stop_token stop) {
    while (true) {
      std::vector<Queued> batch;
      {
        std::unique_lock lock(mutex_);
        if (!arrived_.wait(lock, stop, [this] { return !queue_.empty(); })) return;
        while (!queue_.empty() && batch.size() < kBatchMax) {
          batch.push_back(std::move(queue_.front()));
          queue_.pop_front();
        }
      }
      answer(batch);
    }
  }

  // One transaction for all that has queued up, committed before the first is answered.
  void answer(std::vector<Queued>& batch) {
    std::vector<net::HttpResponse> responses;
    const auto handled = caught<bool>([&]() -> Result<bool> {
      TRY(handle_all(batch, responses));
      return true;
    });
    if (!handled) log_exception(handled.error(), {});
    for (std::size_t i = 0; i < batch.size(); ++i) {
      batch[i].done(handled ? std::move(responses[i]) : broken(handled.error()));
    }
  }

  Status handle_all(const std::vector<Queued>& batch, std::vector<net::HttpResponse>& responses) {
    const std::lock_guard lock(store_mutex_);
    TRY(open());
    const auto now = clock_.now();
    TRY(begin_for(batch, now));
    auto handled = handle_in_transaction(batch, now, responses);
    if (handled) handled = store_->commit();
    if (!handled) store_->rollback();
    return handled;
  }

  // A writing transaction, where only reads are asked for too, if changes are due: they end before any answer.
  Status begin_for(const std::vector<Queued>& batch, Clock::Time now) {
    const bool writes =
        std::any_of(batch.begin(), batch.end(), [](const Queued& queued) { return may_write(queued.request); });
    TRY(store_->begin(writes));
    if (writes) return {};
    const auto due = store_->due(milliseconds_of(now), 1);
    if (due && due->empty()) return {};
    store_->rollback();
    if (!due) return due.error();
    // While another process writes for long (a load), what is due goes on a little longer: reads do not wait for it.
    if (TRY(store_->begin_writing_soon())) return {};
    return store_->begin(false);
  }

  Status handle_in_transaction(const std::vector<Queued>& batch, Clock::Time now,
                               std::vector<net::HttpResponse>& responses) {
    if (store_->writing()) TRY(handler_.settle(*store_, now));
    const HandlerOptions options{.page_size = options_.page_size, .duration = options_.duration};
    for (const Queued& queued : batch) {
      net::HttpResponse response;
      const Status answered = store_->run_part([&]() -> Status {
        response = TRY(handler_.handle(queued.request, *store_, now, options, queued.failure));
        return {};
      });
      if (!answered) {
        // The others of the batch have their answers, unless the store gave the whole transaction up.
        if (!store_->in_transaction()) return answered;
        log_exception(answered.error(), net::header(queued.request.headers, "X-Amz-Target"));
        response = broken(answered.error());
      }
      responses.push_back(std::move(response));
    }
    return {};
  }

  void log_exception(const Error& error, std::string_view target) {
    if (options_.log == nullptr || error.kind != ErrorKind::internal) return;
    options_.log->line(LogLevel::error, "exception", {{"target", std::string(target)}, {"text", error.message}});
  }

  std::mutex store_mutex_;  // store_, handler_: the store thread, or load, dump and reset
  Handler handler_;
  const Clock& clock_;
  const LocalCloudOptions options_;
  std::optional<Store> store_;
  std::mutex mutex_;  // queue_
  std::condition_variable_any arrived_;
  std::deque<Queued> queue_;
  std::jthread thread_;
};

LocalCloud::LocalCloud(const catalogue::Catalogue& catalogue, const Clock& clock, LocalCloudOptions options)
    : impl_(std::make_unique<Impl>(catalogue, clock, std::move(options))) {}
LocalCloud::~LocalCloud() = default;

void LocalCloud::send(net::HttpRequest request, Done done) {
  impl_->send(std::move(request), std::nullopt, std::move(done));
}
void LocalCloud::send_failing(net::HttpRequest request, HandlerFailure failure, Done done) {
  impl_->send(std::move(request), std::move(failure), std::move(done));
}
Status LocalCloud::open() { return impl_->open_store(); }
Result<std::size_t> LocalCloud::load(std::istream& in, const std::string& region) {
  return caught<std::size_t>([&] { return impl_->load(in, region); });
}
Status LocalCloud::dump(std::ostream& out) { return impl_->dump(out); }
Result<std::size_t> LocalCloud::reset() { return impl_->reset(); }

}  // namespace squall::local_cloud
