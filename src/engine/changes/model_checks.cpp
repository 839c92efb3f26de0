#include "engine/changes/model_checks.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/did_you_mean.h"
#include "schema/validator.h"

namespace squall::engine {

namespace {

using schema::Violation;

constexpr std::size_t kShownMax = 60;
constexpr std::size_t kAllowedShownMax = 20;

void flatten(const std::vector<Violation>& violations, std::vector<Violation>& out) {
  for (const Violation& violation : violations) {
    // The causes of a combination (oneOf …) are alternatives: the whole is told, not each.
    // Of allOf every one must hold, so its causes are faults of their own.
    if (violation.keyword.empty() || (violation.keyword == "allOf" && !violation.causes.empty()))
      flatten(violation.causes, out);
    else
      out.push_back(violation);
  }
}

// "#/Tags/0/Key" -> {"Tags", "0", "Key"}
std::vector<std::string> steps_of(std::string_view pointer) {
  std::vector<std::string> steps;
  if (pointer.starts_with('#')) pointer.remove_prefix(1);
  while (pointer.starts_with('/')) {
    pointer.remove_prefix(1);
    const auto end = pointer.find('/');
    steps.emplace_back(pointer.substr(0, end));
    pointer = end == std::string_view::npos ? std::string_view() : pointer.substr(end);
  }
  return steps;
}

const Json* followed(const Json& schema, const Json* node) {
  constexpr std::string_view kDefinitions = "#/definitions/";
  for (int i = 0; node != nullptr && node->is_object() && node->contains("$ref") && i < 8; ++i) {
    const std::string reference = (*node)["$ref"].is_string() ? (*node)["$ref"].get<std::string>() : std::string();
    if (!reference.starts_with(kDefinitions) || !schema.contains("definitions")) return nullptr;
    const auto found = schema["definitions"].find(reference.substr(kDefinitions.size()));
    node = found == schema["definitions"].end() ? nullptr : &*found;
  }
  return node != nullptr && node->is_object() ? node : nullptr;
}

// The schema of the place that a pointer leads to; null where it leads through a combination.
const Json* schema_at(const Json& schema, const std::vector<std::string>& steps) {
  const Json* node = &schema;
  for (const std::string& step : steps) {
    node = followed(schema, node);
    if (node == nullptr) return nullptr;
    if (node->contains("properties") && (*node)["properties"].contains(step))
      node = &(*node)["properties"][step];
    else if (node->contains("items"))
      node = &(*node)["items"];
    else
      return nullptr;
  }
  return followed(schema, node);
}

const Json* value_at_steps(const Json& model, const std::vector<std::string>& steps) {
  const Json* node = &model;
  for (const std::string& step : steps) {
    if (node->is_object() && node->contains(step))
      node = &(*node)[step];
    else if (node->is_array() && !step.empty() && step.size() < 9 &&
             std::all_of(step.begin(), step.end(), [](char c) { return c >= '0' && c <= '9'; }) &&
             std::stoul(step) < node->size())
      node = &(*node)[std::stoul(step)];
    else
      return nullptr;
  }
  return node;
}

std::string joined_values(const Json& values) {
  std::string text;
  std::size_t count = 0;
  for (const Json& value : values) {
    if (count++ == kAllowedShownMax) return text + ", …";
    text += (text.empty() ? "" : ", ") + (value.is_string() ? value.get<std::string>() : value.dump());
  }
  return text;
}

// "required key [ImageName] not found" -> ImageName
std::string bracketed(std::string_view text) {
  const auto open = text.find('[');
  const auto close = text.find(']', open == std::string_view::npos ? 0 : open);
  if (open == std::string_view::npos || close == std::string_view::npos) return {};
  return std::string(text.substr(open + 1, close - open - 1));
}

}  // namespace

struct ModelChecks::State {
  const TableShape& shape;
  bool only_types;
  Place place;
  Json schema;
  schema::Validator validator;

  State(const TableShape& table, bool types, Place where)
      : shape(table),
        only_types(types),
        place(std::move(where)),
        schema(Json::parse(table.table.type.schema(), nullptr, false)),
        validator(table.table.type.schema()) {}

  std::string column_of(std::string_view property) const {
    const auto index = shape.table.type.find_property(property);
    return index ? std::string(shape.table.type.property(*index).column) : std::string(property);
  }

  bool is_write_only(std::string_view property) const {
    const auto index = shape.table.type.find_property(property);
    return index && shape.table.type.property(*index).has(catalogue::kWriteOnly);
  }

  // vendor_guidance, tags (at /0/Key)
  std::string name_of(const std::vector<std::string>& steps) const {
    std::string name = column_of(steps.front());
    if (steps.size() == 1) return name;
    name += " (at ";
    for (std::size_t i = 1; i < steps.size(); ++i) name += "/" + steps[i];
    return name + ")";
  }

  std::string shown(const Json& model, const std::vector<std::string>& steps) const {
    const Json* value = value_at_steps(model, steps);
    if (value == nullptr) return "the value";
    const auto index = shape.table.type.find_property(steps.front());
    for (std::string_view path : shape.table.type.write_only()) {
      if (index && path.substr(0, path.find('/')) == steps.front()) return "***";
    }
    std::string text = value->is_string() ? "'" + value->get<std::string>() + "'"
                                          : value->dump(-1, ' ', false, Json::error_handler_t::replace);
    if (text.size() > kShownMax) text = text.substr(0, kShownMax) + "…";
    return text;
  }

  Error missing(const std::vector<std::string>& names) const {
    std::string columns;
    std::string write_only;
    for (const std::string& name : names) {
      columns += (columns.empty() ? "" : ", ") + column_of(name);
      if (is_write_only(name)) write_only = column_of(name);
    }
    if (!write_only.empty())
      return sql_error(shape.name + " needs " + columns + ": " + write_only +
                           " is required and write-only, so nobody but you can tell its value",
                       "give it in the same statement");
    return sql_error(shape.name + " needs " + columns, "SHOW INSERT INTO " + shape.name + " prints a template");
  }

  Error unknown_property(const std::vector<std::string>& steps, const std::string& name) const {
    Error error = sql_error((steps.empty() ? shape.name : name_of(steps)) + " has no property " + name);
    std::vector<std::string_view> known;
    const Json* node = schema_at(schema, steps);
    if (node != nullptr && node->contains("properties")) {
      for (const auto& [property, ignored] : (*node)["properties"].items()) known.push_back(property);
    }
    const std::string nearest = nearest_name(name, known);
    if (!nearest.empty()) error.hint = "did you mean " + nearest + "?";
    return error;
  }

  Error told(const Violation& violation, const Json& model) const {
    const auto steps = steps_of(violation.pointer);
    if (violation.keyword == "additionalProperties" || violation.text.starts_with("extraneous key"))
      return unknown_property(steps, bracketed(violation.text));
    if (steps.empty()) return sql_error(shape.name + ": " + violation.text);
    const std::string name = name_of(steps);
    if (violation.keyword == "required") return sql_error(name + ": " + violation.text);
    const Json* rule = schema_at(schema, steps);
    const bool has_rule = rule != nullptr && rule->contains(violation.keyword);
    if (violation.keyword == "enum" && has_rule)
      return sql_error(name + " cannot be " + shown(model, steps), "one of " + joined_values((*rule)["enum"]));
    if (has_rule && !(*rule)[violation.keyword].is_structured()) {
      const Json& bound = (*rule)[violation.keyword];
      const std::string text = bound.is_string() ? bound.get<std::string>() : bound.dump();
      return sql_error(name + " cannot be " + shown(model, steps) + ": " + violation.keyword + " is " + text);
    }
    return sql_error(name + ": " + violation.text);
  }

  Error at_place(Error error, const std::string& property) const {
    const auto found = place(property);
    return found ? std::move(error).at(found->first, found->second) : error;
  }

  Status check(const Json& model, const std::set<std::string>* only, bool whole = true) const {
    std::vector<Violation> flat;
    flatten(validator.violations(model), flat);
    std::vector<std::string> absent;
    for (const Violation& violation : flat) {
      if (only_types && violation.keyword != "type") continue;
      const auto steps = steps_of(violation.pointer);
      if (steps.empty() && violation.keyword == "required") {
        const std::string name = bracketed(violation.text);
        if (only == nullptr || only->contains(name) || is_write_only(name)) absent.push_back(name);
        continue;
      }
      // A rule over several properties, or an old value that a read brought: AWS is the judge of it.
      if (only != nullptr && (steps.empty() || !only->contains(steps.front()))) continue;
      const std::string property = steps.empty() ? bracketed(violation.text) : steps.front();
      return at_place(told(violation, model), property);
    }
    if (absent.empty() || !whole) return {};
    return at_place(missing(absent), absent.front());
  }
};

ModelChecks::ModelChecks(const TableShape& shape, bool only_types, Place place)
    : state_(std::make_unique<State>(shape, only_types, std::move(place))) {}
ModelChecks::~ModelChecks() = default;

Status ModelChecks::create(const Json& model) const { return state_->check(model, nullptr); }

Status ModelChecks::update(const Json& model, const std::set<std::string>& properties_set) const {
  return state_->check(model, &properties_set);
}

Status ModelChecks::given(const Json& properties) const {
  std::set<std::string> names;
  for (const auto& [name, value] : properties.items()) {
    if (!state_->shape.table.type.find_property(name)) return state_->unknown_property({}, name);
    names.insert(name);
  }
  return state_->check(properties, &names, false);
}

const Json& ModelChecks::schema() const { return state_->schema; }

}  // namespace squall::engine
