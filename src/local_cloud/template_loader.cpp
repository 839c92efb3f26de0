#include "local_cloud/template_loader.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <span>

#include "base/did_you_mean.h"
#include "local_cloud/invented_values.h"
#include "local_cloud/model.h"
#include "local_cloud/resource_handlers.h"
#include "local_cloud/validation.h"

namespace squall::local_cloud {

namespace {

constexpr std::string_view kNoValue = "AWS::NoValue";
constexpr std::size_t kResourcesMax = 500;  // CloudFormation's own bound; needs are followed by recursion

constexpr std::string_view kTemplateKeys[] = {"AWSTemplateFormatVersion",
                                              "Description",
                                              "Metadata",
                                              "Parameters",
                                              "Rules",
                                              "Mappings",
                                              "Conditions",
                                              "Transform",
                                              "Hooks",
                                              "Resources",
                                              "Outputs"};
constexpr std::string_view kResourceKeys[] = {"Type",         "Properties",     "DependsOn",
                                              "Condition",    "Metadata",       "CreationPolicy",
                                              "UpdatePolicy", "DeletionPolicy", "UpdateReplacePolicy"};

// The first key of an object that is not one of these; empty: all are known.
std::string unknown_key(const Json& object, std::span<const std::string_view> known) {
  for (const auto& [key, value] : object.items()) {
    if (std::find(known.begin(), known.end(), key) == known.end()) return key;
  }
  return {};
}

// The one function that an object calls: {"Ref": "A"}; empty: it is a value.
std::string function_of(const Json& node) {
  if (!node.is_object() || node.size() != 1) return {};
  const std::string key = node.begin().key();
  return key == "Ref" || key == "Condition" || key.starts_with("Fn::") ? key : std::string();
}

// "A.Arn" and ["A", "Arn"] -> A, Arn; an attribute may have dots.
std::optional<std::pair<std::string, std::string>> attribute_of(const Json& argument) {
  if (argument.is_string()) {
    const std::string text = argument;
    const auto dot = text.find('.');
    if (dot == std::string::npos) return std::nullopt;
    return std::pair(text.substr(0, dot), text.substr(dot + 1));
  }
  if (!argument.is_array() || argument.size() != 2 || !argument[0].is_string() || !argument[1].is_string())
    return std::nullopt;
  return std::pair(argument[0].get<std::string>(), argument[1].get<std::string>());
}

std::string as_text(const Json& value) { return value.is_string() ? value.get<std::string>() : json_text(value); }

// A text with "${A}", "${A.Arn}" and "${!Literal}": `value(name)` is asked for each of the first two.
template <typename Value>
Result<std::string> substituted(const std::string& text, Value value) {
  std::string made;
  for (std::size_t at = 0; at < text.size();) {
    const auto open = text.find("${", at);
    const auto close = open == std::string::npos ? open : text.find('}', open);
    if (close == std::string::npos) return made + text.substr(at);
    made += text.substr(at, open - at);
    const std::string name = text.substr(open + 2, close - open - 2);
    made += name.starts_with("!") ? "${" + name.substr(1) + "}" : TRY(value(name));
    at = close + 1;
  }
  return made;
}

const Json& resources_of(const Json& document) {
  static const Json kNone;
  const auto found = document.find("Resources");
  return found == document.end() ? kNone : *found;
}

class Loader {
 public:
  Loader(const Json& document, const Place& place, Store& store, TypeFactsCache& types)
      : document_(document), resources_(resources_of(document)), place_(place), store_(store), types_(types) {}

  Result<std::size_t> load() {
    if (const std::string key = unknown_key(document_, kTemplateKeys); !key.empty())
      return data_error("Invalid template property or properties [" + key + "]", did_you_mean(key, kTemplateKeys));
    if (!resources_.is_object() || resources_.empty())
      return data_error("At least one Resources member must be defined.");
    for (const char* shaping : {"Conditions", "Mappings", "Transform", "Rules"}) {
      if (document_.contains(shaping) && !document_[shaping].empty())
        return data_error("the template has " + std::string(shaping) + ", which load cannot work out",
                          "expand them first, or leave them out");
    }
    if (resources_.size() > kResourcesMax)
      return data_error("the template has " + std::to_string(resources_.size()) + " resources; " +
                        std::to_string(kResourcesMax) + " is the most that CloudFormation takes");
    for (const auto& [name, resource] : resources_.items()) TRY(create_with_needs(name));
    return made_.size();
  }

 private:
  static std::string did_you_mean(const std::string& key, std::span<const std::string_view> known) {
    const std::string near = nearest_name(key, known);
    return near.empty() ? near : "did you mean " + near + "?";
  }

  struct Made {
    std::string identifier;
    Json model;
  };

  // Depth first: what a resource needs is made before it.
  Status create_with_needs(const std::string& name) {
    if (made_.count(name) != 0) return {};
    if (!resources_.contains(name)) return data_error("there is no resource " + name + " in the template");
    if (!begun_.insert(name).second) return data_error("resource " + name + " needs itself, through what it refers to");
    const Json& resource = resources_[name];
    if (!resource.is_object() || !resource.contains("Type") || !resource["Type"].is_string())
      return data_error("resource " + name + " has no Type");
    if (resource.contains("Condition"))
      return data_error("resource " + name + " has a Condition, which load cannot work out");
    if (const std::string key = unknown_key(resource, kResourceKeys); !key.empty())
      return data_error("resource " + name + ": Invalid template resource property '" + key + "'",
                        did_you_mean(key, kResourceKeys));
    std::set<std::string> needs;
    const Json depends = resource.value("DependsOn", Json::array());
    for (const Json& need : depends.is_array() ? depends : Json::array({depends})) {
      if (!need.is_string())
        return data_error("resource " + name + ": DependsOn is neither a name nor a list of names");
      needs.insert(need);
    }
    const Json properties = resource.value("Properties", Json::object());
    collect_needs(properties, needs);
    for (const std::string& need : needs) TRY(create_with_needs(need));
    if (auto created = create(name, resource["Type"], properties); !created) {
      Error error = std::move(created).error();
      error.message = "resource " + name + ": " + error.message;
      return error;
    }
    return {};
  }

  void add_need(const std::string& name, std::set<std::string>& needs) const {
    if (resources_.contains(name)) needs.insert(name);
  }

  void collect_needs(const Json& node, std::set<std::string>& needs) const {
    const std::string function = function_of(node);
    if (function == "Ref" && node["Ref"].is_string()) {
      add_need(node["Ref"], needs);
    } else if (function == "Fn::GetAtt") {
      if (const auto attribute = attribute_of(node[function])) add_need(attribute->first, needs);
    } else if (function == "Fn::Sub") {
      const Json& argument = node[function];
      const Json& text = argument.is_array() && !argument.empty() ? argument[0] : argument;
      if (text.is_string()) {
        (void)substituted(text.get<std::string>(), [&](const std::string& name) -> Result<std::string> {
          add_need(name.substr(0, name.find('.')), needs);
          return std::string();
        }).ok();
      }
    }
    if (node.is_structured()) {
      for (const Json& child : node) collect_needs(child, needs);
    }
  }

  Status create(const std::string& name, const std::string& type, const Json& properties) {
    const TypeFacts* facts = types_.find(type);
    if (facts == nullptr) return data_error("The type '" + type + "' cannot be found.");
    if (!facts->type.has_handler(catalogue::Handler::create))
      return data_error("Resource type " + type + " does not support CREATE action");
    Json model = TRY(resolved(properties)).value_or(Json::object());
    if (const std::string fault = model_fault(*facts, model); !fault.empty()) return data_error(fault);
    if (const std::string names = read_only_set(*facts, model); !names.empty())
      return data_error("The following ReadOnly properties were set: [" + names + "]");
    const Place place = home_of(*facts, place_);
    const Created created = TRY(handle_create({*facts, place, store_, model}));
    if (created.failure) return data_error(created.failure->message);
    made_.emplace(name, Made{created.identifier, std::move(model)});
    return {};
  }

  // Nothing: AWS::NoValue, which takes its property away.
  Result<std::optional<Json>> resolved(const Json& node) const {
    if (const std::string function = function_of(node); !function.empty()) return call(function, node[function]);
    if (node.is_object()) {
      Json made = Json::object();
      for (const auto& [name, child] : node.items()) {
        if (auto value = TRY(resolved(child))) made[name] = std::move(*value);
      }
      return std::optional(std::move(made));
    }
    if (!node.is_array()) return std::optional(node);
    Json made = Json::array();
    for (const Json& child : node) {
      if (auto value = TRY(resolved(child))) made.push_back(std::move(*value));
    }
    return std::optional(std::move(made));
  }

  Result<std::optional<Json>> call(const std::string& function, const Json& argument) const {
    if (function == "Ref") {
      if (!argument.is_string()) return data_error("Ref needs a name");
      if (argument == kNoValue) return std::optional<Json>();
      return std::optional(TRY(referred(argument)));
    }
    if (function == "Fn::GetAtt") {
      const auto attribute = attribute_of(argument);
      if (!attribute) return data_error("Fn::GetAtt needs a resource and an attribute");
      return std::optional(TRY(attribute_value(attribute->first, attribute->second)));
    }
    if (function == "Fn::Join") return std::optional(Json(TRY(joined(argument))));
    if (function == "Fn::Sub") return std::optional(Json(TRY(substitute(argument))));
    return data_error(function + " is not one of the functions that load works out",
                      "those are Ref, Fn::GetAtt, Fn::Sub and Fn::Join");
  }

  Result<Json> referred(const std::string& name) const {
    if (const auto made = made_.find(name); made != made_.end()) return Json(made->second.identifier);
    if (name == "AWS::AccountId") return Json(place_.account);
    if (name == "AWS::Region") return Json(place_.region);
    if (name == "AWS::Partition") return Json(partition_of(place_.region));
    if (name == "AWS::URLSuffix") return Json(place_.region.starts_with("cn-") ? "amazonaws.com.cn" : "amazonaws.com");
    if (name == "AWS::StackName") return Json("local");
    const Json parameters = document_.value("Parameters", Json::object());
    if (!parameters.contains(name)) return data_error("there is no resource and no parameter " + name);
    const Json& parameter = parameters[name];
    if (!parameter.is_object() || !parameter.contains("Default"))
      return data_error("the parameter " + name + " has no Default", "add one: load asks nobody");
    return parameter_value(name, parameter);
  }

  static Result<Json> parameter_value(const std::string& name, const Json& parameter) {
    const std::string type = as_text(parameter.value("Type", Json("String")));
    const Json& value = parameter["Default"];
    if (type.starts_with("AWS::SSM::Parameter::Value"))
      return data_error("the parameter " + name + " stands for a value of Systems Manager, which load does not ask");
    if (type == "Number" && value.is_string()) {
      Json number = parse_json(value.get<std::string>());
      return number.is_number() ? number : value;
    }
    if ((type == "CommaDelimitedList" || type.starts_with("List<")) && value.is_string()) {
      Json list = Json::array();
      const std::string text = value;
      for (std::size_t at = 0; at <= text.size();) {
        const auto comma = std::min(text.find(',', at), text.size());
        std::string part = text.substr(at, comma - at);
        part.erase(0, std::min(part.find_first_not_of(' '), part.size()));
        part.erase(part.find_last_not_of(' ') + 1);
        list.push_back(std::move(part));
        at = comma + 1;
      }
      return list;
    }
    return value;
  }

  Result<Json> attribute_value(const std::string& name, std::string attribute) const {
    const auto made = made_.find(name);
    if (made == made_.end()) return data_error("there is no resource " + name + " in the template");
    std::replace(attribute.begin(), attribute.end(), '.', '/');
    const Json* value = value_at(made->second.model, attribute);
    if (value == nullptr)
      return data_error("the resource " + name + " has no attribute " + attribute,
                        "DESCRIBE its type tells what it has");
    return *value;
  }

  Result<std::string> joined(const Json& argument) const {
    if (!argument.is_array() || argument.size() != 2 || !argument[0].is_string())
      return data_error("Fn::Join needs a delimiter and a list");
    const auto parts = TRY(resolved(argument[1]));
    if (!parts || !parts->is_array()) return data_error("Fn::Join needs a delimiter and a list");
    std::string made;
    for (std::size_t i = 0; i < parts->size(); ++i)
      made += (i == 0 ? std::string() : argument[0].get<std::string>()) + as_text((*parts)[i]);
    return made;
  }

  Result<std::string> substitute(const Json& argument) const {
    const bool has_names =
        argument.is_array() && argument.size() == 2 && argument[0].is_string() && argument[1].is_object();
    if (!argument.is_string() && !has_names) return data_error("Fn::Sub needs a text, or a text and names");
    const std::string text = has_names ? argument[0] : argument;
    const Json names = has_names ? argument[1] : Json::object();
    return substituted(text, [&](const std::string& name) -> Result<std::string> {
      if (names.contains(name)) return as_text(TRY(resolved(names[name])).value_or(Json("")));
      const auto dot = name.find('.');
      if (dot == std::string::npos) return as_text(TRY(referred(name)));
      return as_text(TRY(attribute_value(name.substr(0, dot), name.substr(dot + 1))));
    });
  }

  const Json& document_;
  const Json& resources_;
  const Place& place_;
  Store& store_;
  TypeFactsCache& types_;
  std::map<std::string, Made> made_;
  std::set<std::string> begun_;
};

}  // namespace

Result<std::size_t> load_template(const Json& document, const Place& place, Store& store, TypeFactsCache& types) {
  return Loader(document, place, store, types).load();
}

}  // namespace squall::local_cloud
