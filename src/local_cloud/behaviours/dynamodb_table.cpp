// AWS::DynamoDB::Table: the attributes of all keys, and only these, are defined; capacity goes with its billing mode; a
// stream's ARN is there with the stream; a protected table is not deleted.
#include <nlohmann/json.hpp>
#include <set>

#include "local_cloud/behaviours/hooks.h"

namespace squall::local_cloud {

namespace {

void add_names(const Json& schema, std::set<std::string>& names) {
  if (!schema.is_array()) return;
  for (const Json& key : schema) {
    if (key.is_object() && !text_of(key, "AttributeName").empty()) names.insert(text_of(key, "AttributeName"));
  }
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
  const bool on_demand = text_of(model, "BillingMode") == "PAY_PER_REQUEST";
  if (on_demand && model.contains("ProvisionedThroughput"))
    return invalid(start +
                   "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
                   "PAY_PER_REQUEST");
  if (!on_demand && !model.contains("ProvisionedThroughput"))
    return invalid(start +
                   "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED");
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
  if (auto refusal = key_refusal(model)) return refusal;
  if (auto refusal = capacity_refusal(model)) return refusal;
  if (text_of(model, "TableName").empty()) model["TableName"] = TRY(new_name(creation, "table-"));
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
