// The embedded cloud: answers Cloud Control requests from the catalogue and one SQLite store, as AWS does.
//
// Itself a Transport (the in-process door); `squall cloud serve` puts the same object behind an HttpServer. One store
// thread takes all queued requests in one transaction, commits, then answers (group commit), so what was answered is
// durable. A request that fails, or makes a library throw, costs its own answer and no other. The store is opened at the
// first request; processes may share the file: readers wait for nobody, writers for each other. Any thread may send.
#pragma once

#include <chrono>
#include <functional>
#include <iosfwd>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "catalogue/catalogue.h"
#include "local_cloud/handler_failure.h"
#include "net/transport.h"

namespace squall::local_cloud {

struct LocalCloudOptions {
  std::string store = ":memory:";         // a file's path, or ":memory:"
  std::size_t page_size = 100;            // entries of a ListResources page
  std::chrono::milliseconds duration{0};  // how long a change runs
  Log* log = nullptr;                     // of exceptions that were caught; must outlive the cloud
};

class LocalCloud final : public net::Transport {
 public:
  // The catalogue and the clock must outlive the cloud.
  LocalCloud(const catalogue::Catalogue& catalogue, const Clock& clock, LocalCloudOptions options);
  ~LocalCloud() override;

  void send(net::HttpRequest request, Done done) override;
  // The same, but the handler of the request's type fails so, on purpose.
  void send_failing(net::HttpRequest request, HandlerFailure failure, Done done);

  // Opens the store, which the first request does else.
  Status open();
  // JSON lines {"TypeName":…,"region":…,"Properties":{…}}, or one CloudFormation template in JSON, created as the handlers
  // would (loader.h); all or nothing. An error names the line or the resource. Returns how many resources.
  // `region` is for a template; empty: us-east-1.
  Result<std::size_t> load(std::istream& in, const std::string& region = {});
  // Every resource and every counter, as lines that load puts back as they are.
  Status dump(std::ostream& out);
  // Forgets everything; returns how many resources there were.
  Result<std::size_t> reset();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace squall::local_cloud
