#include "sql/caret.h"

#include <algorithm>
#include <vector>

namespace squall::sql {
namespace {

constexpr std::size_t kWidthMax = 100;      // code points of a line that are shown
constexpr std::size_t kContextBefore = 40;  // of these, before the place when the line is cut

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// Where the code points of a line begin, and its end. Stray continuation bytes count with what is before them.
std::vector<std::size_t> code_points(std::string_view line) {
  std::vector<std::size_t> begins;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (begins.empty() || !is_continuation(line[i])) begins.push_back(i);
  }
  begins.push_back(line.size());
  return begins;
}

// The index of the code point that holds a byte; the number of code points for the line's end.
std::size_t index_of(const std::vector<std::size_t>& begins, std::size_t byte) {
  return static_cast<std::size_t>(std::upper_bound(begins.begin(), begins.end(), byte) - begins.begin()) - 1;
}

std::string without_control_characters(std::string_view text) {
  std::string clean(text);
  for (char& c : clean) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  return clean;
}

struct Line {
  std::size_t begin;
  std::size_t end;
  std::size_t number;  // from 1
};

Line line_at(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const std::size_t newline = before.rfind('\n');
  const std::size_t begin = newline == std::string_view::npos ? 0 : newline + 1;
  std::size_t end = std::min(text.find('\n', offset), text.size());
  if (end > begin && text[end - 1] == '\r') --end;
  return {begin, end, 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'))};
}

}  // namespace

std::string caret_lines(std::string_view text, std::size_t offset, std::size_t length) {
  offset = std::min(offset, text.size());
  const Line line = line_at(text, offset);
  const std::string_view shown = text.substr(line.begin, line.end - line.begin);
  const std::vector<std::size_t> begins = code_points(shown);
  const std::size_t total = begins.size() - 1;

  const std::size_t byte = std::min(offset - line.begin, shown.size());
  const std::size_t byte_end = byte + std::min(length, shown.size() - byte);
  const std::size_t first = index_of(begins, byte);
  const auto last = static_cast<std::size_t>(std::lower_bound(begins.begin(), begins.end(), byte_end) - begins.begin());

  std::size_t from = 0;
  if (total > kWidthMax && first > kContextBefore) from = std::min(first - kContextBefore, total - kWidthMax);
  const std::size_t to = std::min(total, from + kWidthMax);
  const bool cut_before = from > 0;

  std::string result;
  if (text.find('\n') < text.find_last_not_of(" \t\r\n;")) result = "line " + std::to_string(line.number) + ":\n";
  result += "  ";
  if (cut_before) result += "…";
  result += without_control_characters(shown.substr(begins[from], begins[to] - begins[from]));
  if (to < total) result += "…";
  result += "\n  ";
  result.append(first - from + (cut_before ? 1 : 0), ' ');
  const std::size_t carets_end = std::min(last, to);
  result.append(carets_end > first ? carets_end - first : 1, '^');
  return result;
}

}  // namespace squall::sql
