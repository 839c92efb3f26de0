#include "local_cloud/behaviours/behaviours.h"

namespace squall::local_cloud {

namespace {

// Types that do nothing of their own, but hang on something that cannot be deleted before them.
constexpr Behaviour kEc2Instance{.type_name = "AWS::EC2::Instance", .parent = "SubnetId"};
constexpr Behaviour kEc2NatGateway{.type_name = "AWS::EC2::NatGateway", .parent = "SubnetId"};
constexpr Behaviour kEc2NetworkInterface{.type_name = "AWS::EC2::NetworkInterface", .parent = "SubnetId"};

// Read in order by nobody, so ordered by name.
constexpr const Behaviour* kBehaviours[] = {
    &kDynamoDbTable,
    &kEc2Instance,
    &kEc2InternetGateway,
    &kEc2NatGateway,
    &kEc2NetworkAcl,
    &kEc2NetworkInterface,
    &kEc2RouteTable,
    &kEc2SecurityGroup,
    &kEc2Subnet,
    &kEc2SubnetRouteTableAssociation,
    &kEc2Vpc,
    &kEc2VpcGatewayAttachment,
    &kEcrRepository,
    &kIamManagedPolicy,
    &kIamRole,
    &kKmsKey,
    &kLambdaAlias,
    &kLambdaFunction,
    &kLambdaPermission,
    &kLambdaVersion,
    &kLogsLogGroup,
    &kLogsLogStream,
    &kLogsMetricFilter,
    &kLogsSubscriptionFilter,
    &kS3Bucket,
    &kS3BucketPolicy,
    &kSageMakerImage,
    &kSageMakerImageVersion,
    &kSnsSubscription,
    &kSnsTopic,
    &kSqsQueue,
    &kSsmParameter,
};

}  // namespace

const Behaviour* find_behaviour(std::string_view type_name) {
  for (const Behaviour* behaviour : kBehaviours) {
    if (behaviour->type_name == type_name) return behaviour;
  }
  return nullptr;
}

}  // namespace squall::local_cloud
