// One request to one answer, as AWS answers it: protocol, checks, operations. No thread, no clock of its own.
//
// Texts and codes: recorded answers of AWS's Cloud Control API. `Store` is inside a transaction of the caller's.
#pragma once

#include <chrono>

#include "base/clock.h"
#include "catalogue/catalogue.h"
#include "local_cloud/store.h"
#include "net/http_message.h"

namespace squall::local_cloud {

struct HandlerOptions {
  std::size_t page_size = 100;
  std::chrono::milliseconds duration{0};
};

// Whether the request may change the store (which transaction it needs).
bool may_write(const net::HttpRequest& request);

net::HttpResponse handle(const net::HttpRequest& request, const catalogue::Catalogue& catalogue, Store& store,
                         Clock::Time now, const HandlerOptions& options);

// One line of `cloud load`, created as the handlers would; read-only values that the line gives are kept.
Status load_line(const std::string& line, const catalogue::Catalogue& catalogue, Store& store);
// The line that load_line reads.
Result<std::string> dump_line(const Store::Row& row);

}  // namespace squall::local_cloud
