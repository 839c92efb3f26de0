#include "support/model_maker.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>

#include "schema/pattern.h"
#include "schema/validator.h"
#include "support/pattern_sample.h"

namespace squall::testing {

namespace {

constexpr int kDepthMax = 24;            // schemas may contain themselves
constexpr int kOptionalDepthMax = 3;     // below: required properties only
constexpr std::size_t kNodesMax = 4000;  // values in a model; beyond: required properties only
constexpr int kTriesMax = 160;

const Json* member(const Json& schema, const char* keyword) {
  const auto found = schema.is_object() ? schema.find(keyword) : schema.end();
  return schema.is_object() && found != schema.end() ? &*found : nullptr;
}

std::size_t count_or(const Json& schema, const char* keyword, std::size_t otherwise) {
  const Json* value = member(schema, keyword);
  return value != nullptr && value->is_number_unsigned() ? value->get<std::size_t>() : otherwise;
}

double number_or(const Json& schema, const char* keyword, double otherwise) {
  const Json* value = member(schema, keyword);
  return value != nullptr && value->is_number() ? value->get<double>() : otherwise;
}

std::size_t code_points(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool is_combined(const Json& schema) {
  return schema.contains("oneOf") || schema.contains("anyOf") || schema.contains("allOf") ||
         schema.contains("dependencies") || schema.contains("maxProperties") || schema.contains("minProperties");
}

// One schema that asks for both; of two words for the same thing, the later's.
Json merged(Json base, const Json& more) {
  for (const auto& [keyword, value] : more.items()) {
    if (keyword == "properties" && base.contains("properties")) {
      for (const auto& [name, property] : value.items()) {
        Json& known = base["properties"][name];
        if (known.is_object() && !property.contains("$ref") && !known.contains("$ref"))
          known = merged(known, property);
        else if (!property.empty())
          known = property;
      }
    } else if (keyword == "required" && base.contains("required")) {
      for (const Json& name : value) {
        if (std::find(base["required"].begin(), base["required"].end(), name) == base["required"].end())
          base["required"].push_back(name);
      }
    } else {
      base[keyword] = value;
    }
  }
  return base;
}

// The value at a path without its parts that are named by read-only paths ("Rules/*/Arn").
void remove_path(Json& node, std::string_view path) {
  const auto slash = path.find('/');
  const std::string step(path.substr(0, slash));
  if (node.is_array()) {
    for (Json& item : node)
      remove_path(item, step == "*" && slash != std::string_view::npos ? path.substr(slash + 1) : path);
  } else if (step == "*" && slash != std::string_view::npos) {
    if (node.is_object()) {
      for (auto& [name, item] : node.items()) remove_path(item, path.substr(slash + 1));
    }
  } else if (node.is_object() && node.contains(step)) {
    if (slash == std::string_view::npos)
      node.erase(step);
    else
      remove_path(node[step], path.substr(slash + 1));
  }
}

}  // namespace

class ModelMaker::State {
 public:
  State(const catalogue::ResourceType& type, const PatternSamples& samples)
      : type_(type), samples_(samples), schema_(Json::parse(type.schema())), validator_(type.schema()) {}

  MadeModel make(int variant, const Json& given) {
    variant_ = variant;
    nodes_ = 0;
    Json model;
    std::string fault;
    for (std::size_t way = 0; way < ways_of(schema_); ++way) {
      model = smallest(way, given);
      fault = fault_of(model);
      if (fault.empty()) break;
    }
    if (!fault.empty()) return {std::move(model), std::move(fault)};
    grow(model);
    return {std::move(model), {}};
  }

  Json value_of(const std::string& property, int variant) {
    variant_ = variant;
    nodes_ = 0;
    const Json* described = member(schema_["properties"], property.c_str());
    if (described == nullptr) return nullptr;
    Json holder = {{property, value(*described, 1).value_or(nullptr)}};
    for (std::string_view path : type_.read_only()) remove_path(holder, path);
    return holder.value(property, Json());
  }

  std::string fault_of(const Json& model) const {
    const auto violations = validator_.violations(model);
    return violations.empty() ? std::string() : schema::model_validation_text(violations);
  }

 private:
  bool is_settable(const std::string& property) const {
    const auto index = type_.find_property(property);
    return index && !type_.property(*index).has(catalogue::kReadOnly);
  }

  // What the schema requires, by one way through its alternatives.
  Json smallest(std::size_t way, const Json& given) {
    const Json schema = on_way(schema_, way);
    Json model = given;
    for (const std::string& name : required_of(schema)) {
      const Json* described = member(schema["properties"], name.c_str());
      if (model.contains(name) || described == nullptr || !is_settable(name)) continue;
      if (auto made = value(*described, 1)) model[name] = std::move(*made);
    }
    clean(model);
    return model;
  }

  // Each property that fits beside the others.
  void grow(Json& model) {
    for (const auto& [name, described] : schema_["properties"].items()) {
      if (model.contains(name) || !is_settable(name) || nodes_ > kNodesMax) continue;
      auto made = value(described, 1);
      if (!made) continue;
      Json larger = model;
      larger[name] = std::move(*made);
      clean(larger);
      if (larger.contains(name) && larger.dump().size() < 100'000 && fault_of(larger).empty())
        model = std::move(larger);
    }
  }

  // Nested values that only the service sets, where the schema allows to leave them out.
  void clean(Json& model) const {
    Json cleaned = model;
    for (std::string_view path : type_.read_only()) {
      if (path.find('/') != std::string_view::npos) remove_path(cleaned, path);
    }
    if (cleaned != model && (fault_of(cleaned).empty() || !fault_of(model).empty())) model = std::move(cleaned);
  }

  const Json& resolve(const Json& schema) const {
    const Json* node = &schema;
    for (int i = 0; i < 32; ++i) {
      const Json* reference = member(*node, "$ref");
      if (reference == nullptr) break;
      const Json* next = &schema_;
      std::string_view path = reference->get_ref<const std::string&>();
      path.remove_prefix(std::min<std::size_t>(2, path.size()));
      while (!path.empty() && next != nullptr) {
        const std::string step(path.substr(0, path.find('/')));
        path.remove_prefix(std::min(path.size(), step.size() + 1));
        next = member(*next, step.c_str());
      }
      if (next == nullptr) break;
      node = next;
    }
    return *node;
  }

  static std::vector<std::string> required_of(const Json& schema) {
    std::vector<std::string> names;
    if (const Json* required = member(schema, "required"); required != nullptr) {
      for (const Json& name : *required) {
        if (name.is_string()) names.push_back(name);
      }
    }
    return names;
  }

  std::size_t alternatives_of(const Json& schema) const {
    std::size_t count = 1;
    for (const char* keyword : {"oneOf", "anyOf"}) {
      if (const Json* list = member(schema, keyword); list != nullptr) count *= std::max<std::size_t>(1, list->size());
    }
    return count;
  }

  // The ways through a schema's alternatives, and through those of the alternatives that allOf holds.
  std::size_t ways_of(const Json& schema) const {
    std::size_t count = alternatives_of(schema);
    if (const Json* all = member(schema, "allOf"); all != nullptr) {
      for (const Json& part : *all) count *= alternatives_of(resolve(part));
    }
    return std::min<std::size_t>(count, 64);
  }

  // The schema with one of its alternatives taken.
  Json on_way(const Json& schema, std::size_t way) const {
    Json taken = schema;
    for (const char* keyword : {"oneOf", "anyOf"}) {
      const Json* list = member(schema, keyword);
      if (list == nullptr || list->empty()) continue;
      Json chosen = resolve((*list)[way % list->size()]);
      way /= list->size();
      if (is_combined(chosen) && chosen.contains("properties")) chosen = on_way(chosen, 0);
      taken.erase(keyword);
      if (const Json* told = member(chosen, "properties"); told != nullptr && taken.contains("properties")) {
        for (const auto& [name, unused] : told->items()) {
          Json& known = taken["properties"][name];
          if (known.is_object()) known = Json(resolve(known));
        }
      }
      taken = merged(std::move(taken), chosen);
    }
    const Json* all = member(schema, "allOf");
    if (all == nullptr) return taken;
    taken.erase("allOf");
    for (const Json& part : *all) {
      const Json& resolved = resolve(part);
      const std::size_t alternatives = alternatives_of(resolved);
      taken = merged(std::move(taken), on_way(resolved, way % alternatives));
      way /= alternatives;
    }
    return taken;
  }

  // Whether a value fits one schema within the whole; a validator for each that is asked about.
  bool fits(const Json& schema, const Json& made) {
    auto& validator = validators_[&schema];
    if (!validator) {
      Json whole = schema;
      whole["definitions"] = schema_.value("definitions", Json::object());
      validator = std::make_unique<schema::Validator>(whole.dump());
    }
    return validator->violations(made).empty();
  }

  std::optional<Json> value(const Json& unresolved, int depth) {
    const Json& schema = resolve(unresolved);
    if (depth > kDepthMax || !schema.is_object()) return std::nullopt;
    ++nodes_;
    if (!schema.contains("oneOf") && !schema.contains("anyOf") && !schema.contains("allOf"))
      return plain(schema, depth);
    std::optional<Json> made;
    for (const bool optional : {true, false}) {
      for (std::size_t way = 0; way < ways_of(schema); ++way) {
        const auto choice = (way + static_cast<std::size_t>(variant_)) % ways_of(schema);
        made = plain(on_way(schema, choice), optional ? depth : std::max(depth, kOptionalDepthMax + 1));
        if (made && fits(schema, *made)) return made;
      }
    }
    return made;
  }

  std::optional<Json> plain(const Json& schema, int depth) {
    if (const Json* constant = member(schema, "const"); constant != nullptr) return *constant;
    if (const Json* words = member(schema, "enum"); words != nullptr && words->is_array() && !words->empty())
      return (*words)[static_cast<std::size_t>(variant_) % words->size()];
    const std::string kind = kind_of(schema);
    if (kind == "string") return text(schema);
    if (kind == "integer" || kind == "number") return number(schema, kind == "integer");
    if (kind == "boolean") return variant_ % 2 == 0;
    if (kind == "array") return array(schema, depth);
    if (kind == "null") return Json();
    return object(schema, depth);
  }

  std::string kind_of(const Json& schema) const {
    const Json* type = member(schema, "type");
    if (type != nullptr && type->is_array() && !type->empty()) type = &(*type)[0];
    if (type != nullptr && type->is_string()) return *type;
    if (schema.contains("properties") || schema.contains("patternProperties")) return "object";
    return schema.contains("items") ? "array" : "string";
  }

  Json number(const Json& schema, bool whole) const {
    double least = number_or(schema, "minimum", number_or(schema, "exclusiveMinimum", -0.5) + (whole ? 1 : 0.5));
    if (whole) least = std::ceil(least);
    const double most = number_or(schema, "maximum", number_or(schema, "exclusiveMaximum", 1e9) - 0.5);
    const double step = number_or(schema, "multipleOf", 1);
    double made = std::ceil(least / step) * step + step * variant_;
    if (made > most) made = std::ceil(least / step) * step + (variant_ % 2 == 1 && least + step <= most ? step : 0);
    if (made > most) made = least;
    if (made == std::floor(made) && std::abs(made) < 9e15) return static_cast<std::int64_t>(made);
    return made;
  }

  std::optional<Json> array(const Json& schema, int depth) {
    const std::size_t least = count_or(schema, "minItems", 0);
    const std::size_t most = count_or(schema, "maxItems", 1'000);
    const std::size_t wanted = std::min(most, std::max<std::size_t>(least, 1));
    Json made = Json::array();
    const Json* items = member(schema, "items");
    const Json free = {{"type", "string"}};
    const int variant = variant_;
    for (std::size_t i = 0, tries = 0; i < wanted && tries < wanted + 20; ++tries) {
      variant_ = variant + static_cast<int>(tries);
      auto item = value(items != nullptr ? *items : free, depth + 1);
      if (!item) break;
      if (std::find(made.begin(), made.end(), *item) != made.end()) continue;
      made.push_back(std::move(*item));
      ++i;
    }
    variant_ = variant;
    if (made.size() < least) return std::nullopt;
    return made;
  }

  std::optional<Json> object(const Json& schema, int depth) {
    Json made = Json::object();
    const Json* properties = member(schema, "properties");
    const auto required = required_of(schema);
    for (const std::string& name : required) {
      const Json* described = properties != nullptr ? member(*properties, name.c_str()) : nullptr;
      auto part = described != nullptr ? value(*described, depth + 1) : std::optional<Json>("sample");
      if (!part) return std::nullopt;
      made[name] = std::move(*part);
    }
    if (properties != nullptr) add_optional(schema, *properties, depth, made);
    fill_free(schema, depth, made);
    return made;
  }

  void add_optional(const Json& schema, const Json& properties, int depth, Json& made) {
    const std::size_t least = count_or(schema, "minProperties", 0);
    const std::size_t most = count_or(schema, "maxProperties", 1'000);
    const bool all = depth <= kOptionalDepthMax && nodes_ < kNodesMax;
    for (const auto& [name, described] : properties.items()) {
      if (made.contains(name) || made.size() >= most || (!all && made.size() >= least)) continue;
      auto part = value(described, depth + 1);
      if (!part) continue;
      Json larger = made;
      larger[name] = std::move(*part);
      if (!schema.contains("dependencies") || fits_copy(schema, larger)) made = std::move(larger);
    }
  }

  bool fits_copy(const Json& schema, const Json& made) const {
    Json whole = schema;
    whole["definitions"] = schema_.value("definitions", Json::object());
    return schema::Validator(whole.dump()).violations(made).empty();
  }

  // Names that the schema leaves open.
  void fill_free(const Json& schema, int depth, Json& made) {
    if (const Json* patterns = member(schema, "patternProperties"); patterns != nullptr && !patterns->empty()) {
      const auto first = patterns->begin();
      const auto name = fitting_text(first.key(), 1, 128);
      auto part = value(first.value(), depth + 1);
      if (name && part) made[*name] = std::move(*part);
      return;
    }
    const Json* more = member(schema, "additionalProperties");
    if (more != nullptr && more->is_object()) {
      if (auto part = value(*more, depth + 1)) made["key" + std::to_string(variant_)] = std::move(*part);
    } else if (!schema.contains("properties") && (more == nullptr || *more != false)) {
      made["Key"] = "value" + std::to_string(variant_);
    }
  }

  std::optional<Json> text(const Json& schema) {
    const std::size_t least = count_or(schema, "minLength", 0);
    const std::size_t most = count_or(schema, "maxLength", 100'000);
    if (const Json* format = member(schema, "format"); format != nullptr && *format == "date-time")
      return "2026-01-0" + std::to_string(1 + variant_ % 9) + "T00:00:00Z";
    if (const Json* pattern = member(schema, "pattern"); pattern != nullptr && pattern->is_string()) {
      auto made = fitting_text(pattern->get<std::string>(), least, most);
      if (!made) return std::nullopt;
      return Json(std::move(*made));
    }
    std::string made = "sample-" + std::to_string(variant_);
    if (made.size() > most) made = std::to_string(variant_ % 10).substr(0, most);
    while (code_points(made) < least) made += "x";
    return made;
  }

  std::optional<std::string> fitting_text(const std::string& expression, std::size_t least, std::size_t most) {
    const schema::Pattern pattern(expression);
    const auto is_fit = [&](const std::string& text) {
      const std::size_t length = code_points(text);
      return length >= least && length <= most && pattern.is_found_in(text).value_or(true);
    };
    if (const auto curated = samples_.find(expression); curated != samples_.end() && is_fit(curated->second))
      return curated->second;
    Dice dice(static_cast<std::uint64_t>(variant_) * 7919 + 1);
    for (int i = 0; i < kTriesMax; ++i) {
      const SampleForm form{.repeats_extra = repeats_of(i, least), .any_character = i % 4 == 3};
      auto made = sample_of(expression, form, dice);
      if (!made) break;
      if (made->empty()) made = "sample-" + std::to_string(variant_);  // an expression that only forbids
      if (is_fit(*made)) return made;
      // A pattern is searched for, so a text may go on where it is not anchored.
      while (code_points(*made) < least) *made += "x";
      if (is_fit(*made)) return made;
    }
    if (is_fit("")) return "";
    return std::nullopt;
  }

  static std::uint32_t repeats_of(int attempt, std::size_t least) {
    constexpr std::uint32_t kExtras[] = {8, 12, 4, 2, 1, 0, 16, 24, 32, 64};
    if (attempt % 10 == 9 && least > 8) return static_cast<std::uint32_t>(std::min<std::size_t>(least * 2, 4'096));
    return kExtras[attempt % 10];
  }

  const catalogue::ResourceType type_;
  const PatternSamples& samples_;
  Json schema_;
  const schema::Validator validator_;
  std::unordered_map<const Json*, std::unique_ptr<schema::Validator>> validators_;
  int variant_ = 0;
  std::size_t nodes_ = 0;
};

ModelMaker::ModelMaker(const catalogue::ResourceType& type, const PatternSamples& samples)
    : state_(std::make_unique<State>(type, samples)) {}
ModelMaker::~ModelMaker() = default;

MadeModel ModelMaker::make(int variant, const Json& given) { return state_->make(variant, given); }
Json ModelMaker::value_of(const std::string& property, int variant) { return state_->value_of(property, variant); }
std::string ModelMaker::fault_of(const Json& model) const { return state_->fault_of(model); }

}  // namespace squall::testing
