// Types that need more than their schema: what their handlers do besides. One type, or a family of small ones, a file;
// behaviours.cpp has the table. docs/local-cloud.md tells how to write one.
//
// Hooks run inside the change's transaction, before the generic part. A refusal ends the change as a FAILED event; the
// hook has then changed nothing.
#pragma once

#include "local_cloud/resource_handlers.h"

namespace squall::local_cloud {

struct Behaviour {
  std::string_view type_name;
  // Sets what the service sets in the model, before the generic values; may refuse. Null: nothing.
  Result<Refusal> (*create)(const Creation&) = nullptr;
  // The last word on a new model, when all is filled in. Null: none.
  void (*finish)(Json& model) = nullptr;
  // Makes what comes with the resource, once it is stored. `asked` is the model before anything was filled in.
  Status (*created)(const Creation&, const Json& asked) = nullptr;
  // May change the new model (keep what the handler cannot tell), and what hangs on the resource; may refuse.
  Result<Refusal> (*update)(const Update&) = nullptr;
  // Deletes what goes with the resource; may refuse.
  Result<Refusal> (*remove)(const Deletion&) = nullptr;
  // What a list shows of a resource. Null: all but write-only values.
  Json (*listed)(const Json& model) = nullptr;
  // Names besides those of the schema's additional identifiers that only one resource of the type has.
  std::vector<std::string> (*more_names)(const Json& model) = nullptr;
  // The property by whose value others look for these resources (hooks.h); empty: what a list requires.
  std::string_view parent = {};
  // The identifier may be used once in the partition, not once in each account and region.
  bool unique_in_partition = false;
  // The handler's own words; empty: the generic ones.
  std::string_view not_found = {};
  std::string_view already_exists = {};
};
// Null: the schema tells all.
const Behaviour* find_behaviour(std::string_view type_name);

extern const Behaviour kDynamoDbTable;
extern const Behaviour kEc2InternetGateway;
extern const Behaviour kEc2NetworkAcl;
extern const Behaviour kEc2RouteTable;
extern const Behaviour kEc2SecurityGroup;
extern const Behaviour kEc2Subnet;
extern const Behaviour kEc2SubnetRouteTableAssociation;
extern const Behaviour kEc2Vpc;
extern const Behaviour kEc2VpcGatewayAttachment;
extern const Behaviour kEcrRepository;
extern const Behaviour kIamManagedPolicy;
extern const Behaviour kIamRole;
extern const Behaviour kKmsKey;
extern const Behaviour kLambdaAlias;
extern const Behaviour kLambdaFunction;
extern const Behaviour kLambdaPermission;
extern const Behaviour kLambdaVersion;
extern const Behaviour kLogsLogGroup;
extern const Behaviour kLogsLogStream;
extern const Behaviour kLogsMetricFilter;
extern const Behaviour kLogsSubscriptionFilter;
extern const Behaviour kS3Bucket;
extern const Behaviour kS3BucketPolicy;
extern const Behaviour kSageMakerImage;
extern const Behaviour kSageMakerImageVersion;
extern const Behaviour kSnsSubscription;
extern const Behaviour kSnsTopic;
extern const Behaviour kSqsQueue;
extern const Behaviour kSsmParameter;

}  // namespace squall::local_cloud
