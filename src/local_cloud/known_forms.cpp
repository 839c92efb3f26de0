#include "local_cloud/known_forms.h"

namespace squall::local_cloud {

namespace {

struct Form {
  std::string_view type_name;
  std::string_view property;
  std::string_view value;
};

constexpr Form kForms[] = {
    {"AWS::DynamoDB::Table", "Arn", "arn:{partition}:dynamodb:{region}:{account}:table/{name}"},
    {"AWS::EC2::Instance", "InstanceId", "i-{hex17}"},
    {"AWS::EC2::InternetGateway", "InternetGatewayId", "igw-{hex17}"},
    {"AWS::EC2::NatGateway", "NatGatewayId", "nat-{hex17}"},
    {"AWS::EC2::RouteTable", "RouteTableId", "rtb-{hex17}"},
    {"AWS::EC2::SecurityGroup", "GroupId", "sg-{hex17}"},
    {"AWS::EC2::SecurityGroup", "Id", "sg-{hex17}"},
    {"AWS::EC2::Subnet", "SubnetId", "subnet-{hex17}"},
    {"AWS::EC2::VPC", "VpcId", "vpc-{hex17}"},
    {"AWS::EC2::Volume", "VolumeId", "vol-{hex17}"},
    {"AWS::ECR::Repository", "Arn", "arn:{partition}:ecr:{region}:{account}:repository/{name}"},
    {"AWS::ECR::Repository", "RepositoryUri", "{account}.dkr.ecr.{region}.{suffix}/{name}"},
    {"AWS::IAM::Role", "Arn", "arn:{partition}:iam::{account}:role/{name}"},
    {"AWS::IAM::User", "Arn", "arn:{partition}:iam::{account}:user/{name}"},
    {"AWS::KMS::Key", "Arn", "arn:{partition}:kms:{region}:{account}:key/{uuid}"},
    {"AWS::KMS::Key", "KeyId", "{uuid}"},
    {"AWS::Lambda::Function", "Arn", "arn:{partition}:lambda:{region}:{account}:function:{name}"},
    {"AWS::Logs::LogGroup", "Arn", "arn:{partition}:logs:{region}:{account}:log-group:{name}:*"},
    {"AWS::S3::Bucket", "Arn", "arn:{partition}:s3:::{name}"},
    {"AWS::S3::Bucket", "DomainName", "{name}.s3.{suffix}"},
    {"AWS::S3::Bucket", "DualStackDomainName", "{name}.s3.dualstack.{region}.{suffix}"},
    {"AWS::S3::Bucket", "RegionalDomainName", "{name}.s3.{region}.{suffix}"},
    {"AWS::S3::Bucket", "WebsiteURL", "http://{name}.s3-website-{region}.{suffix}"},
    {"AWS::SNS::Topic", "TopicArn", "arn:{partition}:sns:{region}:{account}:{name}"},
    {"AWS::SQS::Queue", "Arn", "arn:{partition}:sqs:{region}:{account}:{name}"},
    {"AWS::SQS::Queue", "QueueUrl", "https://sqs.{region}.{suffix}/{account}/{name}"},
    {"AWS::SecretsManager::Secret", "Id", "arn:{partition}:secretsmanager:{region}:{account}:secret:{name}-{hex6}"},
};

}  // namespace

std::string_view known_form(std::string_view type_name, std::string_view property) {
  for (const Form& form : kForms) {
    if (form.type_name == type_name && form.property == property) return form.value;
  }
  return {};
}

}  // namespace squall::local_cloud
