// RFC 4180 with LF line ends. NULL is an empty field, an empty text is "".
#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "output/block_writer.h"
#include "output/sinks.h"
#include "output/value_text.h"

namespace squall::output {
namespace {

using Characters = std::array<bool, 256>;

Characters special_characters(char delimiter) {
  Characters special{};
  for (const char c : {delimiter, '"', '\n', '\r'}) special[static_cast<unsigned char>(c)] = true;
  return special;
}

class CsvSink final : public RowSink {
 public:
  CsvSink(std::ostream& out, const FormatOptions& options)
      : writer_(out),
        header_(options.header),
        delimiter_(options.delimiter),
        delimiter_in_values_(is_ascii_alnum(delimiter_) ||
                             std::string_view("+-.\\").find(delimiter_) != std::string_view::npos),
        special_(special_characters(options.delimiter)) {}

  // The header waits for the first row or the end, so that a statement that fails at once prints nothing.
  Status begin(std::span<const ResultColumn> columns) override {
    heading_.clear();
    if (!header_) return {};
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (i > 0) heading_ += delimiter_;
      append_text(heading_, columns[i].name);
    }
    heading_ += '\n';
    return {};
  }

  Status row(std::span<const Value> values) override {
    append_heading();
    std::string& text = writer_.text();
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (i > 0) text += delimiter_;
      append_field(text, values[i]);
    }
    text += '\n';
    return writer_.row_done();
  }

  Status end() override {
    append_heading();
    return writer_.flush();
  }

 private:
  void append_heading() {
    writer_.text() += heading_;
    heading_.clear();
  }

  void append_field(std::string& out, const Value& value) const {
    if (value.kind == Value::Kind::text) return append_text(out, value.text);
    const std::size_t begin = out.size();
    append_value(out, value);
    if (!delimiter_in_values_ || out.find(delimiter_, begin) == std::string::npos) return;
    out.insert(begin, 1, '"');
    out += '"';
  }

  void append_text(std::string& out, std::string_view text) const {
    const auto is_special = [this](char c) { return special_[static_cast<unsigned char>(c)]; };
    if (!text.empty() && std::none_of(text.begin(), text.end(), is_special)) {
      out += text;
      return;
    }
    out += '"';
    for (const char c : text) {
      if (c == '"') out += '"';
      out += c;
    }
    out += '"';
  }

  BlockWriter writer_;
  bool header_;
  char delimiter_;
  bool delimiter_in_values_;  // a number or a blob may hold it: `-` or `1`
  Characters special_;        // what makes quotes necessary
  std::string heading_;       // not yet written
};

}  // namespace

std::unique_ptr<RowSink> make_csv(std::ostream& out, const FormatOptions& options) {
  return std::make_unique<CsvSink>(out, options);
}

}  // namespace squall::output
