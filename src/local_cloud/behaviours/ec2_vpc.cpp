// AWS::EC2::VPC: between /16 and /28; comes with a default security group, network ACL and main route table, which go with
// it; anything else inside keeps it from being deleted. What needs a VPC is here too: route tables and ACLs.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "local_cloud/behaviours/ec2_vpc.h"
#include "local_cloud/behaviours/hooks.h"
#include "local_cloud/behaviours/ipv4_block.h"
#include "local_cloud/model.h"

namespace squall::local_cloud {

namespace {

constexpr const char* kType = "AWS::EC2::VPC";
constexpr const char* kGroup = "AWS::EC2::SecurityGroup";
constexpr const char* kAcl = "AWS::EC2::NetworkAcl";
constexpr const char* kAssociation = "AWS::EC2::SubnetRouteTableAssociation";
constexpr const char* kTable = "AWS::EC2::RouteTable";

// The main route table is no property of the VPC, so its id is made of the VPC's.
std::string main_table(const std::string& vpc) { return "rtb-" + vpc.substr(std::min<std::size_t>(4, vpc.size())); }

// (EC2's own text about the names of hosts is not known.)
Refusal settings_refusal(const Json& model) {
  const std::string tenancy = text_of(model, "InstanceTenancy");
  if (!tenancy.empty() && tenancy != "default" && tenancy != "dedicated")
    return invalid("Value (" + tenancy + ") for parameter instanceTenancy is invalid.");
  if (is_true(model, "EnableDnsHostnames") && model.contains("EnableDnsSupport") && !is_true(model, "EnableDnsSupport"))
    return invalid("EnableDnsHostnames needs EnableDnsSupport");
  return Refusal();
}

Result<Refusal> update(const Update& update) { return settings_refusal(update.model); }

Result<Refusal> create(const Creation& creation) {
  Json& model = creation.model;
  const std::string cidr = text_of(model, "CidrBlock");
  if (cidr.empty() && text_of(model, "Ipv4IpamPoolId").empty())
    return invalid("Either CidrBlock or Ipv4IpamPoolId must be provided");
  if (!cidr.empty()) {
    const auto block = read_ipv4_block(cidr);
    if (!block)
      return invalid("Value (" + cidr + ") for parameter cidrBlock is invalid. This is not a valid CIDR block.");
    if (block->prefix < 16 || block->prefix > 28) return invalid("The CIDR '" + cidr + "' is invalid.");
    model["CidrBlock"] = block->text();
  }
  if (auto refusal = settings_refusal(model)) return refusal;
  set_default(model, "EnableDnsHostnames", false);
  set_default(model, "EnableDnsSupport", true);
  set_default(model, "InstanceTenancy", "default");
  set_default(model, "Ipv6CidrBlocks", Json::array());
  set_default(model, "VpcId", TRY(new_id(creation, "vpc-")));
  if (!model.contains("CidrBlockAssociations"))
    model["CidrBlockAssociations"] = Json::array({TRY(new_id(creation, "vpc-cidr-assoc-"))});
  set_default(model, "DefaultSecurityGroup", TRY(new_id(creation, "sg-")));
  set_default(model, "DefaultNetworkAcl", TRY(new_id(creation, "acl-")));
  return Refusal();
}

Status store_made(const Creation& creation, const char* type, const std::string& identifier, const Json& model) {
  ResourceKeys keys;
  keys.parent = parent_text({text_of(model, "VpcId")});
  if (std::string_view(type) == kGroup) keys.names = group_names(model);
  TRY(creation.store.insert(creation.place, type, {0, identifier, json_text(model)}, keys));
  return {};
}

Status created(const Creation& creation, const Json& asked) {
  if (asked.contains("DefaultSecurityGroup")) return {};  // a dump, which has them too
  const std::string vpc = text_of(creation.model, "VpcId");
  const std::string group = text_of(creation.model, "DefaultSecurityGroup");
  TRY(store_made(creation, kGroup, group,
                 {{"GroupDescription", "default VPC security group"},
                  {"GroupName", "default"},
                  {"VpcId", vpc},
                  {"Id", group},
                  {"GroupId", group},
                  {"SecurityGroupIngress", {{{"IpProtocol", "-1"}, {"SourceSecurityGroupId", group}}}},
                  {"SecurityGroupEgress", all_traffic()}}));
  const std::string acl = text_of(creation.model, "DefaultNetworkAcl");
  TRY(store_made(creation, kAcl, acl, {{"VpcId", vpc}, {"Id", acl}}));
  return store_made(creation, kTable, main_table(vpc), {{"RouteTableId", main_table(vpc)}, {"VpcId", vpc}});
}

// What comes with a VPC, by type; the rest keeps it.
Result<Refusal> remove(const Deletion& deletion) {
  const std::string& vpc = deletion.identifier;
  std::vector<std::int64_t> own;
  bool busy = false;
  for (const char* type : {kGroup, kAcl, kTable, "AWS::EC2::Subnet", "AWS::EC2::VPCGatewayAttachment"}) {
    TRY(for_each_child(
        deletion.store, deletion.place, type, vpc, [&](const StoredResource& child, const Json&) -> Status {
          if (child.identifier == text_of(deletion.model, "DefaultSecurityGroup") ||
              child.identifier == text_of(deletion.model, "DefaultNetworkAcl") || child.identifier == main_table(vpc))
            own.push_back(child.id);
          else
            busy = true;
          return {};
        }));
  }
  if (busy) return invalid("The vpc '" + vpc + "' has dependencies and cannot be deleted.");
  for (const std::int64_t id : own) TRY(deletion.store.erase(id));
  return Refusal();
}

Result<Refusal> create_inside(const Creation& creation) { return require_vpc(creation); }

Result<Refusal> remove_acl(const Deletion& deletion) {
  const Json vpc = TRY(find_model(deletion.store, deletion.place, kType, text_of(deletion.model, "VpcId")));
  if (vpc.is_object() && text_of(vpc, "DefaultNetworkAcl") == deletion.identifier)
    return invalid("cannot delete default network ACL " + deletion.identifier);
  return Refusal();
}

Result<Refusal> create_association(const Creation& creation) {
  const std::string table = text_of(creation.model, "RouteTableId");
  const std::string subnet = text_of(creation.model, "SubnetId");
  if (!TRY(exists(creation.store, creation.place, kTable, table)))
    return refused("NotFound", "The routeTable ID '" + table + "' does not exist");
  if (!TRY(exists(creation.store, creation.place, "AWS::EC2::Subnet", subnet)))
    return refused("NotFound", "The subnet ID '" + subnet + "' does not exist");
  return Refusal();
}

Result<Refusal> remove_table(const Deletion& deletion) {
  const bool is_main = main_table(text_of(deletion.model, "VpcId")) == deletion.identifier;
  if (!is_main && !TRY(any_resource(deletion.store, deletion.place, kAssociation, [&](const Json& association) {
        return text_of(association, "RouteTableId") == deletion.identifier;
      })))
    return Refusal();
  return invalid("The routeTable '" + deletion.identifier + "' has dependencies and cannot be deleted.");
}

}  // namespace

Result<Refusal> require_vpc(const Creation& creation) {
  const std::string vpc = text_of(creation.model, "VpcId");
  if (TRY(exists(creation.store, creation.place, kType, vpc))) return Refusal();
  return refused("NotFound", "The vpc ID '" + vpc + "' does not exist");
}

Result<bool> function_in_network(Store& store, const Place& place, const char* list, const std::string& identifier) {
  return any_resource(store, place, "AWS::Lambda::Function", [&](const Json& function) {
    const auto config = function.find("VpcConfig");
    return config != function.end() && config->is_object() && lists_text(*config, list, identifier);
  });
}

Json all_traffic() {
  return Json::array({{{"CidrIp", "0.0.0.0/0"}, {"IpProtocol", "-1"}, {"FromPort", -1}, {"ToPort", -1}}});
}

const Behaviour kEc2Vpc{.type_name = kType, .create = create, .created = created, .update = update, .remove = remove};

const Behaviour kEc2NetworkAcl{.type_name = kAcl, .create = create_inside, .remove = remove_acl, .parent = "VpcId"};
const Behaviour kEc2SubnetRouteTableAssociation{.type_name = kAssociation, .create = create_association};
const Behaviour kEc2RouteTable{.type_name = kTable, .create = create_inside, .remove = remove_table, .parent = "VpcId"};
}  // namespace squall::local_cloud
