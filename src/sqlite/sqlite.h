// RAII over SQLite's C API, no more: a Connection and a Statement, errors as values.
//
// One connection belongs to one thread at a time (opened with NOMUTEX). Double-quoted strings are off: "x" is a name.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/value.h"

namespace squall::sqlite {

class Statement {
 public:
  Statement() = default;

  // Positions count from 1. Texts are copied.
  Status bind(int position, const Value& value);
  Status bind(int position, std::string_view text) { return bind(position, Value::of(text)); }
  Status bind(int position, std::int64_t number) { return bind(position, Value::of(number)); }

  // True: a row is there. After false or an error, reset() before the next step.
  Result<bool> step();
  void reset();  // keeps the bindings

  // Of the current row; texts are valid until the next step, reset or conversion.
  Value value(int column) const;
  std::string_view text(int column) const;
  std::int64_t integer(int column) const { return sqlite3_column_int64(handle_.get(), column); }
  bool is_null(int column) const { return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL; }
  int column_count() const { return sqlite3_column_count(handle_.get()); }

  sqlite3_stmt* handle() const { return handle_.get(); }
  explicit operator bool() const { return handle_ != nullptr; }

 private:
  friend class Connection;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

class Connection {
 public:
  Connection() = default;
  // A file (created with mode 0600 if absent) or ":memory:".
  static Result<Connection> open(const std::string& path, const char* vfs = nullptr);

  // One or several statements without results.
  Status run(const std::string& sql);
  // The first statement of the text; an empty Statement if there is none.
  Result<Statement> prepare(std::string_view sql);
  // Prepare, bind the values in order, step once, for statements without results.
  template <typename... Values>
  Status execute(std::string_view sql, const Values&... values) {
    Statement statement = TRY(prepare(sql));
    int position = 0;
    Status bound;
    ((bound.ok() ? void(bound = statement.bind(++position, values)) : void()), ...);
    TRY(std::move(bound));
    TRY(statement.step());
    return {};
  }

  sqlite3* handle() const { return handle_.get(); }
  std::int64_t changes() const { return sqlite3_changes64(handle_.get()); }

 private:
  struct Close {
    void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
  };
  std::unique_ptr<sqlite3, Close> handle_;
};

// The folder of a database's file, readable by its owner alone if it has to be made.
Status make_folder_of(const std::string& path);

// Switches to a write-ahead log; waits where another process is doing so too.
Status use_wal(Connection& connection);

// The connection's last error as ours; `position` is set where SQLite knows it.
Error error_of(sqlite3* connection);

}  // namespace squall::sqlite
