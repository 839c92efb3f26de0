// AWS::IAM::Role: lives in the partition's home region, whatever region is asked; its path is in its ARN; its trust policy
// names who may assume it, and no resource; policies of the account that it attaches must be there; an instance profile
// keeps it from being deleted. AWS::IAM::ManagedPolicy: kept by what it is attached to.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "local_cloud/behaviours/hooks.h"
#include "local_cloud/invented_values.h"
#include "net/sigv4.h"

namespace squall::local_cloud {

namespace {

// A policy is an object, or its text.
Refusal trust_refusal(const Json& model) {
  const auto given = model.find("AssumeRolePolicyDocument");
  if (given == model.end()) return Refusal();
  const Json policy = given->is_string() ? parse_json(given->get<std::string>()) : *given;
  if (!policy.is_object()) return invalid("This policy contains invalid Json");
  const auto statements = policy.find("Statement");
  if (statements == policy.end()) return Refusal();
  const Json list = statements->is_array() ? *statements : Json::array({*statements});
  for (const Json& statement : list) {
    if (statement.is_object() && (statement.contains("Resource") || statement.contains("NotResource")))
      return invalid("Has prohibited field Resource");
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
  if (auto refusal = trust_refusal(model)) return refusal;
  if (auto refusal = TRY(check_policies(creation.place, creation.store, model))) return refusal;
  if (text_of(model, "RoleName").empty()) model["RoleName"] = TRY(new_name(creation, "role-"));
  const std::string path = text_of(model, "Path").empty() ? "/" : text_of(model, "Path");
  set_default(model, "Arn",
              "arn:" + partition_of(creation.place.region) + ":iam::" + creation.place.account + ":role" + path +
                  text_of(model, "RoleName"));
  // A role that is made again under its name has another id.
  if (!model.contains("RoleId")) model["RoleId"] = role_id(TRY(new_id(creation, text_of(model, "Arn"))));
  set_default(model, "MaxSessionDuration", 3'600);
  return Refusal();
}

Result<Refusal> update(const Update& update) {
  if (auto refusal = trust_refusal(update.model)) return refusal;
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

const Behaviour kIamRole{.type_name = "AWS::IAM::Role", .create = create, .update = update, .remove = remove};
const Behaviour kIamManagedPolicy{.type_name = "AWS::IAM::ManagedPolicy", .remove = remove_policy};

}  // namespace squall::local_cloud
