#include "local_cloud/known_forms.h"

namespace squall::local_cloud {

namespace {

struct Form {
  std::string_view type_name;
  std::string_view property;
  std::string_view value;
};

constexpr Form kForms[] = {
    {"AWS::CertificateManager::Certificate", "CertificateArn",
     "arn:{partition}:acm:{region}:{account}:certificate/{uuid}"},
    {"AWS::CertificateManager::Certificate", "Id", "arn:{partition}:acm:{region}:{account}:certificate/{uuid}"},
    {"AWS::DynamoDB::Table", "Arn", "arn:{partition}:dynamodb:{region}:{account}:table/{name}"},
    {"AWS::EC2::EIP", "AllocationId", "eipalloc-{hex17}"},
    {"AWS::EC2::Instance", "InstanceId", "i-{hex17}"},
    {"AWS::EC2::Instance", "State/Code", "16"},
    {"AWS::EC2::Instance", "State/Name", "running"},
    {"AWS::EC2::Instance", "VpcId", "vpc-{hex17}"},
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
    {"AWS::EFS::FileSystem", "Arn", "arn:{partition}:elasticfilesystem:{region}:{account}:file-system/fs-{hex17}"},
    {"AWS::EFS::FileSystem", "FileSystemId", "fs-{hex17}"},
    {"AWS::IAM::Group", "Arn", "arn:{partition}:iam::{account}:group{path}{name}"},
    {"AWS::IAM::InstanceProfile", "Arn", "arn:{partition}:iam::{account}:instance-profile{path}{name}"},
    {"AWS::IAM::ManagedPolicy", "PolicyArn", "arn:{partition}:iam::{account}:policy{path}{name}"},
    {"AWS::IAM::OIDCProvider", "Arn", "arn:{partition}:iam::{account}:oidc-provider/{host}"},
    {"AWS::IAM::Role", "Arn", "arn:{partition}:iam::{account}:role{path}{name}"},
    {"AWS::IAM::SAMLProvider", "Arn", "arn:{partition}:iam::{account}:saml-provider/{name}"},
    {"AWS::IAM::ServerCertificate", "Arn", "arn:{partition}:iam::{account}:server-certificate{path}{name}"},
    {"AWS::IAM::User", "Arn", "arn:{partition}:iam::{account}:user{path}{name}"},
    {"AWS::IAM::VirtualMFADevice", "SerialNumber", "arn:{partition}:iam::{account}:mfa{path}{name}"},
    {"AWS::KMS::Key", "Arn", "arn:{partition}:kms:{region}:{account}:key/{uuid}"},
    {"AWS::KMS::Key", "KeyId", "{uuid}"},
    {"AWS::Lambda::Function", "Arn", "arn:{partition}:lambda:{region}:{account}:function:{name}"},
    {"AWS::Logs::LogGroup", "Arn", "arn:{partition}:logs:{region}:{account}:log-group:{name}:*"},
    {"AWS::RDS::DBInstance", "DBInstanceStatus", "available"},
    {"AWS::RDS::DBInstance", "Endpoint/Port", "3306"},
    {"AWS::S3::Bucket", "Arn", "arn:{partition}:s3:::{name}"},
    {"AWS::S3::Bucket", "DomainName", "{name}.s3.{suffix}"},
    {"AWS::S3::Bucket", "DualStackDomainName", "{name}.s3.dualstack.{region}.{suffix}"},
    {"AWS::S3::Bucket", "RegionalDomainName", "{name}.s3.{region}.{suffix}"},
    {"AWS::S3::Bucket", "WebsiteURL", "http://{name}.s3-website-{region}.{suffix}"},
    {"AWS::SNS::Topic", "TopicArn", "arn:{partition}:sns:{region}:{account}:{name}"},
    {"AWS::SQS::Queue", "Arn", "arn:{partition}:sqs:{region}:{account}:{name}"},
    {"AWS::SQS::Queue", "QueueUrl", "https://sqs.{region}.{suffix}/{account}/{name}"},
    {"AWS::SecretsManager::Secret", "Id", "arn:{partition}:secretsmanager:{region}:{account}:secret:{name}-{hex6}"},
    {"AWS::StepFunctions::Activity", "Arn", "arn:{partition}:states:{region}:{account}:activity:{name}"},
    {"AWS::StepFunctions::StateMachine", "Arn", "arn:{partition}:states:{region}:{account}:stateMachine:{name}"},
};

struct Service {
  std::string_view service;
  ArnService arn;
};

// Those whose ARNs are not of the namespace's word and a region.
constexpr Service kServices[] = {
    {.service = "acmpca", .arn = {"acm-pca", true}},
    {.service = "amazonmq", .arn = {"mq", true}},
    {.service = "apigatewayv2", .arn = {"apigateway", true}},
    {.service = "applicationautoscaling", .arn = {"application-autoscaling", true}},
    {.service = "applicationsignals", .arn = {"application-signals", true}},
    {.service = "arcregionswitch", .arn = {"arc-region-switch", true}},
    {.service = "arczonalshift", .arn = {"arc-zonal-shift", true}},
    {.service = "backupgateway", .arn = {"backup-gateway", true}},
    {.service = "bcmdataexports", .arn = {"bcm-data-exports", true}},
    {.service = "bedrockagentcore", .arn = {"bedrock-agentcore", true}},
    {.service = "billingconductor", .arn = {"billingconductor", false}},
    {.service = "budgets", .arn = {"budgets", false}},
    {.service = "ce", .arn = {"ce", false}},
    {.service = "certificatemanager", .arn = {"acm", true}},
    {.service = "chatbot", .arn = {"chatbot", false}},
    {.service = "cleanroomsml", .arn = {"cleanrooms-ml", true}},
    {.service = "cloudfront", .arn = {"cloudfront", false}},
    {.service = "codeguruprofiler", .arn = {"codeguru-profiler", true}},
    {.service = "codegurureviewer", .arn = {"codeguru-reviewer", true}},
    {.service = "codestarconnections", .arn = {"codestar-connections", true}},
    {.service = "codestarnotifications", .arn = {"codestar-notifications", true}},
    {.service = "cognito", .arn = {"cognito-idp", true}},
    {.service = "computeoptimizer", .arn = {"compute-optimizer", true}},
    {.service = "connectcampaigns", .arn = {"connect-campaigns", true}},
    {.service = "connectcampaignsv2", .arn = {"connect-campaigns", true}},
    {.service = "customerprofiles", .arn = {"profile", true}},
    {.service = "devopsguru", .arn = {"devops-guru", true}},
    {.service = "directoryservice", .arn = {"ds", true}},
    {.service = "docdb", .arn = {"rds", true}},
    {.service = "docdbelastic", .arn = {"docdb-elastic", true}},
    {.service = "efs", .arn = {"elasticfilesystem", true}},
    {.service = "elasticloadbalancingv2", .arn = {"elasticloadbalancing", true}},
    {.service = "elasticsearch", .arn = {"es", true}},
    {.service = "emr", .arn = {"elasticmapreduce", true}},
    {.service = "emrcontainers", .arn = {"emr-containers", true}},
    {.service = "emrserverless", .arn = {"emr-serverless", true}},
    {.service = "eventschemas", .arn = {"schemas", true}},
    {.service = "globalaccelerator", .arn = {"globalaccelerator", false}},
    {.service = "healthimaging", .arn = {"medical-imaging", true}},
    {.service = "iam", .arn = {"iam", false}},
    {.service = "inspectorv2", .arn = {"inspector2", true}},
    {.service = "iotcoredeviceadvisor", .arn = {"iotdeviceadvisor", true}},
    {.service = "kendraranking", .arn = {"kendra-ranking", true}},
    {.service = "kinesisanalyticsv2", .arn = {"kinesisanalytics", true}},
    {.service = "kinesisfirehose", .arn = {"firehose", true}},
    {.service = "licensemanager", .arn = {"license-manager", true}},
    {.service = "location", .arn = {"geo", true}},
    {.service = "macie", .arn = {"macie2", true}},
    {.service = "msk", .arn = {"kafka", true}},
    {.service = "mwaa", .arn = {"airflow", true}},
    {.service = "neptune", .arn = {"rds", true}},
    {.service = "neptunegraph", .arn = {"neptune-graph", true}},
    {.service = "networkfirewall", .arn = {"network-firewall", true}},
    {.service = "networkmanager", .arn = {"networkmanager", false}},
    {.service = "opensearchserverless", .arn = {"aoss", true}},
    {.service = "opensearchservice", .arn = {"es", true}},
    {.service = "opsworkscm", .arn = {"opsworks-cm", true}},
    {.service = "organizations", .arn = {"organizations", false}},
    {.service = "paymentcryptography", .arn = {"payment-cryptography", true}},
    {.service = "pcaconnectorad", .arn = {"pca-connector-ad", true}},
    {.service = "pcaconnectorscep", .arn = {"pca-connector-scep", true}},
    {.service = "pinpoint", .arn = {"mobiletargeting", true}},
    {.service = "pinpointemail", .arn = {"ses", true}},
    {.service = "redshiftserverless", .arn = {"redshift-serverless", true}},
    {.service = "refactorspaces", .arn = {"refactor-spaces", true}},
    {.service = "resourceexplorer2", .arn = {"resource-explorer-2", true}},
    {.service = "resourcegroups", .arn = {"resource-groups", true}},
    {.service = "route53", .arn = {"route53", false}},
    {.service = "route53recoverycontrol", .arn = {"route53-recovery-control", false}},
    {.service = "route53recoveryreadiness", .arn = {"route53-recovery-readiness", false}},
    {.service = "s3objectlambda", .arn = {"s3-object-lambda", true}},
    {.service = "s3outposts", .arn = {"s3-outposts", true}},
    {.service = "servicecatalogappregistry", .arn = {"servicecatalog", true}},
    {.service = "shield", .arn = {"shield", false}},
    {.service = "smsvoice", .arn = {"sms-voice", true}},
    {.service = "ssmcontacts", .arn = {"ssm-contacts", true}},
    {.service = "ssmguiconnect", .arn = {"ssm-guiconnect", true}},
    {.service = "ssmincidents", .arn = {"ssm-incidents", true}},
    {.service = "ssmquicksetup", .arn = {"ssm-quicksetup", true}},
    {.service = "stepfunctions", .arn = {"states", true}},
    {.service = "systemsmanagersap", .arn = {"ssm-sap", true}},
    {.service = "vpclattice", .arn = {"vpc-lattice", true}},
    {.service = "waf", .arn = {"waf", false}},
    {.service = "wafregional", .arn = {"waf-regional", true}},
    {.service = "workspacesinstances", .arn = {"workspaces-instances", true}},
    {.service = "workspacesthinclient", .arn = {"thinclient", true}},
    {.service = "workspacesweb", .arn = {"workspaces-web", true}},
};

}  // namespace

std::string_view known_form(std::string_view type_name, std::string_view property) {
  for (const Form& form : kForms) {
    if (form.type_name == type_name && form.property == property) return form.value;
  }
  return {};
}

ArnService arn_service(std::string_view service) {
  for (const Service& known : kServices) {
    if (known.service == service) return known.arn;
  }
  return {service, true};
}

}  // namespace squall::local_cloud
