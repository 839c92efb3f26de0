// AWS::IAM::Role: lives in the partition's home region, whatever region is asked; its path is in its ARN; its trust policy
// names who may assume it, and no resource; policies of the account that it attaches must be there; an instance profile
// keeps it from being deleted. AWS::IAM::ManagedPolicy: kept by what it is attached to.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/ascii.h"
#include "local_cloud/behaviours/hooks.h"
#include "local_cloud/invented_values.h"
#include "net/sigv4.h"

namespace squall::local_cloud {

namespace {

constexpr NumberRange kSession[] = {{"MaxSessionDuration", 3'600, 43'200}};

std::string lower_name(const Json& model) { return ascii_lower(text_of(model, "RoleName")); }

// Names of roles are told apart whatever their case.
std::vector<std::string> more_names(const Json& model) { return {"role|" + lower_name(model)}; }

Refusal name_refusal(const Json& model) {
  const std::string name = text_of(model, "RoleName");
  if (name.size() > 64) return constraint_refusal(name, "roleName", "have length less than or equal to 64");
  if (!has_only(name, "_+=,.@-"))
    return constraint_refusal(name, "roleName", "satisfy regular expression pattern: [\\w+=,.@-]+");
  const std::string path = text_of(model, "Path");
  if (!path.empty() && (!path.starts_with("/") || !path.ends_with("/") || path.size() > 512))
    return invalid(
        "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric "
        "characters "
        "and/or / characters.");
  return Refusal();
}

// A policy is an object, or its text. Not an object: no policy.
Json read_policy(const Json& given) { return given.is_string() ? parse_json(given.get<std::string>()) : given; }

bool is_sts_action(const Json& action) { return action.is_string() && action.get<std::string>().starts_with("sts:"); }

std::string statement_fault(const Json& statement) {
  if (!statement.is_object()) return "Syntax errors in policy.";
  if (statement.contains("Resource") || statement.contains("NotResource")) return "Has prohibited field Resource";
  const std::string effect = text_of(statement, "Effect");
  if (effect != "Allow" && effect != "Deny")
    return effect.empty() ? "Missing required field Effect" : "Invalid effect: " + effect;
  if (!statement.contains("Principal") && !statement.contains("NotPrincipal"))
    return "Missing required field Principal";
  const auto action = statement.find("Action");
  if (action == statement.end()) return statement.contains("NotAction") ? "" : "Missing required field Action";
  const Json actions = action->is_array() ? *action : Json::array({*action});
  if (std::all_of(actions.begin(), actions.end(), is_sts_action)) return {};
  return "AssumeRole policy may only specify STS AssumeRole actions.";
}

Refusal trust_refusal(const Json& model) {
  const auto given = model.find("AssumeRolePolicyDocument");
  if (given == model.end()) return Refusal();
  const Json policy = read_policy(*given);
  if (!policy.is_object()) return invalid("This policy contains invalid Json");
  const std::string version = policy.contains("Version") ? text_of(policy, "Version") : "2008-10-17";
  if (version != "2012-10-17" && version != "2008-10-17")
    return invalid("The policy must contain a valid version string");
  const auto statements = policy.find("Statement");
  if (statements == policy.end()) return invalid("Missing required field Statement");
  const Json list = statements->is_array() ? *statements : Json::array({*statements});
  for (const Json& statement : list) {
    if (const std::string fault = statement_fault(statement); !fault.empty()) return invalid(fault);
  }
  return Refusal();
}

Refusal settings_refusal(const Json& model) {
  if (auto refusal = trust_refusal(model)) return refusal;
  if (const NumberRange* range = outside(model, kSession)) return range_refusal(model, *range, "maxSessionDuration");
  for (const Json& inline_policy : model.value("Policies", Json::array())) {
    if (inline_policy.is_object() && !read_policy(inline_policy.value("PolicyDocument", Json::object())).is_object())
      return invalid("Syntax errors in policy.");
  }
  return Refusal();
}

Result<Refusal> check_policies(const Place& place, Store& store, const Json& model) {
  const auto attached = model.find("ManagedPolicyArns");
  if (attached == model.end() || !attached->is_array()) return Refusal();
  for (const Json& arn : *attached) {
    if (!arn.is_string() || arn_part(arn.get<std::string>(), 4) != place.account) continue;  // AWS's own, or a mistake
    if (!TRY(exists(store, place, "AWS::IAM::ManagedPolicy", arn)))
      return refused("NotFound", "Policy " + arn.get<std::string>() + " does not exist or is not attachable.");
  }
  return Refusal();
}

// "AROA" and 17 capital letters and digits.
std::string role_id(const std::string& token) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const std::string digest = net::sha256_hex(token);
  std::string id = "AROA";
  for (std::size_t i = 0; id.size() < 21; i += 2) id += kLetters[std::stoul(digest.substr(i, 2), nullptr, 16) % 32];
  return id;
}

Result<Refusal> create(const Creation& creation) {
  Json& model = creation.model;
  if (auto refusal = name_refusal(model)) return refusal;
  if (auto refusal = settings_refusal(model)) return refusal;
  if (auto refusal = TRY(check_policies(creation.place, creation.store, model))) return refusal;
  if (text_of(model, "RoleName").empty()) model["RoleName"] = TRY(new_name(creation, "role-"));
  const std::string path = text_of(model, "Path").empty() ? "/" : text_of(model, "Path");
  set_default(model, "Arn",
              "arn:" + partition_of(creation.place.region) + ":iam::" + creation.place.account + ":role" + path +
                  text_of(model, "RoleName"));
  if (TRY(creation.store.find_named(creation.place, creation.facts.name, more_names(model).front())))
    return refused("AlreadyExists", "Role with name " + text_of(model, "RoleName") + " already exists.");
  // A role that is made again under its name has another id.
  if (!model.contains("RoleId")) model["RoleId"] = role_id(TRY(new_id(creation, text_of(model, "Arn"))));
  set_default(model, "MaxSessionDuration", 3'600);
  return Refusal();
}

Result<Refusal> update(const Update& update) {
  if (auto refusal = settings_refusal(update.model)) return refusal;
  return check_policies(update.place, update.store, update.model);
}

Result<Refusal> remove(const Deletion& deletion) {
  const bool in_profile =
      TRY(any_resource(deletion.store, deletion.place, "AWS::IAM::InstanceProfile",
                       [&](const Json& profile) { return lists_text(profile, "Roles", deletion.identifier); }));
  if (!in_profile) return Refusal();
  return refused("ResourceConflict", "Cannot delete entity, must remove roles from instance profile first.");
}

Result<Refusal> remove_policy(const Deletion& deletion) {
  for (const char* type : {"AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group"}) {
    if (TRY(any_resource(deletion.store, deletion.place, type, [&](const Json& entity) {
          return lists_text(entity, "ManagedPolicyArns", deletion.identifier);
        })))
      return refused("ResourceConflict", "Cannot delete a policy attached to entities.");
  }
  return Refusal();
}

}  // namespace

const Behaviour kIamRole{
    .type_name = "AWS::IAM::Role", .create = create, .update = update, .remove = remove, .more_names = more_names};
const Behaviour kIamManagedPolicy{.type_name = "AWS::IAM::ManagedPolicy", .remove = remove_policy};

}  // namespace squall::local_cloud
