// The catalogue's compiler: AWS's resource provider schemas become files of facts, one a service.
//
// Facts only: names, types, constraints, handlers, permissions; every sentence of prose is left out, except that an import
// may keep the descriptions of a type and its properties. The order of a schema's properties is kept; the same schemas
// give the same bytes. Used by the program squall_catalogue_compile and by `squall registry`; errors name the entry.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace squall::catalogue {

struct SchemaText {
  std::string entry;  // the zip's entry, for messages
  std::string json;
};

struct CompiledServices {
  std::map<std::string, std::string> files;   // "sagemaker.json" -> text
  std::set<std::string> types;                // their names
  std::vector<std::string> unknown_keywords;  // met and left out, each once
};

// Kept: the type's member `descriptions`, by property; the one of the empty name is the type's own.
enum class Prose : std::uint8_t { left_out, kept };

// `list_parents` is the curated file of that name (a JSON object by type), or "{}".
Result<CompiledServices> compile_schemas(const std::vector<SchemaText>& schemas, std::string_view list_parents,
                                         Prose prose = Prose::left_out);

// The schemas of a zip in the form that AWS publishes: one JSON file a type. Entries are ordered by name.
Result<std::vector<SchemaText>> read_schema_zip(const std::string& path);
// The same from the zip's bytes; `name` is for messages.
Result<std::vector<SchemaText>> unpack_schema_zip(std::string_view bytes, const std::string& name);

}  // namespace squall::catalogue
