// AWS::EC2::VPCGatewayAttachment: of one internet or VPN gateway, which is attached to one VPC; a VPC has one of each kind.
// AWS::EC2::InternetGateway: not deleted while it is attached.
#include <nlohmann/json.hpp>

#include "local_cloud/behaviours/ec2_vpc.h"

namespace squall::local_cloud {

namespace {

constexpr const char* kType = "AWS::EC2::VPCGatewayAttachment";

struct Gateway {
  const char* property;
  const char* type;
  const char* word;  // in EC2's texts
  const char* kind;  // AttachmentType
};
constexpr Gateway kInternet{"InternetGatewayId", "AWS::EC2::InternetGateway", "internetGateway", "IGW"};
constexpr Gateway kVpn{"VpnGatewayId", "AWS::EC2::VPNGateway", "vpnGateway", "VGW"};

std::string attached_name(const std::string& gateway) { return "gateway|" + gateway; }

std::vector<std::string> more_names(const Json& model) {
  std::vector<std::string> names;
  for (const Gateway& kind : {kInternet, kVpn}) {
    if (!text_of(model, kind.property).empty()) names.push_back(attached_name(text_of(model, kind.property)));
  }
  return names;
}

// `own` is the attachment itself; empty: it is new.
Result<Refusal> check_gateway(const Place& place, Store& store, const Json& model, const std::string& own) {
  const bool is_vpn = !text_of(model, kVpn.property).empty();
  if (is_vpn == !text_of(model, kInternet.property).empty())
    return invalid("Either 'InternetGatewayId' or 'VpnGatewayId' must be provided but not both");
  const Gateway& kind = is_vpn ? kVpn : kInternet;
  const std::string gateway = text_of(model, kind.property);
  if (!TRY(exists(store, place, kind.type, gateway)))
    return refused("NotFound", "The " + std::string(kind.word) + " ID '" + gateway + "' does not exist");
  const auto other = TRY(store.find_named(place, kType, attached_name(gateway)));
  if (!other || other->identifier == own) return Refusal();
  const std::string vpc = text_of(parse_stored(other->properties), "VpcId");
  if (vpc == text_of(model, "VpcId")) return Refusal();  // the same once more: its identifier is taken
  return invalid("resource " + gateway + " is already attached to network " + vpc);
}

Result<Refusal> create(const Creation& creation) {
  Json& model = creation.model;
  if (auto refusal = TRY(require_vpc(creation))) return refusal;
  if (auto refusal = TRY(check_gateway(creation.place, creation.store, model, {}))) return refusal;
  model["AttachmentType"] = text_of(model, kVpn.property).empty() ? kInternet.kind : kVpn.kind;
  return Refusal();
}

Result<Refusal> update(const Update& update) {
  return check_gateway(update.place, update.store, update.model, update.identifier);
}

Result<Refusal> remove_internet_gateway(const Deletion& deletion) {
  if (!TRY(deletion.store.find_named(deletion.place, kType, attached_name(deletion.identifier)))) return Refusal();
  return invalid("The internetGateway '" + deletion.identifier + "' has dependencies and cannot be deleted.");
}

}  // namespace

const Behaviour kEc2InternetGateway{.type_name = kInternet.type, .remove = remove_internet_gateway};
const Behaviour kEc2VpcGatewayAttachment{
    .type_name = kType, .create = create, .update = update, .more_names = more_names, .parent = "VpcId"};

}  // namespace squall::local_cloud
