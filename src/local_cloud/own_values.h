// The service's own values (read-only ones) in a patched model: whatever a patch did, they are as they were. Pure.
#pragma once

#include <string>

#include "local_cloud/json_input.h"
#include "local_cloud/type_facts.h"

namespace squall::local_cloud {

// Puts back the read-only values that the patched model lacks, as a service keeps its own: also inside an object that was
// replaced, and an object that holds nothing else. Other objects, and elements of arrays, go with their values.
//
// Returns the paths at which a value is another than before, or there was none ("/properties/VpcId, /properties/DnsEntry/DomainName"); empty: none.
// What the schema requires of an object, and was not there before, does not count: the caller has no choice.
std::string keep_own_values(const TypeFacts& facts, const Json& before, Json& patched);

}  // namespace squall::local_cloud
