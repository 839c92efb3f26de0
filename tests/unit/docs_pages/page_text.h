// A page taken apart for tests: sections by heading, tables as rows of plain cells, fenced blocks.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace squall::docs_pages {

using Rows = std::vector<std::vector<std::string>>;

struct Block {
  std::string heading;  // of the third level above it; empty: none
  std::string text;     // inside the fence
  friend bool operator==(const Block&, const Block&) = default;
};

// What stands between the heading `## title` and the next of its level; empty: no such section.
std::string section(std::string_view page, std::string_view title);

// The rows of a section's table, of Markdown (without the line under the head) or of HTML; markup is taken off. A row of
// empty cells is left out.
Rows table_rows(std::string_view section);

std::vector<Block> fenced_blocks(std::string_view section);

}  // namespace squall::docs_pages
