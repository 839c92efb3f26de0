#include "engine/request_cells.h"

#include <charconv>
#include <vector>

#include "base/json_text.h"
#include "engine/cell_values.h"
#include "engine/event_time.h"
#include "schema/mask.h"

namespace squall::engine {

namespace {

std::vector<std::string_view> names_of(std::span<const NamedColumn> columns) {
  std::vector<std::string_view> names;
  for (const NamedColumn& column : columns) names.emplace_back(column.name);
  return names;
}

bool is_time(std::string_view name) { return name == "EventTime" || name == "RetryAfter"; }

// The wire has epoch seconds; some tools write ISO 8601, which stays as it is.
void set_time(sqlite3_context* out, std::string_view raw) {
  double seconds = 0;
  const auto parsed = std::from_chars(raw.data(), raw.data() + raw.size(), seconds);
  if (parsed.ec != std::errc()) return set_json(out, raw);
  const std::string text = event_time_text(seconds);
  if (text.empty()) return sqlite3_result_null(out);
  set_text(out, text);
}

}  // namespace

RequestCells::RequestCells(const catalogue::Catalogue& catalogue, std::span<const NamedColumn> columns)
    : catalogue_(catalogue), columns_(columns), cells_(names_of(columns)) {}

Status RequestCells::column(sqlite3_context* out, std::size_t index) {
  const std::string_view raw = TRY(cells_.raw(index));
  const std::string_view name = columns_[index].name;
  if (raw.empty() || raw == "null") {
    sqlite3_result_null(out);
  } else if (is_time(name)) {
    set_time(out, raw);
  } else if (name == "ResourceModel" && raw.front() == '"') {
    set_model(out, raw);
  } else {
    set_json(out, raw);
  }
  return {};
}

// A document inside a string.
void RequestCells::set_model(sqlite3_context* out, std::string_view raw) {
  std::vector<std::string> write_only;
  const auto type_name = cells_.raw(0);
  if (type_name && type_name->starts_with('"')) {
    if (const auto type = catalogue_.find_type(json_unquote(*type_name))) {
      for (std::string_view path : type->write_only()) write_only.emplace_back(path);
    }
  }
  const std::string model = schema::mask_model(json_unquote(raw), write_only);
  if (model.starts_with('{')) return set_json(out, model);
  set_text(out, model);
}

}  // namespace squall::engine
