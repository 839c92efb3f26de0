// The tables of aws.cloud_control as data: their columns, and what each reads of a WHERE. named_type_table makes virtual
// tables of them. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/value.h"
#include "provider/provider.h"

namespace squall::engine {

enum class NamedRole : std::uint8_t {
  type_name,
  identifier,
  properties,  // the JSON as it came
  model,       // data__ResourceModel: the keys of a list that needs them, as JSON
  token,       // RequestToken
  operation,   // of a request: "CREATE"
  status,      // of a request: "IN_PROGRESS"
  event,       // another member of its ProgressEvent
  region,
  profile,
};

struct NamedColumn {
  const char* name;
  NamedRole role;
  DataType type = DataType::string;
  bool hidden = false;
};

// A term of WHERE that goes into the call.
struct NamedInput {
  NamedRole role;
  char code;  // in the plan's text; in upper case where the term is a whole IN list
  bool required = false;
  bool takes_list = false;
};

struct NamedTable {
  std::string_view name;
  provider::ScanRequest::Operation operation;
  const char* call;  // "GetResource"
  std::span<const NamedColumn> columns;
  std::span<const NamedInput> inputs;

  std::string declaration() const;              // for sqlite3_declare_vtab
  const char* column_of(NamedRole role) const;  // the first's name
  const NamedInput* input_of(char code) const;  // of either case; null: there is none
};

// "aws.cloud_control.resources"; null: there is no such table.
const NamedTable* find_named_table(std::string_view name);

}  // namespace squall::engine
