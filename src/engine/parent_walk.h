// The lists of children that nobody named the parents of: the parents are listed first, and theirs before them.
//
// Works over what is already there: whatever it needs is asked for through `Fetch`, all of it at once, and while something
// is missing the walk has no result yet. Keys that the statement gives are used instead, and narrow the parents.
// Session thread only.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/list_parents.h"
#include "engine/statement_cache.h"

namespace squall::engine {

// Keys of a list and their values, as text or as the JSON of an object.
using ListKeys = std::vector<std::pair<std::string, std::string>>;

class ParentWalk {
 public:
  // Nothing: not there yet, but asked for. An error: of the list that failed (never a walk with a parent left out).
  using Fetch = std::function<Result<const CacheEntry*>(const provider::ScanRequest&)>;

  struct Scope {
    std::string region;
    std::string profile;
    std::function<Result<std::string>()> account = {};  // asked only where a key is the account's id
  };

  ParentWalk(const catalogue::Catalogue& catalogue, Scope scope, Fetch fetch)
      : catalogue_(catalogue), scope_(std::move(scope)), fetch_(std::move(fetch)) {}

  // The keys of each list that has to be read for the type; one without keys where it needs none.
  // `wanted` is what the children's own list will be asked for: of use where children are parents of children.
  Result<std::optional<std::vector<ListKeys>>> lists_of(const catalogue::ResourceType& type, const ListKeys& given,
                                                        const std::vector<std::string>& wanted);

 private:
  struct Parent;
  Result<std::vector<ListKeys>> walk(const catalogue::ResourceType& type, const ListKeys& given,
                                     const std::vector<std::string>& wanted, int depth);
  Result<std::vector<Parent>> parents_of(const catalogue::ResourceType& type, const ListKeys& given,
                                         const std::vector<std::string>& properties, int depth);
  Result<std::vector<ListKeys>> under_parents(const std::vector<ListKey>& keys, const ListKey& driver,
                                              const ListKeys& given, int depth);
  Result<std::vector<ListKeys>> down_the_tree(const catalogue::ResourceType& type, const ListKey& driver,
                                              const ListKeys& given, const std::vector<std::string>& wanted, int depth);
  Result<std::vector<Parent>> list_once(const catalogue::ResourceType& type, const ListKeys& keys,
                                        const std::vector<std::string>& wanted);

  const catalogue::Catalogue& catalogue_;
  const Scope scope_;
  const Fetch fetch_;
  bool missing_ = false;
};

// The keys that are not given and that no walk can find.
std::vector<std::string> keys_without_parent(const catalogue::ResourceType& type,
                                             const std::vector<std::string>& given);

// {"ImageName":"base"}: the list keys as ResourceModel; empty where there are none.
std::string resource_model_of(const catalogue::ResourceType& type, const ListKeys& keys);

}  // namespace squall::engine
