// One request to one answer, as AWS answers it: reads the protocol and hands on to the operation. No thread, no clock.
//
// Owned by the cloud, used on its store thread, or where the store is its caller's alone. `Store` is inside a
// transaction of the caller's: a writing one where `may_write` says so or a change is due.
#pragma once

#include "base/clock.h"
#include "catalogue/catalogue.h"
#include "local_cloud/operations.h"
#include "local_cloud/store.h"
#include "local_cloud/type_facts.h"
#include "net/http_message.h"

namespace squall::local_cloud {

// Whether the request may change the store (which transaction it needs).
bool may_write(const net::HttpRequest& request);

// STS's one operation that clients ask to learn their account; its protocol is a form in, XML out.
bool asks_for_caller_identity(const net::HttpRequest& request);

std::int64_t milliseconds_of(Clock::Time time);

class Handler {
 public:
  // `log` may be null: nobody listens.
  explicit Handler(const catalogue::Catalogue& catalogue, Log* log = nullptr) : types_(catalogue), log_(log) {}

  // An Error is a broken store: the transaction must be rolled back, for a part of the request may be done. With a
  // `failure`, the type's handler answers with it wherever it is asked: a change ends as a FAILED event.
  Answer handle(const net::HttpRequest& request, Store& store, Clock::Time now, const HandlerOptions& options,
                const Refusal& failure = std::nullopt);

  // Ends the changes that are due. REQUIRES: a writing transaction.
  Status settle(Store& store, Clock::Time now);

  // What Store::open asks for.
  std::string parent_of_stored(const std::string& type_name, const std::string& properties);

  TypeFactsCache& types() { return types_; }

 private:
  TypeFactsCache types_;
  Log* log_;
};

}  // namespace squall::local_cloud
