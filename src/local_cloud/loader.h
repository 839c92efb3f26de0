// What `cloud load` reads and `cloud dump` writes: JSON lines, or one CloudFormation template in JSON.
//
// A line is a resource to be created as its handler would, or, with "stored": true, the state of one, which is put in as it
// is, whatever it refers to; or the state of a counter, so that numbers and names that were given are not given again. A
// dump's lines are all of the latter kinds. The caller holds a transaction, for loading a writing one, and rolls back after
// an error; it names the line or the template's resource.
#pragma once

#include <iosfwd>
#include <string>

#include "base/result.h"
#include "local_cloud/store.h"
#include "local_cloud/type_facts.h"

namespace squall::local_cloud {

// Returns how many resources were loaded. `region` is for a template; empty: us-east-1.
Result<std::size_t> load_input(std::istream& in, const std::string& region, Store& store, TypeFactsCache& types);

// Every resource, then every counter, in order of age and of name.
Status dump_store(std::ostream& out, Store& store);

}  // namespace squall::local_cloud
