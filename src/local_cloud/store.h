// The state of the local cloud in one SQLite file: resources, requests (with the tokens that replay them), counters.
//
// Owned by the cloud's store thread. The caller holds a transaction around every use; pages of a list are found by key,
// so a page costs the same at any size.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sqlite/sqlite.h"

namespace squall::local_cloud {

// Who asks, and where, when nothing says so.
constexpr std::string_view kDefaultAccount = "123456789012";
constexpr std::string_view kDefaultRegion = "us-east-1";

// Where a resource lives.
struct Place {
  std::string account;
  std::string region;
};

// Under what else than its identifier a resource is known.
struct ResourceKeys {
  std::vector<std::string> names;  // the values of its additional identifiers: unique within place and type
  std::string world_name;          // unique in the whole partition: a bucket's name; empty: none
  std::string parent;              // under what lists look for it; empty: under nothing
};

struct StoredResource {
  std::int64_t id = 0;  // grows with age; the order of lists
  std::string identifier;
  std::string properties;  // JSON, write-only values included
};

// A change that was asked for. Until it is due it is open: what it leads to is kept in `model`, and nothing of it can be
// read yet.
struct StoredRequest {
  std::int64_t id = 0;
  Place place;
  std::string token;
  std::string operation;  // "CREATE"
  std::string type_name;
  std::string identifier;  // may be empty while a create is open
  std::string status;      // kOpen, or how it ended: "SUCCESS", "FAILED", "CANCEL_COMPLETE"
  std::string error_code;  // of a failed one
  std::string message;     // of a failed one
  std::string model;       // of an open one: JSON, the desired state or the patched one
  std::int64_t begun_ms = 0;
  std::int64_t due_ms = 0;
  std::int64_t ended_ms = 0;
  std::string client_token;
  std::string parameters;  // digest of what it was asked with
  std::string home;        // the region where the resource lives; the place's own but for global types
};
constexpr const char* kOpen = "OPEN";

class Store {
 public:
  // `parent_of(type, properties)` is asked for every resource of a file that an earlier version made.
  using ParentOf = std::function<std::string(const std::string&, const std::string&)>;
  static Result<Store> open(const std::string& path, const ParentOf& parent_of = {});

  // A writing transaction waits for those of other processes, for a bounded time; a reading one waits for nobody.
  Status begin(bool writes);
  // A writing transaction, unless another process keeps the store to itself for longer than a moment: then false.
  Result<bool> begin_writing_soon();
  // After an Error there is no transaction any more.
  Status commit();
  void rollback();
  bool writing() const { return writing_; }
  bool in_transaction() const { return sqlite3_get_autocommit(connection_.handle()) == 0; }

  // Runs a part of the transaction. After an Error of it, or an exception (which becomes one of kind internal), the store
  // is as it was before the part, and the transaction goes on unless in_transaction() says otherwise. Parts may nest.
  Status run_part(const std::function<Status()>& part);

  Result<std::optional<StoredResource>> find(const Place& place, const std::string& type,
                                             const std::string& identifier);
  // By one of its other names (see `insert`).
  Result<std::optional<StoredResource>> find_named(const Place& place, const std::string& type,
                                                   const std::string& name);
  // In order of age, behind `after`; only those under `parent` where one is given.
  Result<std::vector<StoredResource>> list(const Place& place, const std::string& type, std::int64_t after,
                                           std::size_t count, const std::string& parent = {});
  // False: the identifier or a name is taken; nothing was stored.
  Result<bool> insert(const Place& place, const std::string& type, const StoredResource& resource,
                      const ResourceKeys& keys);
  // The resource with that id gets other properties and keys. False: a name is another's; nothing was changed.
  Result<bool> replace(const Place& place, const std::string& type, const StoredResource& resource,
                       const ResourceKeys& keys);
  Status erase(std::int64_t id);
  Result<std::size_t> clear();

  struct Row {
    Place place;
    std::string type;
    std::string properties;
  };
  // All resources in order of age, behind `after`; `after` moves on.
  Result<std::vector<Row>> rows(std::int64_t& after, std::size_t count);

  // Requests begun before `since_ms` are forgotten.
  Result<std::optional<StoredRequest>> find_request(const Place& place, const std::string& token,
                                                    std::int64_t since_ms);
  Result<std::optional<StoredRequest>> find_client_token(const Place& place, const std::string& client_token,
                                                         std::int64_t since_ms);
  // The open request of a resource that lives there.
  Result<std::optional<StoredRequest>> find_open(const Place& place, const std::string& type,
                                                 const std::string& identifier);
  // Open requests due by then, in order; any place.
  Result<std::vector<StoredRequest>> due(std::int64_t now_ms, std::size_t count);
  // The newest first, below the id `before`.
  Result<std::vector<StoredRequest>> list_requests(const Place& place, std::int64_t before, std::int64_t since_ms,
                                                   std::size_t count);
  Status insert_request(const StoredRequest& request);
  // Writes back how it ended.
  Status end_request(const StoredRequest& request);
  // Deletes some of those begun before that (never an open one).
  Status forget_requests(std::int64_t before_ms);

  // The next number of a counter, from 1; never given twice.
  Result<std::int64_t> next_number(const Place& place, const std::string& counter);
  // Returns the counter's last number, which is no less than that.
  Result<std::int64_t> raise_number(const Place& place, const std::string& counter, std::int64_t at_least);
  struct Counter {
    Place place;
    std::string name;
    std::int64_t value = 0;  // the last number that was given
  };
  // In order of account, region and name.
  Status for_each_counter(const std::function<void(const Counter&)>& visit);

 private:
  static Result<Store> open_file(const std::string& path, const ParentOf& parent_of);
  Result<std::int64_t> version();
  Result<sqlite::Statement*> prepared(const char* sql);
  Status upgrade(std::int64_t version, const ParentOf& parent_of);
  Result<bool> has_column(std::string_view table, std::string_view column);
  Status set_parents(const ParentOf& parent_of);
  Result<bool> add_names(const Place& place, const std::string& type, std::int64_t id, const ResourceKeys& keys);
  Result<bool> add_name(const Place& place, const std::string& type, std::int64_t id, const std::string& name);
  Status erase_names(std::int64_t id);
  Result<std::optional<StoredRequest>> one_request(const char* sql, std::initializer_list<std::string_view> texts,
                                                   std::optional<std::int64_t> since_ms);

  sqlite::Connection connection_;
  std::deque<std::pair<const char*, sqlite::Statement>> statements_;  // pointers to them stay good
  bool writing_ = false;
};

}  // namespace squall::local_cloud
