#include "local_cloud/schema_nodes.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace squall::local_cloud {

const Json& resolve(const Json& schema, const Json& node) {
  const Json* resolved = &node;
  for (int hops = 0; hops < kSchemaDepthMax && resolved->is_object(); ++hops) {
    const auto reference = resolved->find("$ref");
    if (reference == resolved->end() || !reference->is_string()) break;
    const std::string& target = reference->get_ref<const std::string&>();
    constexpr std::string_view kDefinitions = "#/definitions/";
    const auto definitions = schema.find("definitions");
    if (!target.starts_with(kDefinitions) || definitions == schema.end()) break;
    const auto found = definitions->find(target.substr(kDefinitions.size()));
    if (found == definitions->end()) break;
    resolved = &*found;
  }
  return *resolved;
}

const Json* schema_at(const Json& schema, std::string_view path) {
  const Json* node = &schema;
  while (true) {
    const auto properties = node->find("properties");
    if (properties == node->end() || !properties->is_object()) return nullptr;
    const auto slash = path.find('/');
    const auto found = properties->find(std::string(path.substr(0, slash)));
    if (found == properties->end()) return nullptr;
    node = &resolve(schema, *found);
    if (!node->is_object()) return nullptr;
    if (slash == std::string_view::npos) return node;
    path.remove_prefix(slash + 1);
  }
}

bool is_required(const Json& schema, std::string_view path) {
  const Json* node = &schema;
  while (node->is_object()) {
    const std::string step(path.substr(0, path.find('/')));
    const auto items = node->find("items");
    if (items != node->end() || step == "*") {
      if (items == node->end()) return false;  // "*" of a map
      node = &resolve(schema, *items);
      if (step == "*") path.remove_prefix(std::min(path.size(), step.size() + 1));
      continue;
    }
    if (path.size() == step.size()) {
      const auto required = node->find("required");
      return required != node->end() && std::find(required->begin(), required->end(), Json(step)) != required->end();
    }
    const auto properties = node->find("properties");
    if (properties == node->end() || !properties->contains(step)) return false;
    node = &resolve(schema, (*properties)[step]);
    path.remove_prefix(step.size() + 1);
  }
  return false;
}

}  // namespace squall::local_cloud
