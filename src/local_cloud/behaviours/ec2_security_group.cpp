// AWS::EC2::SecurityGroup: its name is its own within its VPC; unless told otherwise it lets all traffic out; the default
// group stays as long as its VPC, and a group that another's rules name stays as long as they do, as one does that instances, interfaces and functions are in. Without a VpcId it would
// be in the default VPC, which the local cloud has none of.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "local_cloud/behaviours/ec2_vpc.h"

namespace squall::local_cloud {

namespace {

constexpr const char* kType = "AWS::EC2::SecurityGroup";

Result<Refusal> create(const Creation& creation) {
  Json& model = creation.model;
  if (text_of(model, "VpcId").empty()) return invalid("No default VPC for this user");
  if (auto refusal = TRY(require_vpc(creation))) return refusal;
  if (text_of(model, "GroupName").empty()) model["GroupName"] = TRY(new_name(creation, "securitygroup-"));
  const std::string name = text_of(model, "GroupName");
  if (name.starts_with("sg-"))
    return invalid("Value (" + name +
                   ") for parameter groupName is invalid. Group names may not be in the format sg-*.");
  if (TRY(creation.store.find_named(creation.place, kType, group_names(model).front())))
    return refused("AlreadyExists",
                   "The security group '" + name + "' already exists for VPC '" + text_of(model, "VpcId") + "'");
  set_default(model, "Id", TRY(new_id(creation, "sg-")));
  set_default(model, "GroupId", model["Id"]);
  set_default(model, "SecurityGroupEgress", all_traffic());
  return Refusal();
}

bool names_group(const Json& rules, const std::string& group) {
  if (!rules.is_array()) return false;
  return std::any_of(rules.begin(), rules.end(), [&](const Json& rule) {
    return rule.is_object() &&
           (text_of(rule, "SourceSecurityGroupId") == group || text_of(rule, "DestinationSecurityGroupId") == group);
  });
}

Result<Refusal> remove(const Deletion& deletion) {
  const std::string& group = deletion.identifier;
  if (text_of(deletion.model, "GroupName") == "default")
    return invalid("the specified group: \"" + group + "\" name: \"default\" cannot be deleted by a user");
  bool used = false;
  TRY(for_each_child(deletion.store, deletion.place, kType, text_of(deletion.model, "VpcId"),
                     [&](const StoredResource& other, const Json& model) -> Status {
                       used = used || (other.identifier != group &&
                                       (names_group(model.value("SecurityGroupIngress", Json()), group) ||
                                        names_group(model.value("SecurityGroupEgress", Json()), group)));
                       return {};
                     }));
  Store& store = deletion.store;
  const Place& place = deletion.place;
  used = used ||
         TRY(any_resource(store, place, "AWS::EC2::Instance",
                          [&](const Json& model) { return lists_text(model, "SecurityGroupIds", group); })) ||
         TRY(any_resource(store, place, "AWS::EC2::NetworkInterface",
                          [&](const Json& model) { return lists_text(model, "GroupSet", group); })) ||
         TRY(function_in_network(store, place, "SecurityGroupIds", group));
  if (used) return invalid("resource " + group + " has a dependent object");
  return Refusal();
}

}  // namespace

std::vector<std::string> group_names(const Json& model) {
  return {"group|" + text_of(model, "VpcId") + "|" + text_of(model, "GroupName")};
}

const Behaviour kEc2SecurityGroup{
    .type_name = kType, .create = create, .remove = remove, .more_names = group_names, .parent = "VpcId"};

}  // namespace squall::local_cloud
