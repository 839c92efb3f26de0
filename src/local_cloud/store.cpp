#include "local_cloud/store.h"

namespace squall::local_cloud {

namespace {

constexpr int kSchemaVersion = 4;
// How long a writer waits for the writers of other processes.
constexpr int kPatienceMs = 10'000;
constexpr int kMomentMs = 100;

constexpr const char* kTables = R"sql(
CREATE TABLE IF NOT EXISTS resource(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account TEXT NOT NULL, region TEXT NOT NULL, type TEXT NOT NULL, identifier TEXT NOT NULL, properties TEXT NOT NULL,
  parent TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS name(
  account TEXT NOT NULL, region TEXT NOT NULL, type TEXT NOT NULL, name TEXT NOT NULL, resource INTEGER NOT NULL,
  PRIMARY KEY(account, region, type, name)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS request(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account TEXT NOT NULL, region TEXT NOT NULL, token TEXT NOT NULL, operation TEXT NOT NULL, type TEXT NOT NULL,
  identifier TEXT NOT NULL, status TEXT NOT NULL, error_code TEXT NOT NULL, message TEXT NOT NULL, model TEXT NOT NULL,
  client_token TEXT NOT NULL, parameters TEXT NOT NULL,
  begun_ms INTEGER NOT NULL, due_ms INTEGER NOT NULL, ended_ms INTEGER NOT NULL, home TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS counter(
  account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL, value INTEGER NOT NULL, PRIMARY KEY(account, region, name)) WITHOUT ROWID;
)sql";

// Open requests have indices of their own, so that those which end at once cost none.
constexpr const char* kIndices = R"sql(
CREATE UNIQUE INDEX IF NOT EXISTS resource_identifier ON resource(account, region, type, identifier);
CREATE INDEX IF NOT EXISTS resource_age ON resource(account, region, type, id);
CREATE INDEX IF NOT EXISTS resource_parent ON resource(account, region, type, parent, id) WHERE parent <> '';
CREATE INDEX IF NOT EXISTS name_resource ON name(resource);
CREATE UNIQUE INDEX IF NOT EXISTS request_token ON request(account, region, token);
CREATE INDEX IF NOT EXISTS request_client_token ON request(account, region, client_token) WHERE client_token <> '';
CREATE INDEX IF NOT EXISTS request_due ON request(due_ms) WHERE status = 'OPEN';
CREATE INDEX IF NOT EXISTS request_changes ON request(account, home, type, identifier) WHERE status = 'OPEN';
)sql";

// Before version 4 a request did not tell where its resource lives. Those of global types that are open while a file is
// upgraded are looked for where they were asked.
constexpr const char* kAddHomes = R"sql(
ALTER TABLE request ADD COLUMN home TEXT NOT NULL DEFAULT '';
UPDATE request SET home=region;
DROP INDEX IF EXISTS request_open;
)sql";

// The columns stand in the table's order.
StoredRequest read_request(const sqlite::Statement& row) {
  const auto text = [&row](int column) { return std::string(row.text(column)); };
  return {.id = row.integer(0),
          .place = {text(1), text(2)},
          .token = text(3),
          .operation = text(4),
          .type_name = text(5),
          .identifier = text(6),
          .status = text(7),
          .error_code = text(8),
          .message = text(9),
          .model = text(10),
          .begun_ms = row.integer(13),
          .due_ms = row.integer(14),
          .ended_ms = row.integer(15),
          .client_token = text(11),
          .parameters = text(12),
          .home = text(16)};
}

StoredResource read_resource(const sqlite::Statement& row) {
  return {row.integer(0), std::string(row.text(1)), std::string(row.text(2))};
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

Result<Store> Store::open(const std::string& path, const ParentOf& parent_of) {
  auto store = open_file(path, parent_of);
  if (store) return store;
  Error error = std::move(store).error();
  if (error.kind == ErrorKind::sql) {
    error.kind = ErrorKind::data;
    error.message = "cannot use " + path + " as the local cloud's store: " + error.message;
  }
  return error;
}

Result<Store> Store::open_file(const std::string& path, const ParentOf& parent_of) {
  if (path != ":memory:") TRY(sqlite::make_folder_of(path));
  Store store;
  store.connection_ = TRY(sqlite::Connection::open(path));
  sqlite3_busy_timeout(store.connection_.handle(), kPatienceMs);
  TRY(sqlite::use_wal(store.connection_));
  TRY(store.connection_.run("PRAGMA synchronous=FULL;"));
  // A file that needs nothing is opened without the writers' lock, so that nobody waits for a long write of another.
  std::int64_t found = TRY(store.version());
  if (found < kSchemaVersion) {
    TRY(store.connection_.run("BEGIN IMMEDIATE"));
    found = TRY(store.version());  // another process may have been faster
    if (found < kSchemaVersion) TRY(store.upgrade(found, parent_of));
    TRY(store.connection_.run("COMMIT"));
  }
  if (found > kSchemaVersion)
    return data_error(path + " was made by a newer version of squall", "update squall, or choose another store");
  return store;
}

Result<std::int64_t> Store::version() {
  auto version = TRY(connection_.prepare("PRAGMA user_version"));
  TRY(version.step());
  return version.integer(0);
}

Status Store::upgrade(std::int64_t version, const ParentOf& parent_of) {
  // Requests of version 1 cannot be followed any more; what they made stays.
  if (version == 1) TRY(connection_.run("DROP TABLE IF EXISTS request"));
  TRY(connection_.run(kTables));
  const bool knows_no_parents = !TRY(has_column("resource", "parent"));
  if (knows_no_parents) TRY(connection_.run("ALTER TABLE resource ADD COLUMN parent TEXT NOT NULL DEFAULT ''"));
  if (!TRY(has_column("request", "home"))) TRY(connection_.run(kAddHomes));
  TRY(connection_.run(kIndices));
  if (knows_no_parents && parent_of) TRY(set_parents(parent_of));
  return connection_.run("PRAGMA user_version=" + std::to_string(kSchemaVersion));
}

Result<bool> Store::has_column(std::string_view table, std::string_view column) {
  auto found = TRY(connection_.prepare("SELECT 1 FROM pragma_table_info(?) WHERE name=?"));
  TRY(found.bind(1, table));
  TRY(found.bind(2, column));
  return found.step();
}

Status Store::set_parents(const ParentOf& parent_of) {
  auto all = TRY(connection_.prepare("SELECT id, type, properties FROM resource"));
  auto update = TRY(connection_.prepare("UPDATE resource SET parent=? WHERE id=?"));
  while (TRY(all.step())) {
    const std::string parent = parent_of(std::string(all.text(1)), std::string(all.text(2)));
    if (parent.empty()) continue;
    Use use(update);
    TRY(use.bind({parent}));
    TRY(use.bind(all.integer(0)));
    TRY(use.step());
  }
  return {};
}

Result<sqlite::Statement*> Store::prepared(const char* sql) {
  for (auto& [text, statement] : statements_) {
    if (text == sql) return &statement;
  }
  statements_.emplace_back(sql, TRY(connection_.prepare(sql)));
  return &statements_.back().second;
}

Status Store::begin(bool writes) {
  if (in_transaction()) rollback();  // what an exception left behind
  TRY(connection_.run(writes ? "BEGIN IMMEDIATE" : "BEGIN"));
  writing_ = writes;
  return {};
}
Result<bool> Store::begin_writing_soon() {
  sqlite3_busy_timeout(connection_.handle(), kMomentMs);
  const Status begun = begin(true);
  const bool busy = !begun && (sqlite3_errcode(connection_.handle()) & 0xFF) == SQLITE_BUSY;
  sqlite3_busy_timeout(connection_.handle(), kPatienceMs);
  if (busy) return false;
  TRY(begun);
  return true;
}
Status Store::commit() {
  Status committed = connection_.run("COMMIT");
  if (!committed) rollback();
  writing_ = false;
  return committed;
}
void Store::rollback() {
  if (in_transaction()) (void)connection_.run("ROLLBACK").ok();
  writing_ = false;
}

Status Store::run_part(const std::function<Status()>& part) {
  if (writing_) TRY(connection_.run("SAVEPOINT part"));
  Status done;
  try {
    done = part();
  } catch (const std::exception& thrown) {
    done = internal_error(thrown.what());
  }
  if (!writing_) return done;
  if (!done) TRY(connection_.run("ROLLBACK TO part"));
  TRY(connection_.run("RELEASE part"));
  return done;
}

Result<std::optional<StoredResource>> Store::find(const Place& place, const std::string& type,
                                                  const std::string& identifier) {
  static constexpr const char* kSql =
      "SELECT id, identifier, properties FROM resource WHERE account=? AND region=? AND type=? AND identifier=?";
  sqlite::Statement& row = *TRY(prepared(kSql));
  Use use(row);
  TRY(use.bind({place.account, place.region, type, identifier}));
  if (!TRY(use.step())) return std::optional<StoredResource>();
  return std::optional(read_resource(row));
}

Result<std::optional<StoredResource>> Store::find_named(const Place& place, const std::string& type,
                                                        const std::string& name) {
  static constexpr const char* kSql =
      "SELECT id, identifier, properties FROM resource WHERE id=(SELECT resource FROM name WHERE account=? AND "
      "region=? AND type=? AND name=?)";
  sqlite::Statement& row = *TRY(prepared(kSql));
  Use use(row);
  TRY(use.bind({place.account, place.region, type, name}));
  if (!TRY(use.step())) return std::optional<StoredResource>();
  return std::optional(read_resource(row));
}

Result<std::vector<StoredResource>> Store::list(const Place& place, const std::string& type, std::int64_t after,
                                                std::size_t count, const std::string& parent) {
  static constexpr const char* kAll =
      "SELECT id, identifier, properties FROM resource WHERE account=? AND region=? AND type=? AND id>? ORDER BY id "
      "LIMIT ?";
  static constexpr const char* kUnder =
      "SELECT id, identifier, properties FROM resource WHERE account=? AND region=? AND type=? AND parent=? AND "
      "parent<>'' AND id>? ORDER BY id LIMIT ?";
  sqlite::Statement& row = *TRY(prepared(parent.empty() ? kAll : kUnder));
  Use use(row);
  TRY(use.bind({place.account, place.region, type}));
  if (!parent.empty()) TRY(use.bind({parent}));
  TRY(use.bind(after));
  TRY(use.bind(static_cast<std::int64_t>(count)));
  std::vector<StoredResource> resources;
  while (TRY(use.step())) resources.push_back(read_resource(row));
  return resources;
}

Result<bool> Store::insert(const Place& place, const std::string& type, const StoredResource& resource,
                           const ResourceKeys& keys) {
  static constexpr const char* kSql =
      "INSERT OR IGNORE INTO resource(account, region, type, identifier, properties, parent) VALUES(?,?,?,?,?,?)";
  Use use(*TRY(prepared(kSql)));
  TRY(use.bind({place.account, place.region, type, resource.identifier, resource.properties, keys.parent}));
  TRY(use.step());
  if (connection_.changes() != 1) return false;
  const std::int64_t id = sqlite3_last_insert_rowid(connection_.handle());
  if (TRY(add_names(place, type, id, keys))) return true;
  TRY(erase(id));
  return false;
}

Result<bool> Store::replace(const Place& place, const std::string& type, const StoredResource& resource,
                            const ResourceKeys& keys) {
  for (const std::string& name : keys.names) {
    const auto owner = TRY(find_named(place, type, name));
    if (owner && owner->id != resource.id) return false;
  }
  TRY(erase_names(resource.id));
  if (!TRY(add_names(place, type, resource.id, keys)))
    return internal_error("a name of " + resource.identifier + " is lost");
  static constexpr const char* kSql = "UPDATE resource SET properties=?, parent=? WHERE id=?";
  Use use(*TRY(prepared(kSql)));
  TRY(use.bind({resource.properties, keys.parent}));
  TRY(use.bind(resource.id));
  TRY(use.step());
  return true;
}

// False: one of them is taken (those before it were added).
Result<bool> Store::add_names(const Place& place, const std::string& type, std::int64_t id, const ResourceKeys& keys) {
  for (const std::string& name : keys.names) {
    if (!TRY(add_name(place, type, id, name))) return false;
  }
  // No account and no region are called so.
  if (keys.world_name.empty()) return true;
  return add_name({"*", "*"}, type, id, keys.world_name);
}

Result<bool> Store::add_name(const Place& place, const std::string& type, std::int64_t id, const std::string& name) {
  static constexpr const char* kSql =
      "INSERT OR IGNORE INTO name(account, region, type, name, resource) VALUES(?,?,?,?,?)";
  Use use(*TRY(prepared(kSql)));
  TRY(use.bind({place.account, place.region, type, name}));
  TRY(use.bind(id));
  TRY(use.step());
  return connection_.changes() == 1;
}

Status Store::erase_names(std::int64_t id) {
  static constexpr const char* kSql = "DELETE FROM name WHERE resource=?";
  Use use(*TRY(prepared(kSql)));
  TRY(use.bind(id));
  TRY(use.step());
  return {};
}

Status Store::erase(std::int64_t id) {
  TRY(erase_names(id));
  static constexpr const char* kSql = "DELETE FROM resource WHERE id=?";
  Use use(*TRY(prepared(kSql)));
  TRY(use.bind(id));
  TRY(use.step());
  return {};
}

Result<std::size_t> Store::clear() {
  auto count = TRY(connection_.prepare("SELECT count(*) FROM resource"));
  TRY(count.step());
  const auto resources = static_cast<std::size_t>(count.integer(0));
  count.reset();
  TRY(connection_.run("DELETE FROM resource; DELETE FROM name; DELETE FROM request; DELETE FROM counter"));
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

Result<std::optional<StoredRequest>> Store::one_request(const char* sql, std::initializer_list<std::string_view> texts,
                                                        std::optional<std::int64_t> since_ms) {
  sqlite::Statement& row = *TRY(prepared(sql));
  Use use(row);
  TRY(use.bind(texts));
  if (since_ms) TRY(use.bind(*since_ms));
  if (!TRY(use.step())) return std::optional<StoredRequest>();
  return std::optional(read_request(row));
}

Result<std::optional<StoredRequest>> Store::find_request(const Place& place, const std::string& token,
                                                         std::int64_t since_ms) {
  static constexpr const char* kSql = "SELECT * FROM request WHERE account=? AND region=? AND token=? AND begun_ms>=?";
  return one_request(kSql, {place.account, place.region, token}, since_ms);
}

Result<std::optional<StoredRequest>> Store::find_client_token(const Place& place, const std::string& client_token,
                                                              std::int64_t since_ms) {
  static constexpr const char* kSql =
      "SELECT * FROM request WHERE account=? AND region=? AND client_token=? AND client_token<>'' AND begun_ms>=? "
      "ORDER BY id "
      "DESC LIMIT 1";
  return one_request(kSql, {place.account, place.region, client_token}, since_ms);
}

Result<std::optional<StoredRequest>> Store::find_open(const Place& place, const std::string& type,
                                                      const std::string& identifier) {
  static constexpr const char* kSql =
      "SELECT * FROM request WHERE account=? AND home=? AND type=? AND identifier=? AND status='OPEN' ORDER BY id "
      "LIMIT 1";
  return one_request(kSql, {place.account, place.region, type, identifier}, std::nullopt);
}

Result<std::vector<StoredRequest>> Store::due(std::int64_t now_ms, std::size_t count) {
  static constexpr const char* kSql =
      "SELECT * FROM request WHERE status='OPEN' AND due_ms<=? ORDER BY due_ms, id LIMIT ?";
  sqlite::Statement& row = *TRY(prepared(kSql));
  Use use(row);
  TRY(use.bind(now_ms));
  TRY(use.bind(static_cast<std::int64_t>(count)));
  std::vector<StoredRequest> requests;
  while (TRY(use.step())) requests.push_back(read_request(row));
  return requests;
}

Result<std::vector<StoredRequest>> Store::list_requests(const Place& place, std::int64_t before, std::int64_t since_ms,
                                                        std::size_t count) {
  static constexpr const char* kSql =
      "SELECT * FROM request WHERE account=? AND region=? AND id<? AND begun_ms>=? ORDER BY id DESC LIMIT ?";
  sqlite::Statement& row = *TRY(prepared(kSql));
  Use use(row);
  TRY(use.bind({place.account, place.region}));
  TRY(use.bind(before));
  TRY(use.bind(since_ms));
  TRY(use.bind(static_cast<std::int64_t>(count)));
  std::vector<StoredRequest> requests;
  while (TRY(use.step())) requests.push_back(read_request(row));
  return requests;
}

Status Store::insert_request(const StoredRequest& request) {
  static constexpr const char* kSql =
      "INSERT INTO request(account, region, token, operation, type, identifier, status, error_code, message, model, "
      "client_token, parameters, home, begun_ms, due_ms, ended_ms) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
  Use use(*TRY(prepared(kSql)));
  TRY(use.bind({request.place.account, request.place.region, request.token, request.operation, request.type_name,
                request.identifier, request.status, request.error_code, request.message, request.model,
                request.client_token, request.parameters, request.home}));
  TRY(use.bind(request.begun_ms));
  TRY(use.bind(request.due_ms));
  TRY(use.bind(request.ended_ms));
  TRY(use.step());
  return {};
}

Status Store::end_request(const StoredRequest& request) {
  static constexpr const char* kSql =
      "UPDATE request SET identifier=?, status=?, error_code=?, message=?, model='', ended_ms=? WHERE id=?";
  Use use(*TRY(prepared(kSql)));
  TRY(use.bind({request.identifier, request.status, request.error_code, request.message}));
  TRY(use.bind(request.ended_ms));
  TRY(use.bind(request.id));
  TRY(use.step());
  return {};
}

Status Store::forget_requests(std::int64_t before_ms) {
  // Ids grow with time: only the oldest few are looked at, so that a write costs the same at any size.
  static constexpr const char* kSql =
      "DELETE FROM request WHERE id IN (SELECT id FROM (SELECT id, begun_ms, status FROM request ORDER BY id LIMIT 4) "
      "WHERE begun_ms<? AND status<>'OPEN')";
  Use use(*TRY(prepared(kSql)));
  TRY(use.bind(before_ms));
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

Result<std::int64_t> Store::raise_number(const Place& place, const std::string& counter, std::int64_t at_least) {
  static constexpr const char* kSql =
      "INSERT INTO counter(account, region, name, value) VALUES(?,?,?,?) ON CONFLICT DO UPDATE SET value=max(value, "
      "excluded.value) RETURNING value";
  sqlite::Statement& row = *TRY(prepared(kSql));
  Use use(row);
  TRY(use.bind({place.account, place.region, counter}));
  TRY(use.bind(at_least));
  TRY(use.step());
  return row.integer(0);
}

Status Store::for_each_counter(const std::function<void(const Counter&)>& visit) {
  sqlite::Statement& row =
      *TRY(prepared("SELECT account, region, name, value FROM counter ORDER BY account, region, name"));
  Use use(row);
  while (TRY(use.step())) {
    visit({.place = {std::string(row.text(0)), std::string(row.text(1))},
           .name = std::string(row.text(2)),
           .value = row.integer(3)});
  }
  return {};
}

}  // namespace squall::local_cloud
