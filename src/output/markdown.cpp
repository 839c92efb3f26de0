// A table of GitHub's Markdown. What Markdown or HTML would read in a value is escaped.
#include "output/block_writer.h"
#include "output/sinks.h"
#include "output/value_text.h"

namespace squall::output {
namespace {

void append_escaped_markdown(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '<': out += "&lt;"; break;
      case '&': out += "&amp;"; break;
      case '\\':
      case '|':
      case '*':
      case '`':
      case '[':
      case '~': out += '\\'; [[fallthrough]];
      default: out += c;
    }
  }
}

// Line breaks become <br>, which must not be escaped again, so text is escaped line by line.
void append_cell(std::string& out, const Value& value) {
  if (value.is_null()) {
    out += "NULL";
    return;
  }
  if (value.kind != Value::Kind::text) return append_value(out, value);
  std::string_view rest = value.text;
  for (;;) {
    const std::size_t newline = rest.find('\n');
    std::string_view line = rest.substr(0, newline);
    if (newline != std::string_view::npos && line.ends_with('\r')) line.remove_suffix(1);
    std::string printable;
    append_printable(printable, line, "");
    append_escaped_markdown(out, printable);
    if (newline == std::string_view::npos) return;
    out += "<br>";
    rest.remove_prefix(newline + 1);
  }
}

class MarkdownSink final : public RowSink {
 public:
  explicit MarkdownSink(std::ostream& out) : writer_(out) {}

  // The header waits for the first row or the end, so that a statement that fails at once prints nothing.
  Status begin(std::span<const ResultColumn> columns) override {
    heading_ = "|";
    std::string rule = "|";
    for (const ResultColumn& column : columns) {
      heading_ += ' ';
      append_cell(heading_, Value::of(std::string_view(column.name)));
      heading_ += " |";
      rule += column.type == DataType::integer || column.type == DataType::number ? " ---: |" : " --- |";
    }
    heading_ += '\n' + rule + '\n';
    return {};
  }

  Status row(std::span<const Value> values) override {
    append_heading();
    std::string& text = writer_.text();
    text += '|';
    for (const Value& value : values) {
      text += ' ';
      append_cell(text, value);
      text += " |";
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

  BlockWriter writer_;
  std::string heading_;  // not yet written
};

}  // namespace

std::unique_ptr<RowSink> make_markdown(std::ostream& out, const FormatOptions&) {
  return std::make_unique<MarkdownSink>(out);
}

}  // namespace squall::output
