// A table of the schema squall as the engine keeps it: rows of views, made anew for each scan, so that the 47,000 columns
// of the catalogue cost no copy each. (provider/system_table.h is how lower layers show their state.)
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/value.h"

namespace squall::engine {

// Rows side by side in one vector. Texts are the catalogue's own or live in `texts`.
struct SnapshotRows {
  static constexpr std::int64_t kLasting = 1;
  std::vector<Value> cells;       // columns after columns, row after row
  std::deque<std::string> texts;  // a deque: what is in it never moves

  std::string_view keep(std::string text) { return texts.emplace_back(std::move(text)); }
  void add(Value value) { cells.push_back(value); }
  void add(std::string text) { add(keep(std::move(text))); }
  void add(std::string_view text) { cells.push_back(Value::of(text)); }
  // A text that outlives every statement: SQLite need not copy it.
  void add_lasting(std::string_view text) {
    cells.push_back(Value::of(text));
    cells.back().integer = kLasting;
  }
  static bool is_lasting(const Value& value) { return value.kind == Value::Kind::text && value.integer == kLasting; }
  void add(bool flag) { cells.push_back(Value::of(std::int64_t{flag})); }
  void add(std::int64_t number) { cells.push_back(Value::of(number)); }
  void clear() {
    cells.clear();
    texts.clear();
  }
};

// Puts the next rows in; false: there are no more.
using SnapshotBatches = std::function<bool(SnapshotRows&)>;

struct SnapshotScan {
  // The value that the key column must have; nothing: all rows. Others than these may be left out, or not.
  std::optional<std::string> key = {};
  std::uint64_t columns_used = ~std::uint64_t{0};  // by position; a column that is not used may be null
  bool uses(std::size_t column) const { return column >= 64 || ((columns_used >> column) & 1) != 0; }
};

struct SnapshotTable {
  std::string name;                            // "squall.types"
  std::vector<ResultColumn> columns;           // datatypes by what they hold
  std::size_t hidden_columns = 0;              // the first so many: SELECT * does not show them
  std::optional<std::size_t> key_column = {};  // an equality with it makes a scan short
  std::function<Result<SnapshotRows>(const SnapshotScan&)> snapshot = {};
  // Instead of a snapshot: the rows of large tables a few at a time, as far as somebody reads them.
  std::function<SnapshotBatches(const SnapshotScan&)> batches = {};
};

}  // namespace squall::engine
