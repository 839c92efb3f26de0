#include "engine/changes/change_rows.h"

#include <array>
#include <nlohmann/json.hpp>

#include "engine/changes/json_document.h"

namespace squall::engine {

namespace {

void mask(Json& node, std::string_view path) {
  const auto end = path.find('/');
  const std::string step(path.substr(0, end));
  if (step == "*") {
    if (!node.is_array()) return;
    for (Json& element : node) {
      if (end == std::string_view::npos)
        element = "***";
      else
        mask(element, path.substr(end + 1));
    }
    return;
  }
  if (!node.is_object() || !node.contains(step)) return;
  if (end == std::string_view::npos)
    node[step] = "***";
  else
    mask(node[step], path.substr(end + 1));
}

std::string masked_model(const catalogue::ResourceType& type, const std::string& text) {
  Json model = Json::parse(text, nullptr, false);
  if (model.is_discarded()) return "***";
  for (std::string_view path : type.write_only()) mask(model, path);
  return document_text(model);
}

// A value under a write-only path, or one that holds such a path.
std::string masked_patch(const catalogue::ResourceType& type, const std::string& text) {
  Json patch = Json::parse(text, nullptr, false);
  if (!patch.is_array()) return "***";
  for (Json& operation : patch) {
    if (!operation.is_object() || !operation.contains("value") || !operation.contains("path")) continue;
    const std::string path = operation["path"].is_string() ? operation["path"].get<std::string>() : std::string();
    const std::string property = path.substr(path.starts_with('/') ? 1 : 0);
    for (std::string_view secret : type.write_only()) {
      const std::string top = property.substr(0, property.find('/'));
      if (secret.substr(0, secret.find('/')) == top || property.empty()) operation["value"] = "***";
    }
  }
  return document_text(patch);
}

Status show_change(const ChangePlan& plan, const PlannedChange& planned, RowSink& sink) {
  const catalogue::ResourceType& type = plan.shape->table.type;
  const provider::Change& change = planned.change;
  const std::string before = planned.before.empty() ? "" : masked_model(type, planned.before);
  const std::string after = planned.after.empty() ? "" : masked_model(type, planned.after);
  const std::string patch = change.patch_document.empty() ? "" : masked_patch(type, change.patch_document);
  std::string warnings;
  for (const std::string& text : planned.warnings) warnings += (warnings.empty() ? "" : "\n") + text;
  for (const std::string& text : plan.notices) warnings += (warnings.empty() ? "" : "\n") + text;
  const auto text_or_null = [](const std::string& text) { return text.empty() ? Value::null() : Value::of(text); };
  const std::array<Value, 8> row = {Value::of(std::string_view(planned.unchanged ? "UNCHANGED" : name_of(change.operation))),
                                    Value::of(std::string_view(plan.shape->name)),
                                    Value::of(std::string_view(change.region)),
                                    text_or_null(change.identifier.empty() ? change.expected_identifier : change.identifier),
                                    text_or_null(before),
                                    text_or_null(after),
                                    text_or_null(patch),
                                    text_or_null(warnings)};
  return sink.row(row);
}

}  // namespace

Status show_changes(const std::vector<const ChangePlan*>& plans, RowSink& sink) {
  const std::array<ResultColumn, 8> columns = {{{"operation", DataType::string},
                                                {"resource", DataType::string},
                                                {"region", DataType::string},
                                                {"identifier", DataType::string},
                                                {"before", DataType::object},
                                                {"after", DataType::object},
                                                {"patch", DataType::array},
                                                {"warnings", DataType::string}}};
  TRY(sink.begin(columns));
  for (const ChangePlan* plan : plans) {
    for (const PlannedChange& planned : plan->changes) TRY(show_change(*plan, planned, sink));
  }
  return sink.end();
}

}  // namespace squall::engine
