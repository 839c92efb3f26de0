// The values and columns that a statement answers with.
//
// A Value is a view: its text belongs to whoever made it and is valid until the next row is asked for.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace squall {

// The datatypes of documentation and DESCRIBE. `any` is an expression's column, which has no declared type.
enum class DataType : std::uint8_t { any, string, integer, number, boolean, array, object };

constexpr std::string_view name_of(DataType type) {
  switch (type) {
    case DataType::string: return "string";
    case DataType::integer: return "integer";
    case DataType::number: return "number";
    case DataType::boolean: return "boolean";
    case DataType::array: return "array";
    case DataType::object: return "object";
    case DataType::any: break;
  }
  return "";
}

struct Value {
  enum class Kind : std::uint8_t { null, integer, real, text, blob };
  Kind kind = Kind::null;
  std::int64_t integer = 0;
  double real = 0;
  std::string_view text = {};  // of text and blob

  static Value null() { return {}; }
  static Value of(std::int64_t value) { return {.kind = Kind::integer, .integer = value}; }
  static Value of(double value) { return {.kind = Kind::real, .real = value}; }
  static Value of(std::string_view value) { return {.kind = Kind::text, .text = value}; }
  static Value blob(std::string_view value) { return {.kind = Kind::blob, .text = value}; }
  bool is_null() const { return kind == Kind::null; }
};

// One column of an answer: its name as the user wrote or sees it, and its declared type, if it has one.
struct ResultColumn {
  std::string name;
  DataType type = DataType::any;
};

}  // namespace squall
