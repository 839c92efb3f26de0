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

constexpr NumberRange kRanges[] = {
    {"DelaySeconds", 0, 900},
    {"KmsDataKeyReusePeriodSeconds", 60, 86'400},
    {"MaximumMessageSize", 1'024, 1'048'576},
    {"MessageRetentionPeriod", 60, 1'209'600},
    {"ReceiveMessageWaitTimeSeconds", 0, 20},
    {"VisibilityTimeout", 0, 43'200},
};

Refusal attribute_refusal(const Json& model) {
  if (const NumberRange* range = outside(model, kRanges))
    return invalid("Value " + json_text(model[range->property]) + " for parameter " + range->property +
                   " is invalid. Reason: Must be an integer from " + std::to_string(range->least) + " to " +
                   std::to_string(range->most) + ", if provided.");
  for (const char* only_fifo : {"ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"}) {
    if (!is_true(model, "FifoQueue") && model.contains(only_fifo))
      return invalid("Unknown Attribute " + std::string(only_fifo) + ".");
  }
  if (!text_of(model, "KmsMasterKeyId").empty() && is_true(model, "SqsManagedSseEnabled"))
    return invalid(
        "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.");
  return Refusal();
}

// What a policy that is there must say.
std::string redrive_fault(const Json& policy) {
  if (!policy.is_object()) return "Redrive policy is not a valid JSON map.";
  for (const char* name : {"deadLetterTargetArn", "maxReceiveCount"}) {
    if (!policy.contains(name))
      return "Redrive policy does not contain mandatory attribute: " + std::string(name) + ".";
  }
  const Json& given = policy["maxReceiveCount"];
  const Json count = given.is_string() ? parse_json(given.get<std::string>()) : given;
  if (count.is_number_integer() && count >= 1 && count <= 1'000) return {};
  return "Invalid value for maxReceiveCount: " + (given.is_string() ? given.get<std::string>() : json_text(given)) +
         ", valid values are from 1 to 1000 both inclusive.";
}

// A RedrivePolicy is an object, or its text; an empty one is none.
Result<Refusal> check_dead_letters(const Place& place, Store& store, const Json& model) {
  const auto policy = model.find("RedrivePolicy");
  if (policy == model.end()) return Refusal();
  const Json read = policy->is_string() ? parse_json(policy->get<std::string>()) : *policy;
  if (read.is_object() && read.empty()) return Refusal();
  const std::string start = "Value " + (policy->is_string() ? policy->get<std::string>() : json_text(read)) +
                            " for parameter RedrivePolicy is invalid. Reason: ";
  if (const std::string fault = redrive_fault(read); !fault.empty()) return invalid(start + fault);
  const std::string arn = text_of(read, "deadLetterTargetArn");
  if (arn_part(arn, 3) != place.region || arn_part(arn, 4) != place.account) return Refusal();
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
  if (auto refusal = attribute_refusal(model)) return refusal;
  if (auto refusal = TRY(check_dead_letters(creation.place, creation.store, model))) return refusal;
  set_default(model, "DelaySeconds", 0);
  set_default(model, "MaximumMessageSize", 262'144);
  set_default(model, "MessageRetentionPeriod", 345'600);
  set_default(model, "ReceiveMessageWaitTimeSeconds", 0);
  set_default(model, "VisibilityTimeout", 30);
  if (!model.contains("KmsMasterKeyId")) set_default(model, "SqsManagedSseEnabled", true);
  return Refusal();
}

// What the queue keeps is not looked at again: it may be gone since.
Result<Refusal> update(const Update& update) {
  if (auto refusal = attribute_refusal(update.model)) return refusal;
  if (update.model.value("RedrivePolicy", Json()) == update.before.value("RedrivePolicy", Json())) return Refusal();
  return check_dead_letters(update.place, update.store, update.model);
}

}  // namespace

const Behaviour kSqsQueue{.type_name = kType, .create = create, .update = update};

}  // namespace squall::local_cloud
