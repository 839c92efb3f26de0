#include "provider/journal.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "provider/statement_mask.h"
#include "schema/mask.h"

namespace squall::provider {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kSchemaVersion = 2;
constexpr int kApplicationId = 0x53514a31;  // "SQJ1"
constexpr auto kKept = std::chrono::hours(24 * 90);
constexpr int kBusyTimeoutMs = 10'000;

constexpr const char* kSchema = R"sql(
CREATE TABLE IF NOT EXISTS change_set(
  id INTEGER PRIMARY KEY AUTOINCREMENT, statement TEXT NOT NULL, begun_ms INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS change(
  set_id INTEGER NOT NULL, place INTEGER NOT NULL,
  operation TEXT NOT NULL, type_name TEXT NOT NULL, region TEXT NOT NULL, profile TEXT NOT NULL, identifier TEXT NOT NULL,
  desired_state TEXT NOT NULL, patch TEXT NOT NULL, client_token TEXT NOT NULL, role_arn TEXT NOT NULL,
  type_version_id TEXT NOT NULL, request_token TEXT NOT NULL, order_key TEXT NOT NULL, timeout_minutes INTEGER NOT NULL,
  expected_identifier TEXT NOT NULL, endpoint TEXT NOT NULL, account_id TEXT NOT NULL, resource TEXT NOT NULL,
  before TEXT NOT NULL, after TEXT NOT NULL, write_only TEXT NOT NULL, status TEXT NOT NULL, error_code TEXT NOT NULL,
  message TEXT NOT NULL, time_ms INTEGER NOT NULL, step INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY(set_id, place)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS change_open ON change(set_id)
  WHERE status NOT IN ('SUCCESS', 'FAILED', 'CANCEL_COMPLETE', 'UNCHANGED', 'NOT_FOUND');
CREATE INDEX IF NOT EXISTS change_resource ON change(type_name, identifier);
CREATE INDEX IF NOT EXISTS change_token ON change(client_token);
)sql";

// In the order of kEntryColumns.
constexpr const char* kEntryColumns =
    "operation, type_name, region, profile, identifier, desired_state, patch, client_token, role_arn, type_version_id, "
    "request_token, order_key, timeout_minutes, expected_identifier, endpoint, account_id, resource, before, after, "
    "write_only, status, error_code, message, time_ms, step";

constexpr const char* kIsOpen = "status NOT IN ('SUCCESS', 'FAILED', 'CANCEL_COMPLETE', 'UNCHANGED', 'NOT_FOUND')";

constexpr std::array<std::string_view, 5> kFinal = {"SUCCESS", "FAILED", "CANCEL_COMPLETE", "UNCHANGED", "NOT_FOUND"};

Clock::Time time_of(std::int64_t ms) { return Clock::Time(std::chrono::milliseconds(ms)); }

ChangeOperation operation_of(std::string_view name) {
  if (name == name_of(ChangeOperation::update)) return ChangeOperation::update;
  if (name == name_of(ChangeOperation::delete_)) return ChangeOperation::delete_;
  return ChangeOperation::create;
}

std::vector<std::string> texts_of(std::string_view json) {
  std::vector<std::string> texts;
  const Json list = Json::parse(json, nullptr, false);
  if (!list.is_array()) return texts;
  for (const Json& text : list) {
    if (text.is_string()) texts.push_back(text.get<std::string>());
  }
  return texts;
}

JournalEntry read_entry(const sqlite::Statement& row) {
  const auto text = [&row](int column) { return std::string(row.text(column)); };
  JournalEntry entry{.change = {.operation = operation_of(row.text(0)),
                                .type_name = text(1),
                                .region = text(2),
                                .profile = text(3),
                                .identifier = text(4),
                                .desired_state = text(5),
                                .patch_document = text(6),
                                .client_token = text(7),
                                .role_arn = text(8),
                                .type_version_id = text(9),
                                .request_token = text(10),
                                .order_key = text(11),
                                .timeout = std::chrono::minutes(row.integer(12)),
                                .expected_identifier = text(13)},
                     .endpoint = text(14),
                     .account_id = text(15),
                     .resource = text(16),
                     .before = text(17),
                     .after = text(18),
                     .write_only = texts_of(row.text(19)),
                     .status = text(20),
                     .error_code = text(21),
                     .message = text(22),
                     .time = time_of(row.integer(23))};
  entry.step = static_cast<int>(row.integer(24));
  return entry;
}

// Resets a statement when its rows have been read, so that it holds no lock.
class Use {
 public:
  explicit Use(sqlite::Statement& statement) : statement_(statement) { statement_.reset(); }
  ~Use() { statement_.reset(); }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;

  template <typename... Values>
  Status bind(const Values&... values) {
    Status bound;
    ((bound.ok() ? void(bound = statement_.bind(++position_, values)) : void()), ...);
    return bound;
  }
  Result<bool> step() { return statement_.step(); }

 private:
  sqlite::Statement& statement_;
  int position_ = 0;
};

// What an outcome says of its change.
std::string status_of(const ChangeOutcome& outcome) {
  if (!outcome.status.empty()) return outcome.status;
  if (outcome.uncertain) return std::string(kSent);
  // Nothing has taken place yet: it waited for its turn, or to be sent again.
  const bool interrupted = outcome.error && outcome.error->kind == ErrorKind::interrupted;
  return std::string(interrupted ? kPlanned : "FAILED");
}

JournalEntry masked(JournalEntry entry) {
  entry.change.desired_state = schema::mask_model(entry.change.desired_state, entry.write_only);
  entry.change.patch_document = schema::mask_patch(entry.change.patch_document, entry.write_only);
  entry.before = schema::mask_model(entry.before, entry.write_only);
  entry.after = schema::mask_model(entry.after, entry.write_only);
  return entry;
}

std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

// A value of a model by a path of names; nothing where a list or something else is in the way.
std::optional<std::string> value_at(std::string_view model, std::string_view path) {
  const Json json = Json::parse(model, nullptr, false);
  const Json* value = &json;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    if (!value->is_object()) return {};
    const auto found = value->find(std::string(path.substr(0, end)));
    if (found == value->end()) return {};
    value = &*found;
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  if (value->is_discarded()) return {};
  return text_of(*value);
}

// What a patch (RFC 6902) gives the very place of a path last; nothing where it does not, or takes it out.
std::optional<std::string> value_given_by(std::string_view patch, std::string_view path) {
  const Json operations = Json::parse(patch, nullptr, false);
  if (!operations.is_array()) return {};
  std::optional<std::string> given;
  for (const Json& operation : operations) {
    if (!operation.is_object() || operation.value("path", Json()) != "/" + std::string(path)) continue;
    given.reset();
    const auto value = operation.find("value");
    const Json kind = operation.value("op", Json());
    if (value != operation.end() && (kind == "add" || kind == "replace")) given = text_of(*value);
  }
  return given;
}

}  // namespace

bool is_final_status(std::string_view status) {
  return std::find(kFinal.begin(), kFinal.end(), status) != kFinal.end();
}

Result<std::string> journal_path(const Environment& environment) {
  if (auto state = environment("XDG_STATE_HOME")) return *state + "/squall/journal.db";
  if (auto home = environment("HOME")) return *home + "/.local/state/squall/journal.db";
  return usage_error("no place for the journal of changes: neither XDG_STATE_HOME nor HOME is set", "set one of them");
}

Error Journal::in_journal(Error error) const {
  error.kind = ErrorKind::data;
  error.position.reset();
  const int code = sqlite3_errcode(connection_.handle()) & 0xff;
  const bool damaged = code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
  error.message = "the journal " + path_ + (damaged ? " is damaged: " : ": ") + error.message;
  if (damaged) error.hint = "move it away to begin a new one; what it says of changes under way is lost then";
  return error;
}

std::int64_t Journal::now_ms() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(clock_->now().time_since_epoch()).count();
}

Result<Journal> Journal::open(const std::string& path, const Clock& clock) {
  TRY(sqlite::make_folder_of(path));
  Journal journal;
  journal.path_ = path;
  journal.clock_ = &clock;
  journal.connection_ = TRY(sqlite::Connection::open(path));
  journal.locks_ = TRY(SetLocks::open(path + "-owners"));
  sqlite3_busy_timeout(journal.connection_.handle(), kBusyTimeoutMs);
  Status ready = journal.set_up();
  if (ready) ready = journal.forget_old();
  if (!ready) return journal.in_journal(std::move(ready).error());
  return journal;
}

Status Journal::set_up() {
  const auto number = [this](const char* pragma) -> Result<std::int64_t> {
    sqlite::Statement statement = TRY(connection_.prepare(pragma));
    TRY(statement.step());
    return statement.integer(0);
  };
  TRY(sqlite::use_wal(connection_));
  const std::int64_t version = TRY(number("PRAGMA user_version"));
  const std::int64_t application = TRY(number("PRAGMA application_id"));
  const std::int64_t tables = TRY(number("SELECT count(*) FROM sqlite_schema"));
  if (application != kApplicationId && tables > 0) return data_error("this is a database of another program");
  if (version > kSchemaVersion) {
    return data_error("it was made by a newer version of squall", "update squall; nothing was sent");
  }
  TRY(connection_.run("PRAGMA synchronous=NORMAL"));
  if (version == kSchemaVersion) return {};
  // Another process may have made it meanwhile: it is looked at again under the lock.
  TRY(connection_.run("BEGIN IMMEDIATE"));
  const Status made = make_or_update(TRY(number("PRAGMA user_version")));
  if (made) return connection_.run("COMMIT");
  (void)connection_.run("ROLLBACK");
  return made;
}

Status Journal::make_or_update(std::int64_t version) {
  if (version == kSchemaVersion) return {};
  if (version == 1) {
    return connection_.run(
        "ALTER TABLE change ADD COLUMN step INTEGER NOT NULL DEFAULT 0; "
        "CREATE INDEX change_token ON change(client_token); PRAGMA user_version=" +
        std::to_string(kSchemaVersion));
  }
  return connection_.run(std::string(kSchema) + "PRAGMA application_id=" + std::to_string(kApplicationId) +
                         ";PRAGMA user_version=" + std::to_string(kSchemaVersion));
}

Status Journal::forget_old() {
  const std::int64_t before = now_ms() - std::chrono::duration_cast<std::chrono::milliseconds>(kKept).count();
  const std::string old =
      "SELECT id FROM change_set WHERE begun_ms < ? AND id NOT IN (SELECT set_id FROM change WHERE " +
      std::string(kIsOpen) + ")";
  sqlite::Statement found = TRY(connection_.prepare(old + " LIMIT 1"));
  TRY(found.bind(1, before));
  if (!TRY(found.step())) return {};  // the usual case needs no lock
  found.reset();
  TRY(connection_.run("BEGIN IMMEDIATE"));
  Status deleted = connection_.execute("DELETE FROM change WHERE set_id IN (" + old + ")", before);
  if (deleted) {
    deleted = connection_.execute("DELETE FROM change_set WHERE begun_ms < ? AND id NOT IN (SELECT set_id FROM change)",
                                  before);
  }
  if (deleted) return connection_.run("COMMIT");
  (void)connection_.run("ROLLBACK");
  return deleted;
}

Result<sqlite::Statement*> Journal::prepared(const char* sql) {
  for (auto& [text, statement] : statements_) {
    if (text == sql) return statement.get();
  }
  statements_.emplace_back(sql, std::make_unique<sqlite::Statement>(TRY(connection_.prepare(sql))));
  return statements_.back().second.get();
}

Result<std::int64_t> Journal::begin_set(std::string_view statement, const std::vector<JournalEntry>& entries) {
  std::int64_t id = 0;
  // Nothing may be sent that is not on the disk. The outcomes may wait for the system to write them: after a loss of power
  // a change is asked for again under its ClientToken, which costs one call.
  Status written = connection_.run("PRAGMA synchronous=FULL; BEGIN IMMEDIATE");
  if (written) {
    written = insert_set(masked_statement(statement, entries), entries, id);
    if (written) written = connection_.run("COMMIT");
  }
  const Error failure = written ? Error() : in_journal(written.error());
  if (!written && sqlite3_get_autocommit(connection_.handle()) == 0) (void)connection_.run("ROLLBACK");
  (void)connection_.run("PRAGMA synchronous=NORMAL");
  if (written) return id;
  if (id > 0) locks_.release(id);
  return failure;
}

Status Journal::insert_set(std::string_view statement, const std::vector<JournalEntry>& entries, std::int64_t& id) {
  const std::int64_t now = now_ms();
  TRY(connection_.execute("INSERT INTO change_set(statement, begun_ms) VALUES (?, ?)", statement, now));
  id = sqlite3_last_insert_rowid(connection_.handle());
  // Before others can see the set.
  if (!TRY(locks_.take(id))) return internal_error("the new change set has an owner already");
  for (std::size_t i = 0; i < entries.size(); ++i) TRY(insert_entry(id, i, entries[i], now));
  return {};
}

Status Journal::insert_entry(std::int64_t set, std::size_t index, const JournalEntry& entry, std::int64_t now) {
  static const std::string kSql =
      "INSERT INTO change(set_id, place, " + std::string(kEntryColumns) +
      ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
  const Change& change = entry.change;
  Use use(*TRY(prepared(kSql.c_str())));
  TRY(use.bind(set, static_cast<std::int64_t>(index), std::string_view(name_of(change.operation)), change.type_name,
               change.region, change.profile, change.identifier, change.desired_state, change.patch_document,
               change.client_token, change.role_arn, change.type_version_id, change.request_token, change.order_key,
               static_cast<std::int64_t>(change.timeout.count()), change.expected_identifier, entry.endpoint,
               entry.account_id, entry.resource, entry.before, entry.after, Json(entry.write_only).dump(), entry.status,
               entry.error_code, entry.message, now, static_cast<std::int64_t>(entry.step)));
  TRY(use.step());
  return {};
}

Status Journal::record_accepted(std::int64_t set, std::size_t index, const ProgressEvent& event) {
  const auto record = [&]() -> Status {
    Use use(
        *TRY(prepared("UPDATE change SET status = ?3, request_token = ?4, "
                      "identifier = iif(?5 = '', identifier, ?5), time_ms = ?6 WHERE set_id = ?1 AND place = ?2")));
    TRY(use.bind(set, static_cast<std::int64_t>(index), kSent, event.request_token, event.identifier, now_ms()));
    TRY(use.step());
    return {};
  };
  Status recorded = record();
  if (!recorded) return in_journal(std::move(recorded).error());
  return {};
}

Status Journal::record_finished(std::int64_t set, std::size_t index, const ChangeOutcome& outcome) {
  const ProgressEvent& event = outcome.event;
  const std::string code = !event.error_code.empty() ? event.error_code : outcome.error ? outcome.error->code : "";
  const std::string text = !event.status_message.empty() ? event.status_message
                           : outcome.error               ? outcome.error->message
                                                         : "";
  const auto record = [&]() -> Status {
    Use use(
        *TRY(prepared("UPDATE change SET status = ?3, request_token = iif(?4 = '', request_token, ?4), "
                      "identifier = iif(?5 = '', identifier, ?5), error_code = ?6, message = ?7, time_ms = ?8 "
                      "WHERE set_id = ?1 AND place = ?2")));
    TRY(use.bind(set, static_cast<std::int64_t>(index), status_of(outcome), event.request_token, event.identifier, code,
                 text, now_ms()));
    TRY(use.step());
    return {};
  };
  Status recorded = record();
  if (!recorded) return in_journal(std::move(recorded).error());
  return {};
}

Status Journal::open_batch() {
  if (sqlite3_get_autocommit(connection_.handle()) == 0) return {};
  Status begun = connection_.run("BEGIN IMMEDIATE");
  if (!begun) return in_journal(std::move(begun).error());
  return begun;
}

Status Journal::close_batch() {
  if (sqlite3_get_autocommit(connection_.handle()) != 0) return {};
  Status committed = connection_.run("COMMIT");
  if (committed) return committed;
  Error failure = in_journal(std::move(committed).error());
  (void)connection_.run("ROLLBACK");
  return failure;
}

Status Journal::record_end(std::int64_t set, std::size_t index, std::string_view status, std::string_view message) {
  ChangeOutcome outcome;
  outcome.status = status;
  outcome.event.status_message = message;
  return record_finished(set, index, outcome);
}

Result<std::vector<JournalEntry>> Journal::entries_of(std::int64_t set) {
  static const std::string kSql =
      "SELECT " + std::string(kEntryColumns) + " FROM change WHERE set_id = ? ORDER BY place";
  sqlite::Statement& statement = *TRY(prepared(kSql.c_str()));
  Use use(statement);
  TRY(use.bind(set));
  std::vector<JournalEntry> entries;
  while (TRY(use.step())) entries.push_back(read_entry(statement));
  return entries;
}

// Rows of id, statement, begun_ms.
Result<std::vector<JournalSet>> Journal::read_sets(const char* sql) {
  std::vector<JournalSet> sets;
  sqlite::Statement& statement = *TRY(prepared(sql));
  {
    Use use(statement);
    while (TRY(use.step())) {
      sets.push_back({.id = statement.integer(0),
                      .statement = std::string(statement.text(1)),
                      .begun = time_of(statement.integer(2)),
                      .entries = {}});
    }
  }
  return sets;
}

Result<std::vector<JournalSet>> Journal::take_unfinished(const std::function<bool(const JournalEntry&)>& mine) {
  static const std::string kSql =
      "SELECT id, statement, begun_ms FROM change_set WHERE id IN (SELECT set_id FROM change WHERE " +
      std::string(kIsOpen) + ") ORDER BY id";
  const auto to_finish = [&](const JournalEntry& entry) { return !is_final_status(entry.status) && mine(entry); };
  const auto take = [&]() -> Result<std::vector<JournalSet>> {
    std::vector<JournalSet> taken;
    for (JournalSet& set : TRY(read_sets(kSql.c_str()))) {
      if (!TRY(locks_.take(set.id))) continue;
      // Read behind the lock: its last owner may have finished it meanwhile.
      set.entries = TRY(entries_of(set.id));
      if (std::any_of(set.entries.begin(), set.entries.end(), to_finish)) {
        taken.push_back(std::move(set));
      } else {
        locks_.release(set.id);
      }
    }
    return taken;
  };
  auto taken = take();
  if (!taken) return in_journal(std::move(taken).error());
  return taken;
}

Result<std::optional<JournalSet>> Journal::set(std::int64_t id) {
  const auto find = [&]() -> Result<std::optional<JournalSet>> {
    sqlite::Statement& statement = *TRY(prepared("SELECT statement, begun_ms FROM change_set WHERE id = ?"));
    JournalSet found;
    {
      Use use(statement);
      TRY(use.bind(id));
      if (!TRY(use.step())) return std::optional<JournalSet>();
      found = {
          .id = id, .statement = std::string(statement.text(0)), .begun = time_of(statement.integer(1)), .entries = {}};
    }
    found.entries = TRY(entries_of(id));
    return std::optional(std::move(found));
  };
  auto found = find();
  if (!found) return in_journal(std::move(found).error());
  return found;
}

Result<std::vector<JournalSet>> Journal::masked_sets() {
  const auto read = [&]() -> Result<std::vector<JournalSet>> {
    auto sets = TRY(read_sets("SELECT id, statement, begun_ms FROM change_set ORDER BY id DESC"));
    for (JournalSet& set : sets) {
      for (JournalEntry& entry : TRY(entries_of(set.id))) set.entries.push_back(masked(std::move(entry)));
    }
    return sets;
  };
  auto sets = read();
  if (!sets) return in_journal(std::move(sets).error());
  return sets;
}

Result<std::optional<Journal::KnownValue>> Journal::last_write_only_value(const ValueWish& wish) {
  const auto find = [&]() -> Result<std::optional<KnownValue>> {
    sqlite::Statement& statement = *TRY(
        prepared("SELECT after, patch, time_ms, status FROM change WHERE type_name = ? AND identifier = ? AND "
                 "account_id = ? AND "
                 "region = ? AND endpoint = ? AND (?6 = 0 OR set_id < ?6) AND status NOT IN ('PLANNED', 'UNCHANGED') "
                 // One that was refused before it began has had no effect.
                 "AND NOT (status = 'FAILED' AND request_token = '') ORDER BY set_id DESC, place DESC LIMIT 1"));
    Use use(statement);
    TRY(use.bind(wish.type_name, wish.identifier, wish.account_id, wish.region, wish.endpoint, wish.before_set));
    if (!TRY(use.step())) return std::optional<KnownValue>();
    if (statement.text(3) != "SUCCESS") return std::optional<KnownValue>();
    auto json = value_at(statement.text(0), wish.path);
    if (!json) json = value_given_by(statement.text(1), wish.path);
    if (!json) return std::optional<KnownValue>();
    return std::optional(KnownValue{*std::move(json), time_of(statement.integer(2))});
  };
  auto found = find();
  if (!found) return in_journal(std::move(found).error());
  return found;
}

Result<bool> Journal::shares_token(std::int64_t set, std::size_t index) {
  const auto find = [&]() -> Result<bool> {
    sqlite::Statement& statement =
        *TRY(prepared("SELECT 1 FROM change a JOIN change b ON b.client_token = a.client_token WHERE a.set_id = ?1 AND "
                      "a.place = ?2 AND (b.set_id <> ?1 OR b.place <> ?2) LIMIT 1"));
    Use use(statement);
    TRY(use.bind(set, static_cast<std::int64_t>(index)));
    return use.step();
  };
  auto found = find();
  if (!found) return in_journal(std::move(found).error());
  return found;
}

Result<std::optional<std::int64_t>> Journal::changed_after(std::int64_t set, const JournalEntry& entry) {
  const auto find = [&]() -> Result<std::optional<std::int64_t>> {
    sqlite::Statement& statement = *TRY(prepared(
        "SELECT max(set_id) FROM change WHERE type_name = ? AND identifier = ? AND account_id = ? AND region = ? AND "
        "endpoint = ? AND set_id > ? AND status = 'SUCCESS'"));
    Use use(statement);
    TRY(use.bind(entry.change.type_name, entry.change.identifier, entry.account_id, entry.change.region, entry.endpoint,
                 set));
    if (!TRY(use.step()) || statement.is_null(0)) return std::optional<std::int64_t>();
    return std::optional(statement.integer(0));
  };
  auto found = find();
  if (!found) return in_journal(std::move(found).error());
  return found;
}

}  // namespace squall::provider
