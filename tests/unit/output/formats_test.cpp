#include "output/formats.h"

#include <gtest/gtest.h>

#include <sstream>

#include "unit/output/print.h"

namespace squall::output {
namespace {

// A stream whose reader goes away after some bytes.
class ClosingBuffer final : public std::streambuf {
 public:
  explicit ClosingBuffer(std::size_t bytes) : left_(bytes) {}
  std::size_t writes = 0;
  std::size_t largest_write = 0;

 protected:
  std::streamsize xsputn(const char*, std::streamsize size) override {
    const auto bytes = static_cast<std::size_t>(size);
    ++writes;
    largest_write = std::max(largest_write, bytes);
    if (bytes > left_) return 0;
    left_ -= bytes;
    return size;
  }

 private:
  std::size_t left_;
};

// Rows of one long text until the sink refuses; how many it took.
std::size_t rows_taken(RowSink& sink, std::size_t rows_max) {
  const std::string value(100, 'x');
  const Row row = {text(value)};
  for (std::size_t i = 0; i < rows_max; ++i) {
    if (!sink.row(row)) return i;
  }
  return rows_max;
}

const std::vector<ResultColumn> kOneColumn = {{"a", DataType::string}};

TEST(Formats, AreFoundByName) {
  for (const Format& format : formats()) EXPECT_EQ(find_format(format.name), &format);
  EXPECT_EQ(find_format("yaml"), nullptr);
  EXPECT_EQ(find_format(""), nullptr);
}

TEST(Formats, StopWithAnErrorWhenTheStreamTakesNoMore) {
  for (const Format& format : formats()) {
    ClosingBuffer buffer(300'000);
    std::ostream out(&buffer);
    const auto sink = format.make(out, {});
    ASSERT_TRUE(sink->begin(kOneColumn).ok());
    EXPECT_LT(rows_taken(*sink, 100'000), 100'000u) << format.name;
    EXPECT_FALSE(sink->end().ok()) << format.name;
  }
}

TEST(Formats, TurnAStreamsExceptionIntoAnError) {
  ClosingBuffer buffer(0);
  std::ostream out(&buffer);
  out.exceptions(std::ios::badbit);
  const auto sink = find_format("jsonl")->make(out, {});
  ASSERT_TRUE(sink->begin(kOneColumn).ok());
  EXPECT_FALSE(sink->row(Row{text("x")}).ok());
}

TEST(Formats, WriteManyRowsInBlocksThatStaySmall) {
  for (const Format& format : formats()) {
    ClosingBuffer buffer(1'000'000'000);
    std::ostream out(&buffer);
    const auto sink = format.make(out, {});
    ASSERT_TRUE(sink->begin(kOneColumn).ok());
    EXPECT_EQ(rows_taken(*sink, 100'000), 100'000u);
    EXPECT_TRUE(sink->end().ok());
    EXPECT_LT(buffer.largest_write, 70'000u) << format.name;
    EXPECT_LT(buffer.writes, 1'000u) << format.name;
  }
}

// One who waits for a slow list sees that something comes.
TEST(Formats, ShowTheFirstRowAtOnce) {
  for (const std::string_view format : {"csv", "json", "jsonl", "text", "markdown", "line"}) {
    std::ostringstream out;
    const auto sink = find_format(format)->make(out, {});
    ASSERT_TRUE(sink->begin(kOneColumn).ok());
    ASSERT_TRUE(sink->row(Row{text("first")}).ok());
    EXPECT_NE(out.str().find("first"), std::string::npos) << format;
  }
}

TEST(Formats, PrintNothingWhenAStatementFailsBeforeItsFirstRow) {
  for (const Format& format : formats()) {
    std::ostringstream out;
    {
      const auto sink = format.make(out, {});
      ASSERT_TRUE(sink->begin(kOneColumn).ok());
    }
    EXPECT_EQ(out.str(), "") << format.name;
  }
}

TEST(Formats, WriteWhatCameBeforeAFailure) {
  std::ostringstream out;
  {
    const auto sink = find_format("json")->make(out, {});
    ASSERT_TRUE(sink->begin(kOneColumn).ok());
    for (const char* value : {"1", "2", "3"}) ASSERT_TRUE(sink->row(Row{text(value)}).ok());
  }
  EXPECT_EQ(out.str(), "[\n{\"a\":\"1\"},\n{\"a\":\"2\"},\n{\"a\":\"3\"}");
}

TEST(Formats, PrintNoRows) {
  EXPECT_EQ(print("table", kOneColumn, {}), " a\n───\n(0 rows)\n");
  EXPECT_EQ(print("csv", kOneColumn, {}), "a\n");
  EXPECT_EQ(print("json", kOneColumn, {}), "[]\n");
  EXPECT_EQ(print("jsonl", kOneColumn, {}), "");
  EXPECT_EQ(print("text", kOneColumn, {}), "");
  EXPECT_EQ(print("markdown", kOneColumn, {}), "| a |\n| --- |\n");
  EXPECT_EQ(print("line", kOneColumn, {}), "");
}

}  // namespace
}  // namespace squall::output
