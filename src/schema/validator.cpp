#include "schema/validator.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "schema/model_value.h"
#include "schema/pattern.h"

namespace squall::schema {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kReferencesMax = 32;          // in a row: a chain that is longer leads round in a circle
constexpr int kDepthMax = 400;              // schemas within schemas: an anyOf may name the schema it is in
constexpr std::size_t kStepsMax = 500'000;  // schemas tried for one model

std::string type_word(const Json& value) {
  if (value.is_string()) return "String";
  if (value.is_boolean()) return "Boolean";
  if (value.is_number_integer()) return "Integer";
  if (value.is_number()) return "Double";
  if (value.is_array()) return "JSONArray";
  return value.is_object() ? "JSONObject" : "Null";
}

std::string expected_word(std::string_view type) {
  if (type == "string") return "String";
  if (type == "boolean") return "Boolean";
  if (type == "integer") return "Integer";
  if (type == "number") return "Number";
  if (type == "array") return "JSONArray";
  return type == "null" ? "Null" : "JSONObject";
}

bool is_whole(const Json& value) {
  return value.is_number_integer() ||
         (value.is_number_float() && std::trunc(value.get<double>()) == value.get<double>());
}

bool is_of_type(std::string_view type, const Json& value) {
  if (type == "number") return value.is_number();
  if (type == "integer") return value.is_number() && is_whole(value);
  return type_word(value) == expected_word(type);
}

std::size_t code_points(const std::string& text) {
  std::size_t count = 0;
  for (char c : text) count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
  return count;
}

// "/" and "~" inside a name as RFC 6901 writes them.
std::string under(const std::string& pointer, std::string_view name) {
  std::string path = pointer + "/";
  for (char c : name) path += c == '~' ? std::string("~0") : c == '/' ? std::string("~1") : std::string(1, c);
  return path;
}

const Json* member(const Json& schema, const char* keyword) {
  const auto found = schema.find(keyword);
  return found == schema.end() ? nullptr : &*found;
}

std::optional<std::size_t> bound(const Json& schema, const char* keyword) {
  const Json* value = member(schema, keyword);
  if (value == nullptr || !value->is_number_unsigned()) return std::nullopt;
  return value->get<std::size_t>();
}

// A text that values have in common where they are equal as JSON: members in order of their names, 1.0 as 1.
void append_canonical(const Json& value, std::string& text) {
  if (value.is_object()) {
    text += '{';
    for (const auto& [name, member] : sorted_members(value)) {
      text += std::to_string(name.size()) + ":" + std::string(name);
      append_canonical(*member, text);
    }
    text += '}';
  } else if (value.is_array()) {
    text += '[';
    for (const Json& item : value) {
      append_canonical(item, text);
      text += ',';
    }
    text += ']';
  } else if (value.is_number_float() && is_whole(value) && std::abs(value.get<double>()) < 1e15) {
    text += std::to_string(static_cast<std::int64_t>(value.get<double>()));
  } else {
    text += value.dump(-1, ' ', false, Json::error_handler_t::replace);
  }
}

bool has_repeated_items(const Json& array) {
  std::unordered_set<std::string> texts;
  for (const Json& item : array) {
    std::string text;
    append_canonical(item, text);
    if (!texts.insert(std::move(text)).second) return true;
  }
  return false;
}

bool looks_like_date_time(const std::string& text) {
  static const Pattern kDateTime(R"(^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$)");
  return kDateTime.is_found_in(text).value_or(true);
}

}  // namespace

class Validator::State {
 public:
  explicit State(std::string_view text) : schema_(Json::parse(text, nullptr, false)) {}

  std::vector<Violation> run(const Json& model) {
    steps_ = 0;
    depth_ = 0;
    pattern_work_left_ = kPatternWorkMax;
    std::vector<Violation> faults;
    if (schema_.is_object()) check(schema_, model, "#", faults);
    return faults;
  }

  void compile_all() { compile_below(schema_, 0); }

  std::vector<std::string> unchecked() const {
    std::vector<std::string> expressions;
    for (const auto& [expression, pattern] : patterns_) {
      if (!pattern.compiles()) expressions.push_back(expression);
    }
    std::sort(expressions.begin(), expressions.end());
    return expressions;
  }

 private:
  using Faults = std::vector<Violation>;

  static void add(Faults& faults, const std::string& pointer, std::string keyword, std::string text) {
    faults.push_back({pointer, std::move(keyword), std::move(text)});
  }
  static void add_scrubbed(Faults& faults, const std::string& pointer, const std::string& keyword) {
    add(faults, pointer, keyword, "failed validation constraint for keyword [" + keyword + "]");
  }

  const Pattern& pattern_of(const std::string& expression) {
    const auto found = patterns_.find(expression);
    if (found != patterns_.end()) return found->second;
    return patterns_.emplace(expression, Pattern(expression)).first->second;
  }

  // Keywords that hold schemas and values alike are walked; what is no pattern there does no harm.
  void compile_below(const Json& node, int depth) {
    if (!node.is_structured() || depth > 100) return;
    if (const Json* pattern = node.is_object() ? member(node, "pattern") : nullptr;
        pattern != nullptr && pattern->is_string())
      pattern_of(pattern->get<std::string>());
    if (const Json* names = node.is_object() ? member(node, "patternProperties") : nullptr;
        names != nullptr && names->is_object()) {
      for (const auto& [expression, unused] : names->items()) pattern_of(expression);
    }
    for (const auto& child : node) compile_below(child, depth + 1);
  }

  // "#/definitions/Tag"; null where it leads nowhere.
  const Json* resolve(const Json* schema) const {
    for (int i = 0; i < kReferencesMax && schema != nullptr && schema->is_object(); ++i) {
      const Json* reference = member(*schema, "$ref");
      if (reference == nullptr || !reference->is_string()) return schema;
      const std::string place = reference->get<std::string>();
      if (!place.starts_with("#/")) return nullptr;
      schema = at(place.substr(2));
    }
    return nullptr;
  }

  const Json* at(std::string_view path) const {
    const Json* node = &schema_;
    while (!path.empty() && node != nullptr) {
      const std::string step(path.substr(0, path.find('/')));
      path.remove_prefix(std::min(path.size(), step.size() + 1));
      node = node->is_object() ? member(*node, step.c_str()) : nullptr;
    }
    return node;
  }

  void check(const Json& schema, const Json& value, const std::string& pointer, Faults& faults) {
    if (++steps_ > kStepsMax || depth_ >= kDepthMax) return;
    ++depth_;
    check_one(schema, value, pointer, faults);
    --depth_;
  }

  void check_one(const Json& unresolved, const Json& value, const std::string& pointer, Faults& faults) {
    const Json* resolved = resolve(&unresolved);
    if (resolved == nullptr || !resolved->is_object()) return;
    const Json& schema = *resolved;
    const Json* type = member(schema, "type");
    const Json* values = member(schema, "enum");
    if (values != nullptr && type != nullptr && type->is_string()) {
      check_enum_of_type(*type, *values, value, pointer, faults);
    } else {
      if (!check_type(type, value, pointer, faults)) return;
      if (values != nullptr && !is_listed(*values, value)) add_scrubbed(faults, pointer, "enum");
    }
    if (const Json* constant = member(schema, "const"); constant != nullptr && *constant != value)
      add_scrubbed(faults, pointer, "const");
    if (value.is_string()) check_string(schema, value, pointer, faults);
    if (value.is_number()) check_number(schema, value, pointer, faults);
    if (value.is_array()) check_array(schema, value, pointer, faults);
    if (value.is_object()) check_object(schema, value, pointer, faults);
    check_combinations(schema, value, pointer, faults);
  }

  static bool is_listed(const Json& values, const Json& value) {
    return std::find(values.begin(), values.end(), value) != values.end();
  }

  // AWS loads a type with an enum beside it as two schemas that must both fit, and says so.
  static void check_enum_of_type(const Json& type, const Json& values, const Json& value, const std::string& pointer,
                                 Faults& faults) {
    Faults causes;
    const std::string name = type.get<std::string>();
    if (!is_of_type(name, value))
      add(causes, pointer, "type", "expected type: " + expected_word(name) + ", found: " + type_word(value));
    if (!is_listed(values, value)) add_scrubbed(causes, pointer, "enum");
    if (causes.empty()) return;
    Violation both{pointer, "allOf", "#: only " + std::to_string(2 - causes.size()) + " subschema matches out of 2"};
    both.causes = std::move(causes);
    faults.push_back(std::move(both));
  }

  static bool check_type(const Json* type, const Json& value, const std::string& pointer, Faults& faults) {
    if (type == nullptr) return true;
    if (type->is_string()) {
      const std::string name = type->get<std::string>();
      if (is_of_type(name, value)) return true;
      add(faults, pointer, "type", "expected type: " + expected_word(name) + ", found: " + type_word(value));
      return false;
    }
    if (!type->is_array()) return true;
    for (const Json& name : *type) {
      if (name.is_string() && is_of_type(name.get<std::string>(), value)) return true;
    }
    Violation none{pointer, "anyOf",
                   "#: no subschema matched out of the total " + std::to_string(type->size()) + " subschemas"};
    for (const Json& name : *type) {
      if (name.is_string())
        add(none.causes, pointer, "type",
            "expected type: " + expected_word(name.get<std::string>()) + ", found: " + type_word(value));
    }
    faults.push_back(std::move(none));
    return false;
  }

  void check_string(const Json& schema, const Json& value, const std::string& pointer, Faults& faults) {
    const auto& text = value.get_ref<const std::string&>();
    const std::size_t length = code_points(text);
    const auto least = bound(schema, "minLength");
    const auto most = bound(schema, "maxLength");
    if (least && length < *least)
      add(faults, pointer, "minLength",
          "expected minLength: " + std::to_string(*least) + ", actual: " + std::to_string(length));
    if (most && length > *most)
      add(faults, pointer, "maxLength",
          "expected maxLength: " + std::to_string(*most) + ", actual: " + std::to_string(length));
    if (const Json* pattern = member(schema, "pattern"); pattern != nullptr && pattern->is_string()) {
      if (!pattern_of(pattern->get<std::string>()).is_found_in(text, pattern_work_left_).value_or(true))
        add_scrubbed(faults, pointer, "pattern");
    }
    if (const Json* format = member(schema, "format"); format != nullptr && *format == "date-time") {
      if (!looks_like_date_time(text)) add_scrubbed(faults, pointer, "format");
    }
  }

  static void check_number(const Json& schema, const Json& value, const std::string& pointer, Faults& faults) {
    const double number = value.get<double>();
    const auto limit = [&](const char* keyword) -> std::optional<double> {
      const Json* found = member(schema, keyword);
      if (found == nullptr || !found->is_number()) return std::nullopt;
      return found->get<double>();
    };
    if (const auto least = limit("minimum"); least && number < *least) add_scrubbed(faults, pointer, "minimum");
    if (const auto most = limit("maximum"); most && number > *most) add_scrubbed(faults, pointer, "maximum");
    if (const auto least = limit("exclusiveMinimum"); least && number <= *least)
      add_scrubbed(faults, pointer, "exclusiveMinimum");
    if (const auto most = limit("exclusiveMaximum"); most && number >= *most)
      add_scrubbed(faults, pointer, "exclusiveMaximum");
    if (const auto step = limit("multipleOf"); step && *step > 0) {
      const double count = number / *step;
      if (std::abs(count - std::round(count)) > 1e-9) add_scrubbed(faults, pointer, "multipleOf");
    }
  }

  void check_array(const Json& schema, const Json& value, const std::string& pointer, Faults& faults) {
    const auto least = bound(schema, "minItems");
    const auto most = bound(schema, "maxItems");
    if (least && value.size() < *least)
      add(faults, pointer, "minItems",
          "expected minimum item count: " + std::to_string(*least) + ", found: " + std::to_string(value.size()));
    if (most && value.size() > *most)
      add(faults, pointer, "maxItems",
          "expected maximum item count: " + std::to_string(*most) + ", found: " + std::to_string(value.size()));
    const Json* unique = member(schema, "uniqueItems");
    if (unique != nullptr && *unique == true && has_repeated_items(value))
      add(faults, pointer, "uniqueItems", "array items are not unique");
    const Json* items = member(schema, "items");
    if (items == nullptr || !items->is_object()) return;
    for (std::size_t i = 0; i < value.size(); ++i) check(*items, value[i], under(pointer, std::to_string(i)), faults);
  }

  void check_object(const Json& schema, const Json& value, const std::string& pointer, Faults& faults) {
    if (const Json* required = member(schema, "required"); required != nullptr && required->is_array()) {
      for (const Json& name : *required) {
        if (name.is_string() && !value.contains(name.get<std::string>()))
          add(faults, pointer, "required", "required key [" + name.get<std::string>() + "] not found");
      }
    }
    check_size(schema, value, pointer, faults);
    check_dependencies(schema, value, pointer, faults);
    const Json* properties = member(schema, "properties");
    const Json* more = member(schema, "additionalProperties");
    for (const auto& [name, item] : value.items()) {
      const Json* property = properties != nullptr ? member(*properties, name.c_str()) : nullptr;
      if (property != nullptr) check(*property, item, under(pointer, name), faults);
      const bool matched = check_patterns(schema, name, item, pointer, faults);
      if (property != nullptr || matched || more == nullptr) continue;
      if (*more == false)
        add(faults, pointer, "additionalProperties", "extraneous key [" + name + "] is not permitted");
      else if (more->is_object())
        check(*more, item, under(pointer, name), faults);
    }
  }

  static void check_size(const Json& schema, const Json& value, const std::string& pointer, Faults& faults) {
    const std::string found = "], found: [" + std::to_string(value.size()) + "]";
    const auto least = bound(schema, "minProperties");
    const auto most = bound(schema, "maxProperties");
    if (least && value.size() < *least)
      add(faults, pointer, "minProperties", "minimum size: [" + std::to_string(*least) + found);
    if (most && value.size() > *most)
      add(faults, pointer, "maxProperties", "maximum size: [" + std::to_string(*most) + found);
  }

  void check_dependencies(const Json& schema, const Json& value, const std::string& pointer, Faults& faults) {
    const Json* dependencies = member(schema, "dependencies");
    if (dependencies == nullptr || !dependencies->is_object()) return;
    for (const auto& [name, needed] : dependencies->items()) {
      if (!value.contains(name)) continue;
      if (needed.is_object()) check(needed, value, pointer, faults);
      if (!needed.is_array()) continue;
      for (const Json& other : needed) {
        if (other.is_string() && !value.contains(other.get<std::string>()))
          add(faults, pointer, "dependencies", "property [" + other.get<std::string>() + "] is required");
      }
    }
  }

  // Whether some pattern of patternProperties fits the name. One that cannot be checked fits every name.
  bool check_patterns(const Json& schema, const std::string& name, const Json& item, const std::string& pointer,
                      Faults& faults) {
    const Json* patterns = member(schema, "patternProperties");
    if (patterns == nullptr || !patterns->is_object()) return false;
    bool matched = false;
    for (const auto& [expression, subschema] : patterns->items()) {
      const auto found = pattern_of(expression).is_found_in(name, pattern_work_left_);
      if (!found) matched = true;
      if (!found.value_or(false)) continue;
      matched = true;
      check(subschema, item, under(pointer, name), faults);
    }
    return matched;
  }

  void check_combinations(const Json& schema, const Json& value, const std::string& pointer, Faults& faults) {
    for (const char* keyword : {"allOf", "anyOf", "oneOf"}) {
      const Json* subschemas = member(schema, keyword);
      if (subschemas == nullptr || !subschemas->is_array()) continue;
      Violation fault{pointer, keyword, {}};
      std::size_t matches = 0;
      for (const Json& subschema : *subschemas) {
        Faults causes;
        check(subschema, value, pointer, causes);
        matches += causes.empty() ? 1 : 0;
        fault.causes.insert(fault.causes.end(), causes.begin(), causes.end());
      }
      fault.text = combination_fault(keyword, matches, subschemas->size());
      if (!fault.text.empty()) faults.push_back(std::move(fault));
    }
  }

  static std::string combination_fault(std::string_view keyword, std::size_t matches, std::size_t count) {
    if (keyword == "allOf" && matches < count)
      return "#: only " + std::to_string(matches) + " subschema matches out of " + std::to_string(count);
    if (keyword == "anyOf" && matches == 0)
      return "#: no subschema matched out of the total " + std::to_string(count) + " subschemas";
    if (keyword == "oneOf" && matches != 1)
      return "#: " + std::to_string(matches) + " subschemas matched instead of one";
    return {};
  }

  const Json schema_;
  std::unordered_map<std::string, Pattern> patterns_;
  std::size_t steps_ = 0;
  std::size_t pattern_work_left_ = 0;  // for all patterns of one model
  int depth_ = 0;
};

Validator::Validator(std::string_view schema) : state_(std::make_unique<State>(schema)) {}
Validator::~Validator() = default;

std::vector<Violation> Validator::violations(const Json& model) const { return state_->run(model); }
std::vector<std::string> Validator::unchecked_patterns() const { return state_->unchecked(); }
void Validator::compile_patterns() const { state_->compile_all(); }

namespace {

std::size_t count_of(const std::vector<Violation>& violations) {
  std::size_t count = 0;
  for (const Violation& violation : violations) count += std::max<std::size_t>(1, count_of(violation.causes));
  return count;
}

void add_lines(const std::vector<Violation>& violations, std::string& text) {
  for (const Violation& violation : violations) {
    text += (text.empty() ? "" : "\n") + violation.pointer + ": " + violation.text;
    add_lines(violation.causes, text);
  }
}

}  // namespace

std::string model_validation_text(const std::vector<Violation>& violations) {
  std::string text;
  if (violations.size() > 1) text = "#: " + std::to_string(count_of(violations)) + " schema violations found";
  add_lines(violations, text);
  return "Model validation failed (" + text + ")";
}

}  // namespace squall::schema
