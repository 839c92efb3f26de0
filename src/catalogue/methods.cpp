#include "catalogue/methods.h"

#include <algorithm>
#include <array>

namespace squall::catalogue {

namespace {

struct MethodOfKind {
  TableKind kind;
  std::string_view name;
  std::string_view verb;
  Handler handler;
};

// In the order of the page.
constexpr std::array<MethodOfKind, 9> kMethods = {{
    {TableKind::singular, "update_resource", "UPDATE", Handler::update},
    {TableKind::singular, "get_resource", "SELECT", Handler::read},
    {TableKind::plural, "create_resource", "INSERT", Handler::create},
    {TableKind::plural, "delete_resource", "DELETE", Handler::delete_},
    {TableKind::plural, "update_resource", "UPDATE", Handler::update},
    {TableKind::plural, "list_resources", "SELECT", Handler::list},
    {TableKind::plural, "get_resource", "SELECT", Handler::read},
    {TableKind::list_only, "list_resources", "SELECT", Handler::list},
    {TableKind::tags, "list_resources", "SELECT", Handler::list},
}};

// The schema's `required`; where it has none, the parts of the identifier that the caller can set.
std::vector<std::string> needed_to_create(const ResourceType& type) {
  const auto required = type.required();
  if (!required.empty()) return {required.begin(), required.end()};
  std::vector<std::string> names;
  for (std::string_view part : type.primary_identifier()) {
    const auto property = type.find_property(part);
    if (property && !type.property(*property).has(kReadOnly)) names.emplace_back(part);
  }
  return names;
}

std::vector<std::string> required_by(Handler handler, const ResourceType& type) {
  std::vector<std::string> names;
  switch (handler) {
    case Handler::create: names = needed_to_create(type); break;
    case Handler::update: names = {"data__Identifier", "data__PatchDocument"}; break;
    case Handler::read:
    case Handler::delete_: names = {"data__Identifier"}; break;
    case Handler::list: break;
  }
  names.emplace_back("region");
  return names;
}

}  // namespace

std::vector<Method> methods_of(const Table& table) {
  std::vector<Method> methods;
  for (const MethodOfKind& method : kMethods) {
    if (method.kind == table.kind && table.type.has_handler(method.handler))
      methods.push_back({method.name, method.verb, required_by(method.handler, table.type)});
  }
  return methods;
}

std::vector<Handler> handlers_of(const Table& table) {
  std::vector<Handler> handlers;
  for (Handler handler : table.type.handlers()) {
    const bool used = std::any_of(kMethods.begin(), kMethods.end(), [&](const MethodOfKind& method) {
      return method.kind == table.kind && method.handler == handler;
    });
    if (used) handlers.push_back(handler);
  }
  return handlers;
}

}  // namespace squall::catalogue
