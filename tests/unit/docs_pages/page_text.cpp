#include "unit/docs_pages/page_text.h"

#include <algorithm>

namespace squall::docs_pages {

namespace {

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string trimmed(std::string text) {
  const auto begin = text.find_first_not_of(" `");
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(" `") - begin + 1);
}

// <CopyableCode code="x" /> is x; all other tags are nothing.
std::string without_tags(std::string_view html) {
  std::string text;
  while (!html.empty()) {
    if (html.front() != '<') {
      text += html.front();
      html.remove_prefix(1);
      continue;
    }
    const std::string_view tag = html.substr(0, html.find('>') + 1);
    if (const auto code = tag.find("code=\""); code != std::string_view::npos)
      text += tag.substr(code + 6, tag.find('"', code + 6) - code - 6);
    html.remove_prefix(tag.size());
  }
  return trimmed(text);
}

std::vector<std::string> between(std::string_view text, std::string_view open, std::string_view close) {
  std::vector<std::string> parts;
  for (auto at = text.find(open); at != std::string_view::npos; at = text.find(open, at)) {
    const auto begin = text.find('>', at) + 1;
    const auto end = text.find(close, begin);
    parts.emplace_back(text.substr(begin, end - begin));
    at = end;
  }
  return parts;
}

Rows html_rows(std::string_view section) {
  Rows rows;
  for (const std::string& row : between(section, "<tr", "</tr>")) {
    std::vector<std::string> cells;
    for (const char* kind : {"th", "td"}) {
      for (const std::string& cell : between(row, std::string("<") + kind, std::string("</") + kind + ">"))
        cells.push_back(without_tags(cell));
    }
    rows.push_back(std::move(cells));
  }
  return rows;
}

Rows markdown_rows(std::string_view section) {
  Rows rows;
  for (const std::string& line : lines_of(section)) {
    if (!line.starts_with("|") || line.starts_with("| ---")) continue;
    std::vector<std::string> cells;
    std::string cell;
    for (std::size_t i = 1; i < line.size(); ++i) {
      if (line[i] == '|' && line[i - 1] != '\\') {
        cells.push_back(trimmed(cell));
        cell.clear();
      } else {
        cell += line[i];
      }
    }
    rows.push_back(std::move(cells));
  }
  return rows;
}

}  // namespace

std::string section(std::string_view page, std::string_view title) {
  std::string text;
  bool inside = false;
  for (const std::string& line : lines_of(page)) {
    if (line.starts_with("## "))
      inside = line == "## " + std::string(title);
    else if (inside)
      text += line + "\n";
  }
  return text;
}

Rows table_rows(std::string_view section) {
  Rows rows = section.find("<table") == std::string_view::npos ? markdown_rows(section) : html_rows(section);
  std::erase_if(rows, [](const std::vector<std::string>& row) {
    return std::all_of(row.begin(), row.end(), [](const std::string& cell) { return cell.empty(); });
  });
  return rows;
}

std::vector<Block> fenced_blocks(std::string_view section) {
  std::vector<Block> blocks;
  std::string heading;
  bool inside = false;
  for (const std::string& line : lines_of(section)) {
    if (line.starts_with("```")) {
      inside = !inside;
      if (inside) blocks.push_back({heading, {}});
    } else if (inside) {
      blocks.back().text += line + "\n";
    } else if (line.starts_with("### ")) {
      heading = line.substr(4);
    }
  }
  return blocks;
}

}  // namespace squall::docs_pages
