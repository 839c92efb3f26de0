// The state of the local cloud in one SQLite file: resources, requests (with the tokens that replay them), counters.
//
// Owned by the cloud's store thread. The caller holds a transaction around every use; pages of a list are found by key,
// so a page costs the same at any size.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sqlite/sqlite.h"

namespace squall::local_cloud {

// Where a resource lives.
struct Place {
  std::string account;
  std::string region;
};

struct StoredResource {
  std::int64_t id = 0;  // grows with age; the order of lists
  std::string identifier;
  std::string properties;  // JSON, write-only values included
};

struct StoredRequest {
  std::string token;
  std::string operation;  // "CREATE"
  std::string type_name;
  std::string identifier;  // may be empty
  std::string status;      // what it comes to: "SUCCESS" or "FAILED"
  std::string error_code;
  std::string message;
  std::int64_t begun_ms = 0;
  std::int64_t due_ms = 0;  // until then it reads IN_PROGRESS
  std::string client_token;
  std::string parameters;  // digest of what it was asked with
};

class Store {
 public:
  static Result<Store> open(const std::string& path);

  Status begin(bool writes);
  Status commit();
  void rollback();

  Result<std::optional<StoredResource>> find(const Place& place, const std::string& type,
                                             const std::string& identifier);
  // In order of age, behind `after`.
  Result<std::vector<StoredResource>> list(const Place& place, const std::string& type, std::int64_t after,
                                           std::size_t count);
  // False: the identifier is taken.
  Result<bool> insert(const Place& place, const std::string& type, const std::string& identifier,
                      const std::string& properties);
  Result<std::size_t> clear();

  struct Row {
    Place place;
    std::string type;
    std::string properties;
  };
  // All resources in order of age, behind `after`; `after` moves on.
  Result<std::vector<Row>> rows(std::int64_t& after, std::size_t count);

  Result<std::optional<StoredRequest>> find_request(const Place& place, const std::string& token);
  Result<std::optional<StoredRequest>> find_client_token(const Place& place, const std::string& client_token);
  Status insert_request(const Place& place, const StoredRequest& request);

  // The next number of a counter, from 1; never given twice.
  Result<std::int64_t> next_number(const Place& place, const std::string& counter);
  Status raise_number(const Place& place, const std::string& counter, std::int64_t at_least);

 private:
  Result<sqlite::Statement*> prepared(const char* sql);

  sqlite::Connection connection_;
  std::vector<std::pair<const char*, sqlite::Statement>> statements_;
};

}  // namespace squall::local_cloud
