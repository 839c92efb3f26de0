// AWS::EC2::SecurityGroup: its name is its own within its VPC; unless told otherwise it lets all traffic out; the default
// group stays as long as its VPC, and a group that another's rules name stays as long as they do, as one does that instances, interfaces and functions are in. Without a VpcId it would
// be in the default VPC, which the local cloud has none of.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/ascii.h"
#include "local_cloud/behaviours/ec2_vpc.h"
#include "local_cloud/behaviours/ipv4_block.h"

namespace squall::local_cloud {

namespace {

constexpr const char* kType = "AWS::EC2::SecurityGroup";

// What a rule may name as its other end.
constexpr const char* kEnds[] = {"CidrIp",
                                 "CidrIpv6",
                                 "SourceSecurityGroupId",
                                 "SourceSecurityGroupName",
                                 "SourcePrefixListId",
                                 "DestinationSecurityGroupId",
                                 "DestinationPrefixListId"};

bool is_protocol(const std::string& protocol) {
  for (const char* known : {"-1", "tcp", "udp", "icmp", "icmpv6"}) {
    if (ascii_lower(protocol) == known) return true;
  }
  const bool is_number =
      !protocol.empty() && protocol.size() <= 3 && std::all_of(protocol.begin(), protocol.end(), is_ascii_digit);
  return is_number && std::stoi(protocol) <= 255;
}

// (The texts about ends and the order of ports are not EC2's own.)
std::string rule_fault(const Json& rule) {
  const std::string protocol = text_of(rule, "IpProtocol");
  if (!is_protocol(protocol)) return "Invalid value '" + protocol + "' for IP protocol. Unknown protocol.";
  if (std::none_of(std::begin(kEnds), std::end(kEnds), [&](const char* end) { return rule.contains(end); }))
    return "A rule needs a CIDR block, a security group or a prefix list";
  const std::string block = text_of(rule, "CidrIp");
  if (rule.contains("CidrIp") && !read_ipv4_block(block)) return "CIDR block " + block + " is malformed";
  const std::string wide = text_of(rule, "CidrIpv6");
  if (rule.contains("CidrIpv6") && (wide.find(':') == std::string::npos || wide.find('/') == std::string::npos))
    return "CIDR block " + wide + " is malformed";
  if (ascii_lower(protocol) != "tcp" && ascii_lower(protocol) != "udp") return {};
  const auto from = rule.find("FromPort");
  const auto to = rule.find("ToPort");
  if (from == rule.end() || to == rule.end())
    return "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.";
  const bool is_range = *from <= *to && *from >= 0 && *to <= 65'535;
  return is_range || (*from == -1 && *to == -1) ? "" : "Invalid " + ascii_upper(protocol) + " port range.";
}

Result<Refusal> check_rules(const Place& place, Store& store, const Json& model) {
  for (const char* rules : {"SecurityGroupIngress", "SecurityGroupEgress"}) {
    for (const Json& rule : model.value(rules, Json::array())) {
      if (const std::string fault = rule_fault(rule); !fault.empty()) return invalid(fault);
      for (const char* end : {"SourceSecurityGroupId", "DestinationSecurityGroupId"}) {
        const std::string group = text_of(rule, end);
        if (!group.empty() && !TRY(exists(store, place, kType, group)))
          return refused("NotFound", "The security group '" + group + "' does not exist");
      }
    }
  }
  return Refusal();
}

Result<Refusal> update(const Update& update) {
  const auto changes = [&](const char* name) {
    return update.model.value(name, Json()) != update.before.value(name, Json());
  };
  if (!changes("SecurityGroupIngress") && !changes("SecurityGroupEgress")) return Refusal();
  return check_rules(update.place, update.store, update.model);
}

Refusal description_refusal(const std::string& description) {
  const std::string start = "Value (" + description + ") for parameter GroupDescription is invalid. ";
  if (description.size() > 255) return invalid(start + "Length exceeds maximum of 255.");
  if (has_only(description, " ._-:/()#,@[]+=&;{}!$*")) return Refusal();
  return invalid(start + "Character sets beyond ASCII are not supported.");
}

Result<Refusal> create(const Creation& creation) {
  Json& model = creation.model;
  if (text_of(model, "VpcId").empty()) return invalid("No default VPC for this user");
  if (auto refusal = description_refusal(text_of(model, "GroupDescription"))) return refusal;
  if (auto refusal = TRY(require_vpc(creation))) return refusal;
  if (auto refusal = TRY(check_rules(creation.place, creation.store, model))) return refusal;
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

const Behaviour kEc2SecurityGroup{.type_name = kType,
                                  .create = create,
                                  .update = update,
                                  .remove = remove,
                                  .more_names = group_names,
                                  .parent = "VpcId"};

}  // namespace squall::local_cloud
