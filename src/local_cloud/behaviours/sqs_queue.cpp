// AWS::SQS::Queue: a FIFO queue's name ends in ".fifo", and no other's; what is not said has SQS's defaults; a dead-letter
// queue of the same account and region must be there, and be of the same kind.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/ascii.h"
#include "local_cloud/behaviours/hooks.h"

namespace squall::local_cloud {

namespace {

constexpr const char* kType = "AWS::SQS::Queue";

bool is_fifo(std::string_view name) { return name.ends_with(".fifo"); }

std::string url_of(const Place& place, const std::string& name) {
  const char* suffix = place.region.starts_with("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  return "https://sqs." + place.region + "." + suffix + "/" + place.account + "/" + name;
}

std::string name_fault(const std::string& name, bool fifo) {
  const std::string_view stem = fifo && is_fifo(name) ? std::string_view(name).substr(0, name.size() - 5) : name;
  const bool plain = !stem.empty() && name.size() <= 80 && std::all_of(stem.begin(), stem.end(), [](char c) {
    return is_ascii_alnum(c) || c == '-' || c == '_';
  });
  if (plain && fifo == is_fifo(name)) return {};
  return fifo ? "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end "
                "with .fifo suffix and be 1 to 80 in length"
              : "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length";
}

// A RedrivePolicy is an object, or its text.
Result<Refusal> check_dead_letters(const Place& place, Store& store, const Json& model) {
  const auto policy = model.find("RedrivePolicy");
  if (policy == model.end()) return Refusal();
  const Json read = policy->is_string() ? parse_json(policy->get<std::string>()) : *policy;
  const std::string arn = read.is_object() ? text_of(read, "deadLetterTargetArn") : std::string();
  if (arn.empty() || arn_part(arn, 3) != place.region || arn_part(arn, 4) != place.account) return Refusal();
  const std::string start = "Value " + json_text(read) + " for parameter RedrivePolicy is invalid. Reason: ";
  const std::string name = arn_part(arn, 5);
  if (!TRY(exists(store, place, kType, url_of(place, name))))
    return invalid(start + "Dead letter target does not exist.");
  if (is_fifo(name) != is_true(model, "FifoQueue"))
    return invalid(start + "Dead-letter queue must be same type of queue as the source.");
  return Refusal();
}

Result<Refusal> create(const Creation& creation) {
  Json& model = creation.model;
  const bool fifo = is_true(model, "FifoQueue");
  if (text_of(model, "QueueName").empty())
    model["QueueName"] = TRY(new_name(creation, "queue-")) + (fifo ? ".fifo" : "");
  if (const std::string fault = name_fault(text_of(model, "QueueName"), fifo); !fault.empty()) return invalid(fault);
  for (const char* only_fifo : {"ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"}) {
    if (!fifo && model.contains(only_fifo)) return invalid("Unknown Attribute " + std::string(only_fifo) + ".");
  }
  if (auto refusal = TRY(check_dead_letters(creation.place, creation.store, model))) return refusal;
  set_default(model, "DelaySeconds", 0);
  set_default(model, "MaximumMessageSize", 262'144);
  set_default(model, "MessageRetentionPeriod", 345'600);
  set_default(model, "ReceiveMessageWaitTimeSeconds", 0);
  set_default(model, "VisibilityTimeout", 30);
  if (!model.contains("KmsMasterKeyId")) set_default(model, "SqsManagedSseEnabled", true);
  return Refusal();
}

Result<Refusal> update(const Update& update) { return check_dead_letters(update.place, update.store, update.model); }

}  // namespace

const Behaviour kSqsQueue{.type_name = kType, .create = create, .update = update};

}  // namespace squall::local_cloud
