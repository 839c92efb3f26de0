// json (one array a statement, one object a line within it) and jsonl (the lines alone).
//
// Values are printed by their column's declared type: boolean as true and false, array and object nested, integer and
// number as numbers; a text that is not what its type says stays a string. An expression's column prints SQLite's value.
#include <cmath>
#include <set>
#include <vector>

#include "output/block_writer.h"
#include "output/json_syntax.h"
#include "output/sinks.h"
#include "output/value_text.h"

namespace squall::output {
namespace {

// Whether a text is shown as itself, for it is JSON of the declared type.
bool is_of_type(std::string_view text, DataType type) {
  switch (type) {
    case DataType::boolean: return text == "true" || text == "false";
    case DataType::integer:
    case DataType::number: return is_json_number(text);
    case DataType::array:
    case DataType::object: {
      const std::size_t first = text.find_first_not_of(" \t\r\n");
      return first != std::string_view::npos && (text[first] == '[' || text[first] == '{') && is_json(text);
    }
    case DataType::string:
    case DataType::any: return false;
  }
  return false;
}

void append_number(std::string& out, const Value& value, DataType type) {
  const bool truth = type == DataType::boolean && value.kind == Value::Kind::integer;
  if (truth && (value.integer == 0 || value.integer == 1)) {
    out += value.integer == 1 ? "true" : "false";
  } else if (type == DataType::string) {
    out += '"';
    append_value(out, value);
    out += '"';
  } else if (value.kind == Value::Kind::real && !std::isfinite(value.real)) {
    out += "null";
  } else {
    append_value(out, value);
  }
}

void append_json_value(std::string& out, const Value& value, DataType type) {
  switch (value.kind) {
    case Value::Kind::null: out += "null"; return;
    case Value::Kind::integer:
    case Value::Kind::real: append_number(out, value, type); return;
    case Value::Kind::text:
      if (is_of_type(value.text, type))
        append_json_on_one_line(out, value.text);
      else
        append_json_string(out, value.text);
      return;
    case Value::Kind::blob: {
      std::string hex;
      append_value(hex, value);
      append_json_string(out, hex);
      return;
    }
  }
}

// Keys in column order; a repeated name becomes name_2, and name_3 where there is a name_2 already.
std::vector<std::string> distinct_names(std::span<const ResultColumn> columns) {
  std::set<std::string, std::less<>> given;
  for (const ResultColumn& column : columns) given.insert(column.name);
  std::set<std::string, std::less<>> used;
  std::vector<std::string> names;
  for (const ResultColumn& column : columns) {
    std::string name = column.name;
    for (int n = 2; used.contains(name) || (name != column.name && given.contains(name)); ++n) {
      name = column.name + "_" + std::to_string(n);
    }
    used.insert(name);
    names.push_back(std::move(name));
  }
  return names;
}

class JsonSink final : public RowSink {
 public:
  enum class Form { array, lines };
  JsonSink(std::ostream& out, Form form) : writer_(out), form_(form) {}

  Status begin(std::span<const ResultColumn> columns) override {
    columns_.clear();
    rows_ = 0;
    for (const std::string& name : distinct_names(columns)) {
      Column column{columns_.empty() ? "{" : ",", columns[columns_.size()].type};
      append_json_string(column.before, name);
      column.before += ':';
      columns_.push_back(std::move(column));
    }
    return {};
  }

  Status row(std::span<const Value> values) override {
    std::string& text = writer_.text();
    if (form_ == Form::array) text += rows_ == 0 ? "[\n" : ",\n";
    ++rows_;
    for (std::size_t i = 0; i < values.size() && i < columns_.size(); ++i) {
      text += columns_[i].before;
      append_json_value(text, values[i], columns_[i].type);
    }
    text += columns_.empty() ? "{}" : "}";
    if (form_ == Form::lines) text += '\n';
    return writer_.row_done();
  }

  Status end() override {
    if (form_ == Form::array) writer_.text() += rows_ == 0 ? "[]\n" : "\n]\n";
    return writer_.flush();
  }

 private:
  struct Column {
    std::string before;  // {"name": or ,"name":
    DataType type;
  };

  BlockWriter writer_;
  Form form_;
  std::vector<Column> columns_;
  std::size_t rows_ = 0;
};

}  // namespace

std::unique_ptr<RowSink> make_json(std::ostream& out, const FormatOptions&) {
  return std::make_unique<JsonSink>(out, JsonSink::Form::array);
}

std::unique_ptr<RowSink> make_jsonl(std::ostream& out, const FormatOptions&) {
  return std::make_unique<JsonSink>(out, JsonSink::Form::lines);
}

}  // namespace squall::output
