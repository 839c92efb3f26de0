#include "engine/row_cells.h"

#include <simdjson.h>

#include <algorithm>

namespace squall::engine {

namespace {

namespace ondemand = simdjson::ondemand;

ondemand::parser& thread_parser() {
  static thread_local ondemand::parser parser;
  return parser;
}

Error broken(simdjson::error_code code) {
  return data_error(std::string("Properties of a resource are not a JSON object (") + simdjson::error_message(code) +
                    ")");
}

}  // namespace

bool shows_all(std::string_view properties, const std::vector<std::string>& names) {
  if (names.empty()) return true;
  ondemand::document document;
  ondemand::object root;
  const std::size_t readable = properties.size() + simdjson::SIMDJSON_PADDING;
  if (thread_parser().iterate(properties.data(), properties.size(), readable).get(document) != simdjson::SUCCESS ||
      document.get_object().get(root) != simdjson::SUCCESS)
    return false;
  std::size_t shown = 0;
  for (auto field : root) {
    std::string_view key;
    std::string_view text;
    ondemand::value value;
    if (field.unescaped_key().get(key) != simdjson::SUCCESS) return false;
    if (std::find(names.begin(), names.end(), key) == names.end()) continue;
    if (field.value().get(value) != simdjson::SUCCESS || simdjson::to_json_string(value).get(text) != simdjson::SUCCESS)
      return false;
    shown += text == "null" || text == "[]" || text == "{}" ? 0 : 1;
  }
  return shown == names.size();
}

RowCells::RowCells(std::vector<std::string_view> names) : names_(std::move(names)), raw_(names_.size()) {}

RowCells::RowCells(const catalogue::ResourceType& type) {
  for (std::size_t i = 0; i < type.property_count(); ++i) names_.push_back(type.property(i).name);
  raw_.resize(names_.size());
}

void RowCells::set_row(std::string_view properties) {
  properties_ = properties;
  located_ = false;
}

Result<std::string_view> RowCells::raw(std::size_t property) {
  if (!located_) TRY(locate());
  return raw_[property];
}

Status RowCells::locate() {
  std::fill(raw_.begin(), raw_.end(), std::string_view());
  ondemand::document document;
  if (auto code = thread_parser()
                      .iterate(properties_.data(), properties_.size(), properties_.size() + simdjson::SIMDJSON_PADDING)
                      .get(document)) {
    return broken(code);
  }
  ondemand::object root;
  if (auto code = document.get_object().get(root)) return broken(code);
  std::size_t guess = 0;  // AWS answers mostly in the schema's order
  for (auto field : root) {
    std::string_view key;
    if (auto code = field.unescaped_key().get(key)) return broken(code);
    std::size_t index = guess < names_.size() && names_[guess] == key ? guess : names_.size();
    if (index == names_.size()) {
      index = static_cast<std::size_t>(std::find(names_.begin(), names_.end(), key) - names_.begin());
    }
    ondemand::value value;
    if (auto code = field.value().get(value)) return broken(code);
    std::string_view text;
    if (auto code = simdjson::to_json_string(value).get(text)) return broken(code);
    if (index == names_.size()) continue;  // newer than the catalogue
    raw_[index] = text;
    guess = index + 1;
  }
  located_ = true;
  return {};
}

}  // namespace squall::engine
