// Values separated by tabs, one row a line, no header: for `read`, cut and awk, as `aws --output text`.
//
// The only value of a row is printed as it is, so that $(squall exec -o text "SELECT policy …") is the policy. Among
// several, tabs and line breaks within a value become \t, \n and \r.
#include "output/block_writer.h"
#include "output/sinks.h"
#include "output/value_text.h"

namespace squall::output {
namespace {

void append_unbroken(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '\t': out += "\\t"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      default: out += c;
    }
  }
}

class TextSink final : public RowSink {
 public:
  explicit TextSink(std::ostream& out) : writer_(out) {}

  Status begin(std::span<const ResultColumn>) override { return {}; }

  Status row(std::span<const Value> values) override {
    std::string& text = writer_.text();
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (i > 0) text += '\t';
      if (values.size() > 1 && values[i].kind == Value::Kind::text)
        append_unbroken(text, values[i].text);
      else
        append_value(text, values[i]);
    }
    text += '\n';
    return writer_.row_done();
  }

  Status end() override { return writer_.flush(); }

 private:
  BlockWriter writer_;
};

}  // namespace

std::unique_ptr<RowSink> make_text(std::ostream& out, const FormatOptions&) { return std::make_unique<TextSink>(out); }

}  // namespace squall::output
