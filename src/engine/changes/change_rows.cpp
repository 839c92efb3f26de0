#include "engine/changes/change_rows.h"

#include <array>

#include "schema/mask.h"

namespace squall::engine {

namespace {

Status show_change(const ChangePlan& plan, const PlannedChange& planned, RowSink& sink) {
  std::vector<std::string> write_only;
  for (std::string_view path : plan.shape->table.type.write_only()) write_only.emplace_back(path);
  const provider::Change& change = planned.change;
  const std::string before = planned.before.empty() ? "" : schema::mask_model(planned.before, write_only);
  const std::string after = planned.after.empty() ? "" : schema::mask_model(planned.after, write_only);
  const std::string patch = change.patch_document.empty() ? "" : schema::mask_patch(change.patch_document, write_only);
  std::string warnings;
  for (const std::string& text : planned.warnings) warnings += (warnings.empty() ? "" : "\n") + text;
  for (const std::string& text : plan.notices) warnings += (warnings.empty() ? "" : "\n") + text;
  const auto text_or_null = [](const std::string& text) { return text.empty() ? Value::null() : Value::of(text); };
  const std::array<Value, 8> row = {
      Value::of(std::string_view(planned.unchanged ? "UNCHANGED" : name_of(change.operation))),
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
