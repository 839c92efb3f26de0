#include "output/formats.h"

#include <algorithm>

#include "output/sinks.h"

namespace squall::output {
namespace {

constexpr Format kFormats[] = {
    {"table", "aligned columns, for people", make_table},
    {"csv", "RFC 4180 with a header line", make_csv},
    {"json", "one array of objects a statement", make_json},
    {"jsonl", "one object a line", make_jsonl},
    {"text", "values separated by tabs, for scripts", make_text},
    {"markdown", "a table for a page or an issue", make_markdown},
    {"line", "one column = value a line, for wide rows", make_line},
};

}  // namespace

std::span<const Format> formats() { return kFormats; }

const Format* find_format(std::string_view name) {
  const auto found =
      std::find_if(std::begin(kFormats), std::end(kFormats), [&](const Format& format) { return format.name == name; });
  return found == std::end(kFormats) ? nullptr : &*found;
}

}  // namespace squall::output
