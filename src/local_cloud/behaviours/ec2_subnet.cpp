// AWS::EC2::Subnet: inside its VPC's block and beside the other subnets' blocks; instances, interfaces, NAT gateways
// and functions in it keep it from being deleted.
#include <nlohmann/json.hpp>

#include "base/ascii.h"
#include "local_cloud/behaviours/ec2_vpc.h"
#include "local_cloud/behaviours/ipv4_block.h"

namespace squall::local_cloud {

namespace {

constexpr const char* kType = "AWS::EC2::Subnet";

Result<Refusal> check_block(const Creation& creation, const std::string& vpc_id) {
  const std::string cidr = text_of(creation.model, "CidrBlock");
  if (cidr.empty()) {
    for (const char* other : {"Ipv4IpamPoolId", "Ipv6CidrBlock", "Ipv6IpamPoolId"}) {
      if (creation.model.contains(other)) return Refusal();
    }
    return invalid("Either CidrBlock or Ipv4IpamPoolId must be provided");
  }
  const auto block = read_ipv4_block(cidr);
  if (!block)
    return invalid("Value (" + cidr + ") for parameter cidrBlock is invalid. This is not a valid CIDR block.");
  const Json vpc = TRY(find_model(creation.store, creation.place, "AWS::EC2::VPC", vpc_id));
  const auto around = read_ipv4_block(text_of(vpc, "CidrBlock"));
  if (block->prefix > 28 || block->prefix < 16 || (around && !around->contains(*block)))
    return invalid("The CIDR '" + cidr + "' is invalid.");
  bool taken = false;
  TRY(for_each_child(creation.store, creation.place, kType, vpc_id,
                     [&](const StoredResource&, const Json& other) -> Status {
                       const auto others = read_ipv4_block(text_of(other, "CidrBlock"));
                       taken = taken || (others && others->overlaps(*block));
                       return {};
                     }));
  if (taken) return invalid("The CIDR '" + cidr + "' conflicts with another subnet");
  creation.model["CidrBlock"] = block->text();
  return Refusal();
}

// Zones of the region are us-east-1a; its local zones us-east-1-bos-1a.
Refusal zone_refusal(const std::string& region, const std::string& zone) {
  const bool is_own = zone.size() > region.size() && zone.starts_with(region) && !is_ascii_digit(zone[region.size()]);
  if (zone.empty() || is_own) return Refusal();
  return invalid("Value (" + zone +
                 ") for parameter availabilityZone is invalid. Subnets can currently only be created in the following "
                 "availability zones: " +
                 region + "a, " + region + "b, " + region + "c.");
}

Result<Refusal> create(const Creation& creation) {
  Json& model = creation.model;
  if (auto refusal = TRY(require_vpc(creation))) return refusal;
  if (auto refusal = zone_refusal(creation.place.region, text_of(model, "AvailabilityZone"))) return refusal;
  if (auto refusal = TRY(check_block(creation, text_of(model, "VpcId")))) return refusal;
  set_default(model, "AvailabilityZone", creation.place.region + "a");
  set_default(model, "BlockPublicAccessStates", {{"InternetGatewayBlockMode", "off"}});
  set_default(model, "AssignIpv6AddressOnCreation", false);
  set_default(model, "EnableDns64", false);
  set_default(model, "Ipv6CidrBlocks", Json::array());
  set_default(model, "Ipv6Native", false);
  set_default(model, "MapPublicIpOnLaunch", false);
  set_default(model, "PrivateDnsNameOptionsOnLaunch",
              {{"EnableResourceNameDnsAAAARecord", false},
               {"EnableResourceNameDnsARecord", false},
               {"HostnameType", "ip-name"}});
  set_default(model, "NetworkAclAssociationId", TRY(new_id(creation, "aclassoc-")));
  return Refusal();
}

Result<Refusal> remove(const Deletion& deletion) {
  for (const char* type : {"AWS::EC2::Instance", "AWS::EC2::NetworkInterface", "AWS::EC2::NatGateway"}) {
    if (TRY(has_children(deletion.store, deletion.place, type, deletion.identifier)))
      return invalid("The subnet '" + deletion.identifier + "' has dependencies and cannot be deleted.");
  }
  if (TRY(function_in_network(deletion.store, deletion.place, "SubnetIds", deletion.identifier)))
    return invalid("The subnet '" + deletion.identifier + "' has dependencies and cannot be deleted.");
  return Refusal();
}

}  // namespace

const Behaviour kEc2Subnet{.type_name = kType, .create = create, .remove = remove, .parent = "VpcId"};

}  // namespace squall::local_cloud
