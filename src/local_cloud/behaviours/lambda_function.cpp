// AWS::Lambda::Function and what hangs on one. A function's role must be there and trust Lambda; a package wants a runtime
// and a handler, an image neither; versions are numbered within their function, a number never used again, and there is one of
// each state; an alias names a version, and keeps it; all of them go with the function.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "local_cloud/behaviours/hooks.h"
#include "local_cloud/model.h"

namespace squall::local_cloud {

namespace {

constexpr const char* kType = "AWS::Lambda::Function";
constexpr const char* kVersion = "AWS::Lambda::Version";
constexpr const char* kAlias = "AWS::Lambda::Alias";
constexpr const char* kPermission = "AWS::Lambda::Permission";

constexpr std::string_view kNamePattern =
    "(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$"
    "LATEST|["
    "a-zA-Z0-9-_]+))?";

std::string function_arn(const Place& place, const std::string& name) {
  return arn_prefix(place, "lambda") + "function:" + name;
}

// A function is named by its name, by "123456789012:function:name", or by its ARN, with or without a version.
std::string name_of_function(const std::string& given) {
  const auto mark = given.find("function:");
  std::string name = mark == std::string::npos ? given : given.substr(mark + 9);
  return name.substr(0, name.find(':'));
}

Result<Refusal> check_role(const Place& place, Store& store, const Json& model) {
  const std::string arn = text_of(model, "Role");
  if (arn_part(arn, 4) != place.account) return refused("AccessDenied", "Cross-account pass role is not allowed.");
  const Json role = TRY(find_model(store, global_home(place), "AWS::IAM::Role", arn.substr(arn.rfind('/') + 1)));
  const bool trusts = role.is_object() && role.contains("AssumeRolePolicyDocument") &&
                      json_text(role["AssumeRolePolicyDocument"]).find("lambda.amazonaws.com") != std::string::npos;
  return trusts ? Refusal() : invalid("The role defined for the function cannot be assumed by Lambda.");
}

constexpr NumberRange kRanges[] = {{"MemorySize", 128, 10'240}, {"Timeout", 1, 900}};

// The families of Lambda's runtimes; which versions of them are still taken changes with time.
constexpr std::string_view kRuntimes[] = {"nodejs", "python", "java", "dotnet", "ruby", "go1.", "provided"};

Refusal settings_refusal(const Json& model) {
  const std::string name = text_of(model, "FunctionName");
  if (name.size() > 64 && !name.starts_with("arn:"))
    return constraint_refusal(name, "functionName", "have length less than or equal to 64");
  if (!has_only(name, "-_:$"))
    return constraint_refusal(name, "functionName", "satisfy regular expression pattern: " + std::string(kNamePattern));
  if (const NumberRange* range = outside(model, kRanges))
    return range_refusal(model, *range, std::string_view(range->property) == "Timeout" ? "timeout" : "memorySize");
  const std::string runtime = text_of(model, "Runtime");
  const bool is_known = std::any_of(std::begin(kRuntimes), std::end(kRuntimes),
                                    [&](std::string_view family) { return runtime.starts_with(family); });
  if (!runtime.empty() && !is_known)
    return invalid("Value " + runtime +
                   " at 'runtime' failed to satisfy constraint: Member must satisfy enum value set");
  return Refusal();
}

// Where a new function's code comes from. A read does not show it, so an update need not tell.
Refusal code_refusal(const Json& model) {
  const Json code = model.value("Code", Json::object());
  if (text_of(model, "PackageType") == "Image")
    return code.contains("ImageUri")
               ? Refusal()
               : invalid("Please provide ImageUri when creating a function with packageType Image.");
  if (code.contains("ZipFile") || (code.contains("S3Bucket") && code.contains("S3Key"))) return Refusal();
  return invalid("Please provide a source for function code.");
}

Refusal package_refusal(const Json& model) {
  const bool has_both = model.contains("Runtime") && model.contains("Handler");
  if (text_of(model, "PackageType") != "Image") {
    if (has_both) return Refusal();
    return invalid("Runtime and Handler are mandatory parameters for functions created with deployment packages.");
  }
  if (!model.contains("Runtime") && !model.contains("Handler") && !model.contains("Layers")) return Refusal();
  return invalid("Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image.");
}

Result<Refusal> check_network(const Place& place, Store& store, const Json& model) {
  const auto config = model.find("VpcConfig");
  if (config == model.end() || !config->is_object()) return Refusal();
  for (const Json& subnet : config->value("SubnetIds", Json::array())) {
    if (subnet.is_string() && !TRY(exists(store, place, "AWS::EC2::Subnet", subnet)))
      return invalid(
          "Error occurred while DescribeSubnets. EC2 Error Code: InvalidSubnetID.NotFound. EC2 Error Message: The "
          "subnet "
          "ID '" +
          subnet.get<std::string>() + "' does not exist");
  }
  for (const Json& group : config->value("SecurityGroupIds", Json::array())) {
    if (group.is_string() && !TRY(exists(store, place, "AWS::EC2::SecurityGroup", group)))
      return invalid(
          "Error occurred while DescribeSecurityGroups. EC2 Error Code: InvalidGroup.NotFound. EC2 Error Message: The "
          "security group '" +
          group.get<std::string>() + "' does not exist");
  }
  return Refusal();
}

// What is not said is no SnapStart; it works for versions only.
void set_snap_start(Json& model) {
  const auto asked = model.find("SnapStart");
  const std::string apply_on = asked != model.end() && asked->is_object() ? text_of(*asked, "ApplyOn") : "";
  model["SnapStartResponse"] = {{"ApplyOn", apply_on.empty() ? "None" : apply_on}, {"OptimizationStatus", "Off"}};
}

Result<Refusal> create(const Creation& creation) {
  Json& model = creation.model;
  if (auto refusal = settings_refusal(model)) return refusal;
  if (auto refusal = package_refusal(model)) return refusal;
  if (auto refusal = code_refusal(model)) return refusal;
  if (auto refusal = TRY(check_role(creation.place, creation.store, model))) return refusal;
  if (auto refusal = TRY(check_network(creation.place, creation.store, model))) return refusal;
  if (text_of(model, "FunctionName").empty()) model["FunctionName"] = TRY(new_name(creation, "function-"));
  set_default(model, "Architectures", Json::array({"x86_64"}));
  set_default(model, "EphemeralStorage", {{"Size", 512}});
  set_default(model, "LoggingConfig",
              {{"LogFormat", "Text"}, {"LogGroup", "/aws/lambda/" + text_of(model, "FunctionName")}});
  set_default(model, "MemorySize", 128);
  set_default(model, "PackageType", "Zip");
  set_default(model, "Timeout", 3);
  set_snap_start(model);
  set_default(model, "TracingConfig", {{"Mode", "PassThrough"}});
  return Refusal();
}

// Counts what a new version would have to differ by: code and settings. What a read does not show counts where it is told.
Status count_change(const Update& update) {
  Json before = update.before;
  Json after = update.model;
  for (std::string_view path : update.facts.write_only) {
    if (value_at(after, path) == nullptr) remove_path(before, path);
  }
  before.erase("Tags");
  after.erase("Tags");
  if (nlohmann::json(before) == nlohmann::json(after)) return {};  // whatever the order of their names
  TRY(update.store.next_number(update.place, "changes of " + function_arn(update.place, update.identifier)));
  return {};
}

// What the function keeps is not looked at again: it may be gone since.
Result<Refusal> update(const Update& update) {
  const auto changes = [&](const char* name) {
    return update.model.value(name, Json()) != update.before.value(name, Json());
  };
  if (auto refusal = settings_refusal(update.model)) return refusal;
  if (auto refusal = package_refusal(update.model)) return refusal;
  if (changes("Role")) {
    if (auto refusal = TRY(check_role(update.place, update.store, update.model))) return refusal;
  }
  if (changes("VpcConfig")) {
    if (auto refusal = TRY(check_network(update.place, update.store, update.model))) return refusal;
  }
  set_snap_start(update.model);
  TRY(count_change(update));
  return Refusal();
}

Result<Refusal> remove(const Deletion& deletion) {
  const std::string& name = deletion.identifier;
  for (const char* type : {kVersion, kAlias, kPermission}) {
    TRY(erase_children(deletion.store, deletion.place, type, name));
    TRY(erase_children(deletion.store, deletion.place, type, function_arn(deletion.place, name)));
  }
  return Refusal();
}

Result<Refusal> require_function(const Creation& creation) {
  const std::string name = name_of_function(text_of(creation.model, "FunctionName"));
  if (TRY(exists(creation.store, creation.place, kType, name))) return Refusal();
  return refused("NotFound", "Function not found: " + function_arn(creation.place, name));
}

// A version is a copy of the function as it is, and there is one copy of each state.
Result<Refusal> create_version(const Creation& creation) {
  Json& model = creation.model;
  Store& store = creation.store;
  if (auto refusal = TRY(require_function(creation))) return refusal;
  const std::string arn = function_arn(creation.place, name_of_function(text_of(model, "FunctionName")));
  const std::string numbers = "versions of " + arn;
  if (!model.contains("Version")) {
    const std::string last = std::to_string(TRY(store.raise_number(creation.place, numbers, 0)));
    const std::int64_t state = 1 + TRY(store.raise_number(creation.place, "changes of " + arn, 0));
    const std::int64_t copied = TRY(store.raise_number(creation.place, "last copy of " + arn, 0));
    if (copied == state && TRY(exists(store, creation.place, kVersion, arn + ":" + last)))
      return refused("AlreadyExists", "A version for this Lambda function exists ( " + last +
                                          " ). Modify the function to create a new version.");
    TRY(store.raise_number(creation.place, "last copy of " + arn, state));
    model["Version"] = std::to_string(TRY(store.next_number(creation.place, numbers)));
  }
  set_default(model, "FunctionArn", arn + ":" + text_of(model, "Version"));
  return Refusal();
}

bool points_to(const Json& alias, const std::string& version) {
  if (text_of(alias, "FunctionVersion") == version) return true;
  const auto routing = alias.find("RoutingConfig");
  if (routing == alias.end() || !routing->is_object()) return false;
  const Json weights = routing->value("AdditionalVersionWeights", Json::array());
  return std::any_of(weights.begin(), weights.end(), [&](const Json& weight) {
    return weight.is_object() && text_of(weight, "FunctionVersion") == version;
  });
}

Result<Refusal> remove_version(const Deletion& deletion) {
  const std::string version = text_of(deletion.model, "Version");
  const std::string name = name_of_function(deletion.identifier);
  std::string aliases;
  for (const std::string& function : {name, function_arn(deletion.place, name)}) {
    TRY(for_each_child(deletion.store, deletion.place, kAlias, function,
                       [&](const StoredResource&, const Json& alias) -> Status {
                         if (points_to(alias, version))
                           aliases += (aliases.empty() ? "" : ", ") + text_of(alias, "Name");
                         return {};
                       }));
  }
  if (aliases.empty()) return Refusal();
  return refused("ResourceConflict",
                 "Unable to delete version because the following aliases reference it: [" + aliases + "]");
}

Result<Refusal> check_version(const Place& place, Store& store, const Json& model) {
  const std::string version = text_of(model, "FunctionVersion");
  const std::string arn = function_arn(place, name_of_function(text_of(model, "FunctionName"))) + ":" + version;
  if (version == "$LATEST" || TRY(exists(store, place, kVersion, arn))) return Refusal();
  return refused("NotFound", "Function not found: " + arn);
}

Result<Refusal> create_alias(const Creation& creation) {
  Json& model = creation.model;
  if (auto refusal = TRY(require_function(creation))) return refusal;
  if (auto refusal = TRY(check_version(creation.place, creation.store, model))) return refusal;
  set_default(
      model, "AliasArn",
      function_arn(creation.place, name_of_function(text_of(model, "FunctionName"))) + ":" + text_of(model, "Name"));
  return Refusal();
}

Result<Refusal> update_alias(const Update& update) { return check_version(update.place, update.store, update.model); }

}  // namespace

const Behaviour kLambdaFunction{.type_name = kType, .create = create, .update = update, .remove = remove};

const Behaviour kLambdaVersion{
    .type_name = kVersion, .create = create_version, .remove = remove_version, .parent = "FunctionName"};
const Behaviour kLambdaAlias{
    .type_name = kAlias, .create = create_alias, .update = update_alias, .parent = "FunctionName"};
const Behaviour kLambdaPermission{.type_name = kPermission, .create = require_function, .parent = "FunctionName"};

}  // namespace squall::local_cloud
