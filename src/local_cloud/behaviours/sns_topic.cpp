// AWS::SNS::Topic and its subscriptions: a FIFO topic's name ends in ".fifo", and no other's; a subscription needs its
// topic, and goes with it.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "local_cloud/behaviours/hooks.h"

namespace squall::local_cloud {

namespace {

constexpr const char* kType = "AWS::SNS::Topic";

Result<Refusal> create(const Creation& creation) {
  Json& model = creation.model;
  const bool fifo = is_true(model, "FifoTopic");
  if (text_of(model, "TopicName").empty())
    model["TopicName"] = TRY(new_name(creation, "topic-")) + (fifo ? ".fifo" : "");
  const std::string name = text_of(model, "TopicName");
  const std::string_view stem = std::string_view(name).substr(0, name.size() - (name.ends_with(".fifo") ? 5 : 0));
  if (name.ends_with(".fifo") != fifo || stem.empty() || name.size() > 256 || !has_only(stem, "-_"))
    return invalid("Invalid parameter: Topic Name");
  if (!fifo && is_true(model, "ContentBasedDeduplication"))
    return invalid("Invalid parameter: Attributes Reason: Content-based deduplication can only be set for FIFO topics");
  return Refusal();
}

Result<Refusal> remove(const Deletion& deletion) {
  TRY(erase_children(deletion.store, deletion.place, "AWS::SNS::Subscription", deletion.identifier));
  return Refusal();
}

constexpr std::string_view kProtocols[] = {"application", "email",  "email-json", "firehose", "http",
                                           "https",       "lambda", "sms",        "sqs"};

// A topic of another region or account cannot be looked at.
Result<Refusal> create_subscription(const Creation& creation) {
  const std::string topic = text_of(creation.model, "TopicArn");
  const std::string protocol = text_of(creation.model, "Protocol");
  if (std::find(std::begin(kProtocols), std::end(kProtocols), protocol) == std::end(kProtocols))
    return invalid("Invalid parameter: Does not support this protocol string: " + protocol);
  const bool is_own = arn_part(topic, 3) == creation.place.region && arn_part(topic, 4) == creation.place.account;
  if (is_own && !TRY(exists(creation.store, creation.place, kType, topic)))
    return refused("NotFound", "Topic does not exist");
  if (!creation.model.contains("Arn")) creation.model["Arn"] = topic + ":" + TRY(new_uuid_text(creation));
  return Refusal();
}

}  // namespace

const Behaviour kSnsTopic{.type_name = kType, .create = create, .remove = remove};

const Behaviour kSnsSubscription{
    .type_name = "AWS::SNS::Subscription", .create = create_subscription, .parent = "TopicArn"};

}  // namespace squall::local_cloud
