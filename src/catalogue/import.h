// What `squall registry` takes in: a zip of schemas or one described type becomes a whole catalogue, with descriptions.
//
// A pure function of the bytes and the catalogue in use; deterministic. It is compiled into the compiler's library, not
// into the reader's. Errors name the entry that is wrong; nothing is kept of a set that is wrong in one.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalogue/catalogue.h"
#include "catalogue/compiler.h"

namespace squall::catalogue {

// The schemas of a file, by what it is: a zip of them, or JSON, which is a schema or an answer of CloudFormation's
// DescribeType (whose member Schema holds one).
struct SchemaSet {
  std::vector<SchemaText> schemas;
  // A zip is a provider's whole registry: types that it no longer holds go. A single file adds or replaces its type.
  bool whole = false;
};
Result<SchemaSet> read_schema_set(std::string_view bytes, const std::string& name);

struct Imported {
  std::vector<std::byte> blob;
  std::size_t types = 0;  // of the set
  std::size_t kept = 0;   // of the base, beside them
  std::size_t gone = 0;   // of the base: their provider's set no longer holds them
  std::vector<std::string> unknown_keywords;
};

// The set, and of `base` every type that it does not replace. What is known of list parents comes from `embedded`.
Result<Imported> import_schemas(const SchemaSet& set, const Catalogue& base, const Catalogue& embedded);

}  // namespace squall::catalogue
