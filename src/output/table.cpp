// Aligned columns for people:
//
//    region    │ image_name │ version
//   ───────────┼────────────┼─────────
//    us-east-1 │ base       │       1
//   (1 row)
//
// The first rows are held back to learn the widths; when there are too many of them the widths are final, and later rows
// go out as they come, so that memory stays flat. A later cell that is wider pushes its own line to the right.
#include <algorithm>
#include <vector>

#include "output/block_writer.h"
#include "output/sinks.h"
#include "output/utf8.h"
#include "output/value_text.h"

namespace squall::output {
namespace {

constexpr std::size_t kHeldRowsMax = 10'000;
constexpr std::size_t kHeldBytesMax = 16 * 1024 * 1024;
constexpr std::size_t kNarrowedWidthMin = 8;  // a column is not cut below this
constexpr std::size_t kFrameWidth = 3;        // " │" and " " beside a cell
constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kDim = "\x1b[2m";
constexpr std::string_view kPlain = "\x1b[0m";

void append_repeated(std::string& out, std::string_view piece, std::size_t times) {
  for (std::size_t i = 0; i < times; ++i) out += piece;
}

// Lowers the widest widths to one common limit so that all fit the terminal, as far as kNarrowedWidthMin allows.
void fit_widths(std::vector<std::size_t>& widths, std::size_t terminal_width) {
  const auto total_under = [&](std::size_t limit) {
    std::size_t total = 0;
    for (const std::size_t width : widths) total += std::min(width, limit) + kFrameWidth;
    return total - 1;  // no bar behind the last column
  };
  std::size_t low = kNarrowedWidthMin;
  std::size_t high = std::max(low, *std::max_element(widths.begin(), widths.end()));
  while (low < high) {  // the largest limit that fits
    const std::size_t middle = high - (high - low) / 2;
    if (total_under(middle) <= terminal_width)
      low = middle;
    else
      high = middle - 1;
  }
  for (std::size_t& width : widths) width = std::min(width, low);
}

class TableSink final : public RowSink {
 public:
  TableSink(std::ostream& out, const FormatOptions& options) : writer_(out), options_(options) {}

  Status begin(std::span<const ResultColumn> columns) override {
    columns_.clear();
    held_.clear();
    held_text_.clear();
    rows_ = 0;
    frozen_ = false;
    for (const ResultColumn& column : columns) {
      Column& added = columns_.emplace_back();
      append_printable(added.name, column.name, "↵");
      added.right = column.type == DataType::integer || column.type == DataType::number;
      added.by_values = column.type == DataType::any;
      added.width = options_.header ? display_width(added.name) : 1;
    }
    return {};
  }

  Status row(std::span<const Value> values) override {
    ++rows_;
    if (!frozen_) return hold(values);
    for (std::size_t i = 0; i < values.size() && i < columns_.size(); ++i) {
      scratch_.clear();
      append_cell_text(scratch_, values[i]);
      append_cell(i, scratch_, display_width(scratch_), values[i].is_null());
    }
    return writer_.row_done();
  }

  Status end() override {
    if (!frozen_) TRY(release());
    if (options_.header) writer_.text() += "(" + std::to_string(rows_) + (rows_ == 1 ? " row)\n" : " rows)\n");
    return writer_.flush();
  }

 private:
  struct Column {
    std::string name;
    std::size_t width = 0;
    bool right = false;      // numbers
    bool by_values = false;  // no declared type: right if all values are numbers
    bool seen_number = false;
    bool seen_other = false;
  };
  struct HeldCell {
    std::size_t bytes;  // of held_text_
    std::size_t width;
    bool null;
  };

  static void append_cell_text(std::string& out, const Value& value) {
    if (value.is_null())
      out += "NULL";
    else
      append_printable(out, value, "↵");
  }

  Status hold(std::span<const Value> values) {
    for (std::size_t i = 0; i < values.size() && i < columns_.size(); ++i) {
      const std::size_t begin = held_text_.size();
      append_cell_text(held_text_, values[i]);
      const std::size_t width = display_width(std::string_view(held_text_).substr(begin));
      held_.push_back({held_text_.size() - begin, width, values[i].is_null()});
      learn(columns_[i], values[i], width);
    }
    const std::size_t bytes = held_text_.size() + held_.size() * sizeof(HeldCell);
    return rows_ >= kHeldRowsMax || bytes >= kHeldBytesMax ? release() : Status();
  }

  static void learn(Column& column, const Value& value, std::size_t width) {
    column.width = std::max(column.width, width);
    const bool number = value.kind == Value::Kind::integer || value.kind == Value::Kind::real;
    if (number)
      column.seen_number = true;
    else if (!value.is_null())
      column.seen_other = true;
  }

  // Fixes the widths and writes the header and the rows held back.
  Status release() {
    frozen_ = true;
    freeze_columns();
    if (options_.header) append_header();
    std::size_t at = 0;
    for (std::size_t i = 0; i < held_.size(); ++i) {
      const std::size_t column = i % columns_.size();
      append_cell(column, std::string_view(held_text_).substr(at, held_[i].bytes), held_[i].width, held_[i].null);
      at += held_[i].bytes;
      if (column + 1 == columns_.size()) TRY(writer_.row_done());
    }
    held_ = {};
    held_text_ = {};
    return {};
  }

  void freeze_columns() {
    if (columns_.empty()) return;
    std::vector<std::size_t> widths;
    for (const Column& column : columns_) widths.push_back(column.width);
    if (options_.width > 0) fit_widths(widths, options_.width);
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      Column& column = columns_[i];
      column.width = widths[i];
      if (column.by_values) column.right = column.seen_number && !column.seen_other;
    }
  }

  void append_header() {
    if (options_.color) writer_.text() += kBold;
    for (std::size_t i = 0; i < columns_.size(); ++i)
      append_cell(i, columns_[i].name, display_width(columns_[i].name), false);
    std::string& text = writer_.text();
    if (options_.color) {
      text.insert(text.size() - 1, kPlain);  // before the line's end
      text += kDim;
    }
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (i > 0) text += "┼";
      append_repeated(text, "─", columns_[i].width + 2);
    }
    if (options_.color) text += kPlain;
    text += '\n';
  }

  // One cell with what is beside it; the last of a row ends the line and is not padded.
  void append_cell(std::size_t index, std::string_view cell, std::size_t width, bool null) {
    const Column& column = columns_[index];
    std::string& text = writer_.text();
    std::string cut;
    if (options_.width > 0 && width > column.width) {
      cut = cut_to_width(cell, column.width);
      cell = cut;
      width = display_width(cell);
    }
    const std::size_t padding = width < column.width ? column.width - width : 0;
    const bool last = index + 1 == columns_.size();
    const bool dim = null && options_.color;
    text += index == 0 ? " " : "│ ";
    if (column.right) text.append(padding, ' ');
    if (dim) text += kDim;
    text += cell;
    if (dim) text += kPlain;
    if (!column.right && !last) text.append(padding, ' ');
    text += last ? '\n' : ' ';
  }

  BlockWriter writer_;
  FormatOptions options_;
  std::vector<Column> columns_;
  std::vector<HeldCell> held_;
  std::string held_text_;  // the cells of held_, one behind the other
  std::string scratch_;
  std::size_t rows_ = 0;
  bool frozen_ = false;
};

}  // namespace

std::unique_ptr<RowSink> make_table(std::ostream& out, const FormatOptions& options) {
  return std::make_unique<TableSink>(out, options);
}

}  // namespace squall::output
