// The two scans: one resource by its identifier, and the pages of a list with details read behind them. One request for a
// change by its token, and the list of those, are read the same way.
//
// A list hands out its pages in order. While the consumer holds one page, the next is asked for, at most
// kPagesAhead pages ahead (back-pressure); details of a page are read in parallel as soon as it arrives.
#pragma once

#include <memory>

#include "aws/cloud_control.h"
#include "provider/provider.h"

namespace squall::aws {

constexpr std::size_t kPagesAhead = 2;

// REQUIRES: provider::reads_one() of its operation; of a list's: not.
std::unique_ptr<provider::ResourceStream> start_get(CloudControl& cloud, provider::ScanRequest request);
std::unique_ptr<provider::ResourceStream> start_list(CloudControl& cloud, provider::ScanRequest request);

}  // namespace squall::aws
