// Which tables the types of a catalogue make, and what they are called. A pure function of the types.
//
// Names are unique and no type is without a table. Where two types would share a name, it stays with the one whose
// type name comes first; the other's plural gets `_2`, `_3` …, its singular gives way to the plural. Names that are made
// from those (`_list_only`, `_tags`, the prefixed singulars) give way to a resource that is really called so.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "catalogue/catalogue.h"

namespace squall::catalogue {

struct TableOwner {
  std::string service;        // "sagemaker"
  std::string singular;       // by the naming rules: "image_version"
  bool has_handlers = false;  // without any the type is no table
  bool has_list = false;
  bool has_tags = false;
};

struct TableName {
  std::uint32_t owner = 0;  // index into the owners
  TableKind kind = TableKind::plural;
  bool alias = false;  // a further name, not shown in lists
};

struct TableNames {
  std::map<std::string, TableName> by_name;  // "sagemaker.image_versions"
  // What each owner's tables are called in the end; without handlers: as the rules say.
  std::vector<std::string> singulars;
  std::vector<std::string> plurals;
};

// REQUIRES: owners in the order of their types' names.
TableNames name_tables(const std::vector<TableOwner>& owners);

}  // namespace squall::catalogue
