#include "local_cloud/store.h"

#include <sys/stat.h>

#include <filesystem>

namespace squall::local_cloud {

namespace {

constexpr int kSchemaVersion = 1;

constexpr const char* kSchema = R"sql(
CREATE TABLE IF NOT EXISTS resource(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account TEXT NOT NULL, region TEXT NOT NULL, type TEXT NOT NULL, identifier TEXT NOT NULL, properties TEXT NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS resource_identifier ON resource(account, region, type, identifier);
CREATE INDEX IF NOT EXISTS resource_age ON resource(account, region, type, id);
CREATE TABLE IF NOT EXISTS request(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account TEXT NOT NULL, region TEXT NOT NULL, token TEXT NOT NULL, operation TEXT NOT NULL, type TEXT NOT NULL,
  identifier TEXT NOT NULL, status TEXT NOT NULL, error_code TEXT NOT NULL, message TEXT NOT NULL,
  begun_ms INTEGER NOT NULL, due_ms INTEGER NOT NULL, client_token TEXT NOT NULL, parameters TEXT NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS request_token ON request(account, region, token);
CREATE UNIQUE INDEX IF NOT EXISTS request_client_token ON request(account, region, client_token) WHERE client_token <> '';
CREATE TABLE IF NOT EXISTS counter(
  account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL, value INTEGER NOT NULL, PRIMARY KEY(account, region, name)) WITHOUT ROWID;
)sql";

Status make_directory(const std::string& path) {
  const auto parent = std::filesystem::path(path).parent_path();
  if (parent.empty() || std::filesystem::exists(parent)) return {};
  std::error_code error;
  std::filesystem::create_directories(parent, error);
  if (error) return data_error("cannot make the folder " + parent.string() + ": " + error.message());
  ::chmod(parent.c_str(), 0700);
  return {};
}

StoredRequest read_request(const sqlite::Statement& row) {
  return {.token = std::string(row.text(0)),
          .operation = std::string(row.text(1)),
          .type_name = std::string(row.text(2)),
          .identifier = std::string(row.text(3)),
          .status = std::string(row.text(4)),
          .error_code = std::string(row.text(5)),
          .message = std::string(row.text(6)),
          .begun_ms = row.integer(7),
          .due_ms = row.integer(8),
          .client_token = std::string(row.text(9)),
          .parameters = std::string(row.text(10))};
}

// Resets a statement when its rows have been read, so that it holds no lock.
class Use {
 public:
  explicit Use(sqlite::Statement& statement) : statement_(statement) { statement_.reset(); }
  ~Use() { statement_.reset(); }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;

  Status bind(std::initializer_list<std::string_view> texts) {
    for (std::string_view text : texts) TRY(statement_.bind(++position_, text));
    return {};
  }
  Status bind(std::int64_t number) { return statement_.bind(++position_, number); }
  Result<bool> step() { return statement_.step(); }

 private:
  sqlite::Statement& statement_;
  int position_ = 0;
};

}  // namespace

Result<Store> Store::open(const std::string& path) {
  if (path != ":memory:") TRY(make_directory(path));
  Store store;
  store.connection_ = TRY(sqlite::Connection::open(path));
  sqlite3_busy_timeout(store.connection_.handle(), 10'000);
  TRY(store.connection_.run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"));
  auto version = TRY(store.connection_.prepare("PRAGMA user_version"));
  TRY(version.step());
  const std::int64_t found = version.integer(0);
  version.reset();
  if (found > kSchemaVersion) {
    return data_error(path + " was made by a newer version of squall", "update squall, or choose another store");
  }
  TRY(store.connection_.run("BEGIN IMMEDIATE"));
  TRY(store.connection_.run(kSchema));
  TRY(store.connection_.run("PRAGMA user_version=" + std::to_string(kSchemaVersion)));
  TRY(store.connection_.run("COMMIT"));
  return store;
}

Result<sqlite::Statement*> Store::prepared(const char* sql) {
  for (auto& [text, statement] : statements_) {
    if (text == sql) return &statement;
  }
  statements_.reserve(32);  // the pointers handed out must stay
  statements_.emplace_back(sql, TRY(connection_.prepare(sql)));
  return &statements_.back().second;
}

Status Store::begin(bool writes) { return connection_.run(writes ? "BEGIN IMMEDIATE" : "BEGIN"); }
Status Store::commit() { return connection_.run("COMMIT"); }
void Store::rollback() { (void)connection_.run("ROLLBACK").ok(); }

Result<std::optional<StoredResource>> Store::find(const Place& place, const std::string& type,
                                                  const std::string& identifier) {
  static constexpr const char* kSql =
      "SELECT id, identifier, properties FROM resource WHERE account=? AND region=? AND type=? AND identifier=?";
  sqlite::Statement& row = *TRY(prepared(kSql));
  Use use(row);
  TRY(use.bind({place.account, place.region, type, identifier}));
  if (!TRY(use.step())) return std::optional<StoredResource>();
  return std::optional(StoredResource{row.integer(0), std::string(row.text(1)), std::string(row.text(2))});
}

Result<std::vector<StoredResource>> Store::list(const Place& place, const std::string& type, std::int64_t after,
                                                std::size_t count) {
  static constexpr const char* kSql =
      "SELECT id, identifier, properties FROM resource WHERE account=? AND region=? AND type=? AND id>? ORDER BY id "
      "LIMIT ?";
  sqlite::Statement& row = *TRY(prepared(kSql));
  Use use(row);
  TRY(use.bind({place.account, place.region, type}));
  TRY(use.bind(after));
  TRY(use.bind(static_cast<std::int64_t>(count)));
  std::vector<StoredResource> resources;
  while (TRY(use.step())) resources.push_back({row.integer(0), std::string(row.text(1)), std::string(row.text(2))});
  return resources;
}

Result<bool> Store::insert(const Place& place, const std::string& type, const std::string& identifier,
                           const std::string& properties) {
  static constexpr const char* kSql =
      "INSERT OR IGNORE INTO resource(account, region, type, identifier, properties) VALUES(?,?,?,?,?)";
  Use use(*TRY(prepared(kSql)));
  TRY(use.bind({place.account, place.region, type, identifier, properties}));
  TRY(use.step());
  return connection_.changes() == 1;
}

Result<std::size_t> Store::clear() {
  auto count = TRY(connection_.prepare("SELECT count(*) FROM resource"));
  TRY(count.step());
  const auto resources = static_cast<std::size_t>(count.integer(0));
  count.reset();
  TRY(connection_.run("DELETE FROM resource; DELETE FROM request; DELETE FROM counter"));
  return resources;
}

Result<std::vector<Store::Row>> Store::rows(std::int64_t& after, std::size_t count) {
  static constexpr const char* kSql =
      "SELECT id, account, region, type, properties FROM resource WHERE id>? ORDER BY id LIMIT ?";
  sqlite::Statement& row = *TRY(prepared(kSql));
  Use use(row);
  TRY(use.bind(after));
  TRY(use.bind(static_cast<std::int64_t>(count)));
  std::vector<Row> rows;
  while (TRY(use.step())) {
    after = row.integer(0);
    rows.push_back(
        {{std::string(row.text(1)), std::string(row.text(2))}, std::string(row.text(3)), std::string(row.text(4))});
  }
  return rows;
}

Result<std::optional<StoredRequest>> Store::find_request(const Place& place, const std::string& token) {
  static constexpr const char* kSql =
      "SELECT token, operation, type, identifier, status, error_code, message, begun_ms, due_ms, client_token, "
      "parameters "
      "FROM request WHERE account=? AND region=? AND token=?";
  sqlite::Statement& row = *TRY(prepared(kSql));
  Use use(row);
  TRY(use.bind({place.account, place.region, token}));
  if (!TRY(use.step())) return std::optional<StoredRequest>();
  return std::optional(read_request(row));
}

Result<std::optional<StoredRequest>> Store::find_client_token(const Place& place, const std::string& client_token) {
  static constexpr const char* kSql =
      "SELECT token, operation, type, identifier, status, error_code, message, begun_ms, due_ms, client_token, "
      "parameters "
      "FROM request WHERE account=? AND region=? AND client_token=? AND client_token<>''";
  sqlite::Statement& row = *TRY(prepared(kSql));
  Use use(row);
  TRY(use.bind({place.account, place.region, client_token}));
  if (!TRY(use.step())) return std::optional<StoredRequest>();
  return std::optional(read_request(row));
}

Status Store::insert_request(const Place& place, const StoredRequest& request) {
  static constexpr const char* kSql =
      "INSERT INTO request(account, region, token, operation, type, identifier, status, error_code, message, "
      "client_token, parameters, begun_ms, due_ms) "
      "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)";
  Use use(*TRY(prepared(kSql)));
  TRY(use.bind({place.account, place.region, request.token, request.operation, request.type_name, request.identifier,
                request.status, request.error_code, request.message, request.client_token, request.parameters}));
  TRY(use.bind(request.begun_ms));
  TRY(use.bind(request.due_ms));
  TRY(use.step());
  return {};
}

Result<std::int64_t> Store::next_number(const Place& place, const std::string& counter) {
  static constexpr const char* kSql =
      "INSERT INTO counter(account, region, name, value) VALUES(?,?,?,1) ON CONFLICT DO UPDATE SET value=value+1 "
      "RETURNING value";
  sqlite::Statement& row = *TRY(prepared(kSql));
  Use use(row);
  TRY(use.bind({place.account, place.region, counter}));
  TRY(use.step());
  return row.integer(0);
}

Status Store::raise_number(const Place& place, const std::string& counter, std::int64_t at_least) {
  static constexpr const char* kSql =
      "INSERT INTO counter(account, region, name, value) VALUES(?,?,?,?) ON CONFLICT DO UPDATE SET value=max(value, "
      "excluded.value)";
  Use use(*TRY(prepared(kSql)));
  TRY(use.bind({place.account, place.region, counter}));
  TRY(use.bind(at_least));
  TRY(use.step());
  return {};
}

}  // namespace squall::local_cloud
