// One `column = value` a line and an empty line between rows, as sqlite3's .mode line. Text of several lines goes on
// under its first line.
#include <algorithm>
#include <vector>

#include "output/block_writer.h"
#include "output/sinks.h"
#include "output/utf8.h"
#include "output/value_text.h"

namespace squall::output {
namespace {

constexpr std::string_view kEquals = " = ";

class LineSink final : public RowSink {
 public:
  explicit LineSink(std::ostream& out) : writer_(out) {}

  Status begin(std::span<const ResultColumn> columns) override {
    labels_.clear();
    first_row_ = true;
    std::size_t widest = 0;
    for (const ResultColumn& column : columns) {
      std::string name;
      append_printable(name, column.name, "↵");
      widest = std::max(widest, display_width(name));
      labels_.push_back(std::move(name));
    }
    for (std::string& label : labels_) {
      label.insert(0, widest - display_width(label), ' ');
      label += kEquals;
    }
    line_break_ = "\n" + std::string(widest + kEquals.size(), ' ');
    return {};
  }

  Status row(std::span<const Value> values) override {
    std::string& text = writer_.text();
    if (!first_row_) text += '\n';
    first_row_ = false;
    for (std::size_t i = 0; i < values.size() && i < labels_.size(); ++i) {
      text += labels_[i];
      if (values[i].is_null())
        text += "NULL";
      else
        append_printable(text, values[i], line_break_);
      text += '\n';
    }
    return writer_.row_done();
  }

  Status end() override { return writer_.flush(); }

 private:
  BlockWriter writer_;
  std::vector<std::string> labels_;  // padded, with " = "
  std::string line_break_;
  bool first_row_ = true;
};

}  // namespace

std::unique_ptr<RowSink> make_line(std::ostream& out, const FormatOptions&) { return std::make_unique<LineSink>(out); }

}  // namespace squall::output
