#include "engine/scan_recorder.h"

#include <charconv>

namespace squall::engine {

std::string ScanRecorder::add(RecordedScan scan) {
  scans_.push_back(std::move(scan));
  return "#" + std::to_string(scans_.size() - 1);
}

RecordedScan* ScanRecorder::find(std::string_view plan_text) {
  const auto mark = plan_text.rfind('#');
  if (mark == std::string_view::npos) return nullptr;
  std::size_t number = 0;
  const auto parsed = std::from_chars(plan_text.data() + mark + 1, plan_text.data() + plan_text.size(), number);
  return parsed.ec == std::errc() && number < scans_.size() ? &scans_[number] : nullptr;
}

void ScanRecorder::enter(std::string_view plan_text, std::span<const PlannedRequest> requests) {
  for (const PlannedRequest& request : requests) enter(plan_text, request.scan);
}

void ScanRecorder::enter(std::string_view plan_text, const provider::ScanRequest& request) {
  RecordedScan* scan = find(plan_text);
  if (scan == nullptr) return;
  std::string key;
  for (const std::string* part : {&request.profile, &request.region, &request.type_name, &request.identifier,
                                  &request.resource_model, &request.request_filter})
    key += *part + '\n';
  scan->requests.insert(std::move(key));
  scan->regions.insert(request.region);
}

}  // namespace squall::engine
