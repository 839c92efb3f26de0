#include "sqlite/sqlite.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>

namespace squall::sqlite {

namespace {

Error error_with(sqlite3* connection, int code) {
  const char* text = connection != nullptr ? sqlite3_errmsg(connection) : sqlite3_errstr(code);
  return {.kind = ErrorKind::sql, .message = text};
}

// SQLite makes a new file with the process's umask; ours may hold properties, so it is made first, readable by the owner alone.
Status make_private_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return data_error("cannot open " + path + ": " + std::strerror(errno));
  ::close(file);
  return {};
}

}  // namespace

Error error_of(sqlite3* connection) {
  Error error = error_with(connection, sqlite3_errcode(connection));
  if (const int offset = sqlite3_error_offset(connection); offset >= 0)
    error.position = static_cast<std::size_t>(offset);
  return error;
}

Status Statement::bind(int position, const Value& value) {
  sqlite3_stmt* statement = handle_.get();
  int code = SQLITE_OK;
  switch (value.kind) {
    case Value::Kind::null: code = sqlite3_bind_null(statement, position); break;
    case Value::Kind::integer: code = sqlite3_bind_int64(statement, position, value.integer); break;
    case Value::Kind::real: code = sqlite3_bind_double(statement, position, value.real); break;
    case Value::Kind::text:
      code = sqlite3_bind_text64(statement, position, value.text.empty() ? "" : value.text.data(), value.text.size(),
                                 SQLITE_TRANSIENT, SQLITE_UTF8);
      break;
    case Value::Kind::blob:
      code = sqlite3_bind_blob64(statement, position, value.text.empty() ? "" : value.text.data(), value.text.size(),
                                 SQLITE_TRANSIENT);
      break;
  }
  if (code != SQLITE_OK) return error_with(sqlite3_db_handle(statement), code);
  return {};
}

Result<bool> Statement::step() {
  switch (const int code = sqlite3_step(handle_.get())) {
    case SQLITE_ROW: return true;
    case SQLITE_DONE: return false;
    default: {
      Error error = error_with(sqlite3_db_handle(handle_.get()), code);
      sqlite3_reset(handle_.get());
      return error;
    }
  }
}

void Statement::reset() { sqlite3_reset(handle_.get()); }

std::string_view Statement::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(handle_.get(), column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column))};
}

Value Statement::value(int column) const {
  // One look-up of the column instead of one for its type, its bytes and its length. (Such a value is good for one thread
  // only, as the connection is.)
  sqlite3_value* const value = sqlite3_column_value(handle_.get(), column);
  switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER: return Value::of(static_cast<std::int64_t>(sqlite3_value_int64(value)));
    case SQLITE_FLOAT: return Value::of(sqlite3_value_double(value));
    case SQLITE_TEXT: {
      // As a blob a text has no zero behind it, for which SQLite would have to copy it.
      const bool utf8 = sqlite3_value_encoding(value) == SQLITE_UTF8;
      const auto* bytes = static_cast<const char*>(utf8 ? sqlite3_value_blob(value)
                                                        : static_cast<const void*>(sqlite3_value_text(value)));
      const auto size = static_cast<std::size_t>(sqlite3_value_bytes(value));
      return Value::of(bytes == nullptr ? std::string_view() : std::string_view(bytes, size));
    }
    case SQLITE_BLOB: {
      const auto* bytes = static_cast<const char*>(sqlite3_value_blob(value));
      const auto size = static_cast<std::size_t>(sqlite3_value_bytes(value));
      return Value::blob(bytes == nullptr ? std::string_view() : std::string_view(bytes, size));
    }
    default: return Value::null();
  }
}

Result<Connection> Connection::open(const std::string& path, const char* vfs) {
  if (path != ":memory:") TRY(make_private_file(path));
  sqlite3* raw = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &raw,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, vfs);
  Connection connection;
  connection.handle_.reset(raw);
  if (code != SQLITE_OK) {
    Error error = error_with(raw, code);
    error.kind = ErrorKind::data;
    error.message = "cannot open " + path + ": " + error.message;
    return error;
  }
  sqlite3_db_config(raw, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  return connection;
}

Status Connection::run(const std::string& sql) {
  if (sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) return error_of(handle());
  return {};
}

Result<Statement> Connection::prepare(std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  if (sqlite3_prepare_v2(handle(), sql.data(), static_cast<int>(sql.size()), &raw, nullptr) != SQLITE_OK)
    return error_of(handle());
  Statement statement;
  statement.handle_.reset(raw);
  return statement;
}

Status make_folder_of(const std::string& path) {
  const auto parent = std::filesystem::path(path).parent_path();
  if (parent.empty() || std::filesystem::exists(parent)) return {};
  std::error_code error;
  std::filesystem::create_directories(parent, error);
  if (error) return data_error("cannot make the folder " + parent.string() + ": " + error.message());
  ::chmod(parent.c_str(), 0700);
  return {};
}

// Two processes that switch a new file at the same time would wait for each other, so SQLite refuses one of them at once,
// whatever the busy timeout. A transaction does wait: behind it the switch is tried again.
Status use_wal(Connection& connection) {
  constexpr int kTriesMax = 100;
  for (int i = 1;; ++i) {
    Status switched = connection.run("PRAGMA journal_mode=WAL");
    if (switched || sqlite3_errcode(connection.handle()) != SQLITE_BUSY || i == kTriesMax) return switched;
    TRY(connection.run("BEGIN IMMEDIATE; COMMIT"));
  }
}

}  // namespace squall::sqlite
