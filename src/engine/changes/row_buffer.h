// The rows of a change's own query, kept: the changes are made of them once the query has ended.
#pragma once

#include <string>
#include <vector>

#include "base/row_sink.h"

namespace squall::engine {

// A Value that owns its text.
struct OwnedValue {
  Value::Kind kind = Value::Kind::null;
  std::int64_t integer = 0;
  double real = 0;
  std::string text = {};

  static OwnedValue of(const Value& value) {
    return {.kind = value.kind, .integer = value.integer, .real = value.real, .text = std::string(value.text)};
  }
  bool is_null() const { return kind == Value::Kind::null; }
  // As SQLite would cast it to TEXT; empty for NULL.
  std::string as_text() const;
};

class RowBuffer final : public RowSink {
 public:
  Status begin(std::span<const ResultColumn> columns) override {
    columns_.assign(columns.begin(), columns.end());
    return {};
  }
  Status row(std::span<const Value> values) override {
    std::vector<OwnedValue> owned;
    owned.reserve(values.size());
    for (const Value& value : values) owned.push_back(OwnedValue::of(value));
    rows_.push_back(std::move(owned));
    return {};
  }
  Status end() override { return {}; }

  const std::vector<ResultColumn>& columns() const { return columns_; }
  const std::vector<std::vector<OwnedValue>>& rows() const { return rows_; }

 private:
  std::vector<ResultColumn> columns_;
  std::vector<std::vector<OwnedValue>> rows_;
};

}  // namespace squall::engine
