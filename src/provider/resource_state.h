// A resource as it is now, beside what the journal says of it. Session thread only; reads block until the stop request.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/catalogue.h"
#include "provider/provider.h"

namespace squall::provider {

struct ResourcePlace {
  std::string type_name;
  std::string region;
  std::string profile;
  std::string identifier;
};

// The properties (JSON) of each, in their order, read in parallel; nothing where there is no such resource.
Result<std::vector<std::optional<std::string>>> read_states(Provider& provider,
                                                            const std::vector<ResourcePlace>& places,
                                                            std::stop_token stop);

// Whether every property of `wanted` that a read can show is so in `current`. What `wanted` does not name may be anything.
bool is_as_wanted(const catalogue::ResourceType& type, std::string_view current, std::string_view wanted);

}  // namespace squall::provider
