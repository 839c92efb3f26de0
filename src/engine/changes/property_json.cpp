#include "engine/changes/property_json.h"

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/ascii.h"

namespace squall::engine {

namespace {

constexpr std::size_t kShownMax = 40;  // characters of a value in an error

// A write-only value may be a secret.
std::string shown(const OwnedValue& value, const catalogue::Property& property) {
  if (property.has(catalogue::kWriteOnly)) return "what was given (hidden, for it is write-only)";
  std::string text = value.as_text();
  if (text.size() > kShownMax) text = text.substr(0, kShownMax) + "...";
  return "'" + text + "'";
}

Error no_such_value(const OwnedValue& value, const catalogue::Property& property, std::string_view what) {
  return sql_error(std::string(property.column) + " is " + std::string(what) + ", and " + shown(value, property) +
                   " is none");
}

std::optional<double> number_of(const OwnedValue& value) {
  if (value.kind == Value::Kind::integer) return static_cast<double>(value.integer);
  if (value.kind == Value::Kind::real) return value.real;
  double number = 0;
  const auto [end, code] = std::from_chars(value.text.data(), value.text.data() + value.text.size(), number);
  if (code != std::errc() || end != value.text.data() + value.text.size()) return std::nullopt;
  return number;
}

std::optional<std::int64_t> integer_of(const OwnedValue& value) {
  if (value.kind == Value::Kind::integer) return value.integer;
  if (value.kind == Value::Kind::text) {
    std::int64_t integer = 0;
    const auto [end, code] = std::from_chars(value.text.data(), value.text.data() + value.text.size(), integer);
    if (code == std::errc() && end == value.text.data() + value.text.size()) return integer;
  }
  const auto number = number_of(value);
  constexpr double kExact = 9007199254740992.0;  // 2^53
  if (!number || !(*number <= kExact && *number >= -kExact) ||
      *number != static_cast<double>(static_cast<std::int64_t>(*number)))
    return std::nullopt;
  return static_cast<std::int64_t>(*number);
}

std::optional<bool> boolean_of(const OwnedValue& value) {
  if (value.kind == Value::Kind::integer && (value.integer == 0 || value.integer == 1)) return value.integer == 1;
  if (value.kind == Value::Kind::text) {
    for (const char* word : {"true", "1"}) {
      if (equal_ignoring_case(value.text, word)) return true;
    }
    for (const char* word : {"false", "0"}) {
      if (equal_ignoring_case(value.text, word)) return false;
    }
  }
  return std::nullopt;
}

Result<Json> document_of(const OwnedValue& value, const catalogue::Property& property, bool takes_text) {
  const bool array = property.type == DataType::array;
  const char* what = array ? "an array" : "an object";
  if (value.kind != Value::Kind::text) {
    if (!takes_text) return no_such_value(value, property, what);
    return value.kind == Value::Kind::integer ? Json(value.integer) : Json(value.real);
  }
  auto document = parse_document(value.text);
  if (!document) {
    if (takes_text) return Json(value.text);
    return sql_error(std::string(property.column) + " is " + what + ", and its text is " + document.error().message,
                     array ? "write it as JSON: '[…]'" : "write it as JSON: '{\"…\": …}'");
  }
  // Some take both (a DynamoDB table's KeySchema): the schema is the judge of which.
  const bool fits = document->is_array() || document->is_object();
  if (!fits && takes_text && !document->is_array() && !document->is_object()) return Json(value.text);
  if (!fits && !takes_text) return no_such_value(value, property, what);
  return document;
}

}  // namespace

Result<Json> json_of_value(const OwnedValue& value, const catalogue::Property& property, bool takes_text) {
  if (value.kind == Value::Kind::blob)
    return sql_error(std::string(property.column) + " was given a blob, which no property can hold");
  switch (property.type) {
    case DataType::integer:
      if (const auto integer = integer_of(value)) return Json(*integer);
      return no_such_value(value, property, "an integer");
    case DataType::number:
      if (const auto integer = integer_of(value)) return Json(*integer);
      if (const auto number = number_of(value); number && std::isfinite(*number)) return Json(*number);
      return no_such_value(value, property, "a number");
    case DataType::boolean:
      if (const auto flag = boolean_of(value)) return Json(*flag);
      return no_such_value(value, property, "a boolean (true, false, 1 or 0)");
    case DataType::array:
    case DataType::object: return document_of(value, property, takes_text);
    case DataType::string:
    case DataType::any: break;
  }
  return Json(value.as_text());
}

namespace {

const Json* definition_of(const Json& schema, const Json& reference) {
  constexpr std::string_view kDefinitions = "#/definitions/";
  if (!reference.is_string()) return nullptr;
  const auto& name = reference.get_ref<const std::string&>();
  if (!name.starts_with(kDefinitions) || !schema.contains("definitions")) return nullptr;
  const auto found = schema["definitions"].find(name.substr(kDefinitions.size()));
  return found == schema["definitions"].end() ? nullptr : &*found;
}

bool admits_string(const Json& schema, const Json& node, int depth) {
  if (!node.is_object() || depth > 8) return false;
  if (const auto reference = node.find("$ref"); reference != node.end()) {
    const Json* target = definition_of(schema, *reference);
    return target != nullptr && admits_string(schema, *target, depth + 1);
  }
  if (const auto type = node.find("type"); type != node.end()) {
    if (type->is_array()) return std::find(type->begin(), type->end(), "string") != type->end();
    return *type == "string";
  }
  for (const char* keyword : {"oneOf", "anyOf"}) {
    const auto choices = node.find(keyword);
    if (choices == node.end() || !choices->is_array()) continue;
    for (const Json& choice : *choices) {
      if (admits_string(schema, choice, depth + 1)) return true;
    }
  }
  return false;
}

}  // namespace

bool takes_text(const Json& schema, std::string_view property) {
  if (!schema.is_object() || !schema.contains("properties")) return false;
  const auto found = schema["properties"].find(std::string(property));
  return found != schema["properties"].end() && admits_string(schema, *found, 0);
}

}  // namespace squall::engine
