// AWS::DynamoDB::Table: the attributes of all keys, and only these, are defined; capacity goes with its billing mode; a
// stream's ARN is there with the stream; a protected table is not deleted.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "local_cloud/behaviours/hooks.h"

namespace squall::local_cloud {

namespace {

constexpr std::int64_t kCapacityMax = std::int64_t{1} << 53;
constexpr NumberRange kCapacity[] = {{"ReadCapacityUnits", 1, kCapacityMax}, {"WriteCapacityUnits", 1, kCapacityMax}};

void add_names(const Json& schema, std::set<std::string>& names) {
  if (!schema.is_array()) return;
  for (const Json& key : schema) {
    if (key.is_object() && !text_of(key, "AttributeName").empty()) names.insert(text_of(key, "AttributeName"));
  }
}

Refusal name_refusal(const Json& model) {
  const std::string name = text_of(model, "TableName");
  if (name.size() < 3 || name.size() > 255)
    return invalid("TableName must be at least 3 characters long and at most 255 characters long");
  if (has_only(name, "_.-")) return Refusal();
  return constraint_refusal(name, "tableName", "satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
}

bool has_kind(const Json& schema, std::string_view kind) {
  return schema.is_array() && std::any_of(schema.begin(), schema.end(), [&](const Json& key) {
           return key.is_object() && text_of(key, "KeyType") == kind;
         });
}

Refusal shape_refusal(const Json& model) {
  const Json schema = model.value("KeySchema", Json());
  if (schema.is_array() && !schema.empty() && schema[0].is_object() && text_of(schema[0], "KeyType") != "HASH")
    return invalid("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
  if (!model.value("LocalSecondaryIndexes", Json::array()).empty() && !has_kind(schema, "RANGE"))
    return invalid(
        "One or more parameter values were invalid: Table KeySchema does not have a range key, which is required when "
        "specifying a LocalSecondaryIndex");
  int member = 0;
  for (const Json& attribute : model.value("AttributeDefinitions", Json::array())) {
    ++member;
    const std::string type = attribute.is_object() ? text_of(attribute, "AttributeType") : "";
    if (type != "S" && type != "N" && type != "B")
      return constraint_refusal(type, "attributeDefinitions." + std::to_string(member) + ".member.attributeType",
                                "satisfy enum value set: [B, N, S]");
  }
  return Refusal();
}

Refusal key_refusal(const Json& model) {
  std::set<std::string> keys;
  std::set<std::string> defined;
  add_names(model.value("KeySchema", Json()), keys);
  for (const char* indexes : {"GlobalSecondaryIndexes", "LocalSecondaryIndexes"}) {
    const Json list = model.value(indexes, Json::array());
    for (const Json& index : list) add_names(index.value("KeySchema", Json()), keys);
  }
  add_names(model.value("AttributeDefinitions", Json()), defined);
  for (const std::string& key : keys) {
    if (defined.count(key) == 0)
      return invalid("An attribute referenced in a KeySchema element is not defined in AttributeDefinitions");
  }
  if (defined.size() != keys.size())
    return invalid(
        "Number of attributes in KeySchema does not exactly match number of attributes defined in "
        "AttributeDefinitions");
  return Refusal();
}

Refusal capacity_refusal(const Json& model) {
  const std::string start = "One or more parameter values were invalid: ";
  const std::string mode = text_of(model, "BillingMode");
  if (!mode.empty() && mode != "PROVISIONED" && mode != "PAY_PER_REQUEST")
    return constraint_refusal(mode, "billingMode", "satisfy enum value set: [PROVISIONED, PAY_PER_REQUEST]");
  const bool on_demand = mode == "PAY_PER_REQUEST";
  if (on_demand && model.contains("ProvisionedThroughput"))
    return invalid(start +
                   "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
                   "PAY_PER_REQUEST");
  if (!on_demand && !model.contains("ProvisionedThroughput"))
    return invalid(start +
                   "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED");
  if (on_demand || !model["ProvisionedThroughput"].is_object()) return Refusal();
  if (const NumberRange* range = outside(model["ProvisionedThroughput"], kCapacity))
    return range_refusal(model["ProvisionedThroughput"], *range,
                         std::string_view(range->property).starts_with("Read")
                             ? "provisionedThroughput.readCapacityUnits"
                             : "provisionedThroughput.writeCapacityUnits");
  return Refusal();
}

void set_stream(const Place& place, Json& model) {
  if (!model.contains("StreamSpecification"))
    model.erase("StreamArn");
  else
    set_default(
        model, "StreamArn",
        arn_prefix(place, "dynamodb") + "table/" + text_of(model, "TableName") + "/stream/2026-01-01T00:00:00.000");
}

Result<Refusal> create(const Creation& creation) {
  Json& model = creation.model;
  if (text_of(model, "TableName").empty()) model["TableName"] = TRY(new_name(creation, "table-"));
  if (auto refusal = name_refusal(model)) return refusal;
  if (auto refusal = shape_refusal(model)) return refusal;
  if (auto refusal = key_refusal(model)) return refusal;
  if (auto refusal = capacity_refusal(model)) return refusal;
  set_default(model, "BillingMode", "PROVISIONED");
  set_default(model, "DeletionProtectionEnabled", false);
  set_default(model, "PointInTimeRecoverySpecification", {{"PointInTimeRecoveryEnabled", false}});
  set_stream(creation.place, model);
  return Refusal();
}

// The general rule makes an ARN for every table.
void finish(Json& model) {
  if (!model.contains("StreamSpecification")) model.erase("StreamArn");
}

Result<Refusal> update(const Update& update) {
  if (auto refusal = shape_refusal(update.model)) return refusal;
  if (auto refusal = key_refusal(update.model)) return refusal;
  if (auto refusal = capacity_refusal(update.model)) return refusal;
  set_stream(update.place, update.model);
  return Refusal();
}

Result<Refusal> remove(const Deletion& deletion) {
  if (is_true(deletion.model, "DeletionProtectionEnabled"))
    return invalid(
        "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.");
  return Refusal();
}

}  // namespace

const Behaviour kDynamoDbTable{
    .type_name = "AWS::DynamoDB::Table", .create = create, .finish = finish, .update = update, .remove = remove};

}  // namespace squall::local_cloud
