#include "engine/changes/outcomes.h"

#include <algorithm>

#include "engine/call_errors.h"

namespace squall::engine {

namespace {

std::string counted(std::size_t number, const char* what) {
  return std::to_string(number) + (number == 1 ? " resource " : " resources ") + what;
}

}  // namespace

void OutcomeCounts::add(const std::vector<ReturnedChange>& changes) {
  for (const ReturnedChange& change : changes) {
    const std::string status = status_of(change);
    if (status == "UNCHANGED") ++unchanged_;
    if (status == "NOT_FOUND") ++not_found_;
    if (status == "IN_PROGRESS" || status == "PENDING") ++under_way_;
    if (status != "SUCCESS") continue;
    switch (change.planned->change.operation) {
      case provider::ChangeOperation::create: ++created_; break;
      case provider::ChangeOperation::update: ++updated_; break;
      case provider::ChangeOperation::delete_: ++deleted_; break;
    }
  }
}

std::string OutcomeCounts::text() const {
  std::string text;
  const auto add = [&text](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  if (created_ > 0) add(counted(created_, "created"));
  if (updated_ > 0) add(counted(updated_, "updated"));
  if (deleted_ > 0) add(counted(deleted_, "deleted"));
  if (under_way_ > 0) add(std::to_string(under_way_) + " under way");
  if (unchanged_ > 0) add(std::to_string(unchanged_) + " unchanged");
  if (not_found_ > 0) add(std::to_string(not_found_) + " not found");
  return text.empty() ? "0 resources changed" : text;
}

std::optional<Error> failure_of(const std::vector<ReturnedChange>& changes) {
  constexpr std::size_t kShownMax = 10;
  std::vector<Error> errors;
  for (const ReturnedChange& change : changes) {
    if (change.outcome.error) errors.push_back(*change.outcome.error);
  }
  if (errors.empty()) return std::nullopt;
  if (changes.size() == 1) return errors.front();
  Error error = errors.front();
  const bool interrupted =
      std::all_of(errors.begin(), errors.end(), [](const Error& each) { return each.kind == ErrorKind::interrupted; });
  if (!interrupted && error.kind == ErrorKind::interrupted) error.kind = ErrorKind::service;
  OutcomeCounts counts;
  counts.add(changes);
  error.message = std::to_string(errors.size()) + " of " + std::to_string(changes.size()) +
                  (changes.size() == 1 ? " change" : " changes") + " failed (" + counts_by_code(errors) + "); " +
                  counts.text();
  for (std::size_t i = 0; i < errors.size() && i < kShownMax; ++i) error.message += "\n  " + errors[i].message;
  if (errors.size() > kShownMax) error.message += "\n  … and " + std::to_string(errors.size() - kShownMax) + " more";
  error.operation.clear();
  error.region.clear();
  error.request_id.clear();
  error.code.clear();
  return error;
}

std::string done_and_not_done(const OutcomeCounts& counts, std::size_t statements_left) {
  return "done: " + counts.text() + "; not begun: " + std::to_string(statements_left) +
         (statements_left == 1 ? " statement" : " statements") + "; local tables were rolled back";
}

std::string shortened(std::string_view statement) {
  constexpr std::size_t kMax = 60;
  std::string text;
  for (const char c : statement) {
    const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (space && (text.empty() || text.back() == ' ')) continue;
    text += space ? ' ' : c;
  }
  if (text.size() <= kMax) return text;
  std::size_t end = kMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + "…";
}

}  // namespace squall::engine
