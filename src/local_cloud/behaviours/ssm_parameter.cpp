// AWS::SSM::Parameter: no SecureString through CloudFormation's handlers; reserved names are refused; the value fits the
// AllowedPattern, and the size of its tier.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/ascii.h"
#include "local_cloud/behaviours/hooks.h"
#include "schema/pattern.h"

namespace squall::local_cloud {

namespace {

constexpr std::size_t kStandardMax = 4'096;
constexpr std::size_t kAdvancedMax = 8'192;
constexpr std::ptrdiff_t kLevelsMax = 15;

Refusal name_refusal(const std::string& name) {
  const std::string lower = ascii_lower(name);
  const std::string_view first = std::string_view(lower).substr(lower.starts_with("/") ? 1 : 0);
  if (first.starts_with("aws")) return refused("AccessDenied", "No access to reserved parameter name: " + name + ".");
  if (first.starts_with("ssm")) return invalid("Parameter name: can't be prefixed with \"ssm\" (case-insensitive).");
  return Refusal();
}

// (The texts of the rules about slashes and levels are not the service's own, but for the first.)
Refusal hierarchy_refusal(const std::string& name) {
  const auto slashes = std::count(name.begin(), name.end(), '/');
  if (slashes > 0 && !name.starts_with("/")) return invalid("Parameter name must be a fully qualified name.");
  if (!has_only(name, "_.-/") || name.find("//") != std::string::npos || (slashes > 0 && name.ends_with("/")))
    return invalid(
        "Parameter name: only a mix of letters, numbers and the symbols .-_ is allowed, in levels parted by one /");
  if (slashes > kLevelsMax) return invalid("A parameter name can have a maximum of 15 levels.");
  return Refusal();
}

Refusal value_refusal(const Json& model) {
  if (text_of(model, "Type") == "SecureString")
    return invalid("SSM Parameters of type SecureString cannot be created using CloudFormation");
  const std::string value = text_of(model, "Value");
  if (value.empty()) return constraint_refusal(value, "value", "have length greater than or equal to 1");
  const bool standard = text_of(model, "Tier").empty() || text_of(model, "Tier") == "Standard";
  if (standard && value.size() > kStandardMax)
    return invalid("Standard tier parameters support a maximum parameter value of 4096 characters.");
  if (value.size() > kAdvancedMax)
    return invalid("Advanced tier parameters support a maximum parameter value of 8192 characters.");
  const std::string allowed = text_of(model, "AllowedPattern");
  if (!allowed.empty() && !schema::Pattern(allowed).compiles())
    return invalid("The request does not meet the regular expression requirement.");
  if (!allowed.empty() && !schema::Pattern(allowed).is_found_in(value).value_or(true))
    return invalid("Parameter value, cannot be validated against allowedPattern: " + allowed);
  return Refusal();
}

Result<Refusal> create(const Creation& creation) {
  Json& model = creation.model;
  if (text_of(model, "Name").empty()) model["Name"] = TRY(new_name(creation, "CFN-"));
  if (auto refusal = name_refusal(text_of(model, "Name"))) return refusal;
  if (auto refusal = hierarchy_refusal(text_of(model, "Name"))) return refusal;
  if (auto refusal = value_refusal(model)) return refusal;
  set_default(model, "DataType", "text");
  // The name of a hierarchy begins with the slash itself.
  const std::string name = text_of(model, "Name");
  set_default(model, "Arn",
              arn_prefix(creation.place, "ssm") + "parameter" + (name.starts_with("/") ? "" : "/") + name);
  return Refusal();
}

Result<Refusal> update(const Update& update) { return value_refusal(update.model); }

}  // namespace

const Behaviour kSsmParameter{.type_name = "AWS::SSM::Parameter", .create = create, .update = update};

}  // namespace squall::local_cloud
