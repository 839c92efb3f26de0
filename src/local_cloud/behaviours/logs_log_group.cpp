// AWS::Logs::LogGroup and what is inside one: streams and filters need their group, and go with it; a protected group is
// not deleted.
#include <nlohmann/json.hpp>

#include "local_cloud/behaviours/hooks.h"

namespace squall::local_cloud {

namespace {

constexpr const char* kType = "AWS::Logs::LogGroup";
constexpr const char* kInside[] = {"AWS::Logs::LogStream", "AWS::Logs::MetricFilter", "AWS::Logs::SubscriptionFilter"};

Result<Refusal> create(const Creation& creation) {
  if (text_of(creation.model, "LogGroupName").empty())
    creation.model["LogGroupName"] = TRY(new_name(creation, "loggroup-"));
  return Refusal();
}

Result<Refusal> remove(const Deletion& deletion) {
  // (The service's own text is not known.)
  if (is_true(deletion.model, "DeletionProtectionEnabled"))
    return invalid("Deletion protection is enabled for the log group " + deletion.identifier);
  for (const char* type : kInside) TRY(erase_children(deletion.store, deletion.place, type, deletion.identifier));
  return Refusal();
}

Result<Refusal> create_inside(const Creation& creation) {
  if (TRY(exists(creation.store, creation.place, kType, text_of(creation.model, "LogGroupName")))) return Refusal();
  return refused("NotFound", "The specified log group does not exist.");
}

}  // namespace

const Behaviour kLogsLogGroup{.type_name = kType, .create = create, .remove = remove};

const Behaviour kLogsLogStream{.type_name = kInside[0], .create = create_inside, .parent = "LogGroupName"};
const Behaviour kLogsMetricFilter{.type_name = kInside[1], .create = create_inside, .parent = "LogGroupName"};
const Behaviour kLogsSubscriptionFilter{.type_name = kInside[2], .create = create_inside, .parent = "LogGroupName"};

}  // namespace squall::local_cloud
