#include "engine/call_errors.h"

#include <map>
#include <set>

namespace squall::engine {

namespace {

constexpr std::size_t kPlacesMax = 8;

std::string joined(const std::vector<std::string_view>& texts) {
  std::string text;
  for (std::string_view part : texts) text += (text.empty() ? "" : ", ") + std::string(part);
  return text;
}

bool is_refused(const Error& error) {
  return error.code.starts_with("AccessDenied") || error.code == "UnauthorizedOperation" ||
         error.message.find("HandlerErrorCode: AccessDenied") != std::string::npos;
}

}  // namespace

Error with_permissions(Error error) {
  if (is_refused(error) && error.hint.empty()) error.hint = "allow cloudformation:" + error.operation;
  return error;
}

Error with_permissions(Error error, const catalogue::ResourceType& type) {
  if (!is_refused(error) || !error.hint.empty()) return error;
  const bool list = error.operation == "ListResources";
  const auto permissions = type.permissions(list ? catalogue::Handler::list : catalogue::Handler::read);
  error.hint = "allow cloudformation:" + error.operation;
  if (!permissions.empty()) error.hint += ", and for " + std::string(type.name()) + ": " + joined(permissions);
  return error;
}

std::string code_of(const Error& error) {
  if (!error.code.empty()) return error.code;
  switch (error.kind) {
    case ErrorKind::network: return "network error";
    case ErrorKind::data: return "unreadable answer";
    case ErrorKind::credentials: return "credentials error";
    case ErrorKind::limit: return "limit reached";
    default: return "error";
  }
}

std::string counts_by_code(const std::vector<Error>& errors) {
  struct Group {
    std::size_t count = 0;
    std::set<std::string> places;
  };
  std::map<std::string, Group> groups;
  for (const Error& error : errors) {
    Group& group = groups[code_of(error)];
    ++group.count;
    if (!error.operation.empty()) group.places.insert(error.operation + " in " + error.region);
  }
  std::string text;
  for (const auto& [code, group] : groups) {
    text += (text.empty() ? "" : "; ") + std::to_string(group.count) + " " + code;
    std::size_t shown = 0;
    for (const std::string& place : group.places) {
      if (shown++ == kPlacesMax) break;
      text += (shown == 1 ? " (" : ", ") + place;
    }
    if (group.places.size() > kPlacesMax) text += ", ...";
    if (!group.places.empty()) text += ")";
  }
  return text;
}

Error summary_of(std::vector<Error> errors) {
  if (errors.size() == 1) return std::move(errors.front());
  Error summary = errors.front();
  summary.message = std::to_string(errors.size()) + " calls failed: " + counts_by_code(errors) +
                    "; the first: " + errors.front().message;
  return summary;
}

}  // namespace squall::engine
