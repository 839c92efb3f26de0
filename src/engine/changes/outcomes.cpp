#include "engine/changes/outcomes.h"

#include <algorithm>

#include "engine/call_errors.h"
#include "schema/mask.h"

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

namespace {

// Which of the statement's changes an error is of.
std::string subject_of(const ReturnedChange& change, std::size_t index) {
  const provider::Change& planned = change.planned->change;
  for (const std::string* identifier :
       {&planned.identifier, &change.outcome.event.identifier, &planned.expected_identifier}) {
    if (!identifier->empty()) return *identifier + " in " + planned.region;
  }
  return "row " + std::to_string(index + 1);
}

std::vector<std::size_t> failed_places(const std::vector<ReturnedChange>& changes) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (changes[i].outcome.error) places.push_back(i);
  }
  return places;
}

// Ctrl-C: nothing failed, but not all is done.
Error interruption_of(const std::vector<ReturnedChange>& changes, const std::vector<std::size_t>& stopped) {
  std::size_t under_way = 0;
  for (const std::size_t place : stopped) under_way += changes[place].outcome.uncertain ? 1 : 0;
  std::vector<ReturnedChange> ended;
  for (const ReturnedChange& change : changes) {
    if (!change.outcome.error) ended.push_back(change);
  }
  OutcomeCounts counts;
  counts.add(ended);
  return {.kind = ErrorKind::interrupted,
          .message = "interrupted: " + counts.text() + ", " + std::to_string(under_way) + " under way, " +
                     std::to_string(stopped.size() - under_way) + " not sent",
          .hint = "squall resume finishes what is under way and sends the rest"};
}

Error summary_of(const std::vector<ReturnedChange>& changes, const std::vector<std::size_t>& failed) {
  constexpr std::size_t kShownMax = 10;
  std::vector<Error> errors;
  errors.reserve(failed.size());
  for (const std::size_t place : failed) errors.push_back(*changes[place].outcome.error);
  Error error{.kind = errors.front().kind};
  if (error.kind == ErrorKind::interrupted) error.kind = ErrorKind::service;
  const bool one_hint =
      std::all_of(errors.begin(), errors.end(), [&](const Error& each) { return each.hint == errors.front().hint; });
  if (one_hint) error.hint = errors.front().hint;
  OutcomeCounts counts;
  counts.add(changes);
  error.message = std::to_string(errors.size()) + " of " + std::to_string(changes.size()) + " changes failed (" +
                  counts_by_code(errors) + "); " + counts.text();
  for (std::size_t i = 0; i < errors.size() && i < kShownMax; ++i) {
    error.message += "\n  " + subject_of(changes[failed[i]], failed[i]) + ": " + errors[i].message;
    if (!one_hint && !errors[i].hint.empty()) error.message += "; " + errors[i].hint;
  }
  if (errors.size() > kShownMax) error.message += "\n  … and " + std::to_string(errors.size() - kShownMax) + " more";
  return error;
}

}  // namespace

std::optional<Error> failure_of(const std::vector<ReturnedChange>& changes, const std::optional<Error>& not_recorded) {
  const auto failed = failed_places(changes);
  if (failed.empty() && !not_recorded) return std::nullopt;
  if (failed.empty()) {
    OutcomeCounts counts;
    counts.add(changes);
    Error error = *not_recorded;
    error.message = counts.text() + ", but this is not on record for squall resume and undo: " + error.message;
    return error;
  }
  const bool interrupted = std::all_of(failed.begin(), failed.end(), [&](std::size_t place) {
    return changes[place].outcome.error->kind == ErrorKind::interrupted;
  });
  Error error = interrupted           ? interruption_of(changes, failed)
                : changes.size() == 1 ? *changes.front().outcome.error
                                      : summary_of(changes, failed);
  if (not_recorded) error.message += "\nand this is not on record for squall resume: " + not_recorded->message;
  return error;
}

void name_patch(const TableShape& shape, ReturnedChange& change) {
  constexpr std::size_t kShownMax = 400;
  const provider::Change& sent = change.planned->change;
  std::optional<Error>& error = change.outcome.error;
  if (!error || error->kind != ErrorKind::service || sent.patch_document.empty()) return;
  std::vector<std::string> write_only;
  for (std::string_view path : shape.table.type.write_only()) write_only.emplace_back(path);
  error->message += "; the patch: " + shortened(schema::mask_patch(sent.patch_document, write_only), kShownMax);
}

void add_hook_notices(const std::vector<ReturnedChange>& changes, std::vector<std::string>& notices) {
  for (const ReturnedChange& change : changes) {
    if (change.outcome.error) continue;
    const provider::ProgressEvent& event = change.outcome.event;
    for (const std::string& text : event.hooks)
      notices.push_back(event.type_name + (event.identifier.empty() ? "" : " " + event.identifier) + ": hook " + text);
  }
}

std::string done_and_not_done(const OutcomeCounts& counts, std::size_t statements_left) {
  return "done: " + counts.text() + "; not begun: " + std::to_string(statements_left) +
         (statements_left == 1 ? " statement" : " statements") + "; local tables were rolled back";
}

std::string shortened(std::string_view statement, std::size_t length_max) {
  std::string text;
  for (const char c : statement) {
    const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (space && (text.empty() || text.back() == ' ')) continue;
    text += space ? ' ' : c;
  }
  if (text.size() <= length_max) return text;
  std::size_t end = length_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + "…";
}

}  // namespace squall::engine
