// Where the keys come from that a list handler requires: the facts of catalogue/list_parents.json about one type, read
// from the catalogue's text. Pure.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "catalogue/catalogue.h"

namespace squall::engine {

struct ListKey {
  enum class From : std::uint8_t {
    unknown,      // only the user can tell
    values,       // a fixed set
    account,      // the account's id
    parent,       // a property of each resource of the sources
    same_parent,  // another property of the same parent that gave the parent's key
    inherited,    // what the parent itself was listed with
    tree,         // from seeds down: each resource of the type itself may be a parent
  };
  struct Source {
    std::string type;
    std::string property;
    bool in_identifier = false;
  };

  std::string name;
  From from = From::unknown;
  std::vector<std::string> values = {};
  std::vector<Source> sources = {};  // of a tree: the seeds
  std::string child = {};            // the value is put under this name of the key, an object
  std::string separator = {};        // the property holds several values
  std::string parent_key = {};       // inherited: the key's name at the parent
  std::string self_property = {};    // tree: the property of a resource by which it is a parent
  std::vector<std::pair<std::string, std::string>> same_parent = {};  // other keys, and their properties of the source
};

// Of the alternative that is easiest to fill; empty: the type lists without keys, or nothing is known.
std::vector<ListKey> list_keys_of(const catalogue::ResourceType& type);

}  // namespace squall::engine
