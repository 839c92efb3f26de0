// Who calls, as the request's signature names it: Credential=KEY/date/region/service/aws4_request. A key of 12 digits is an
// account; every other one, and no signature at all, is the default account. Signatures are not checked here. Pure.
#pragma once

#include <string_view>

#include "local_cloud/store.h"
#include "net/http_message.h"

namespace squall::local_cloud {

Place caller_place(const net::HttpRequest& request);

// "us-east-1"; also of a region that is not known. A region is part of ARNs and URLs.
bool is_region_name(std::string_view text);

}  // namespace squall::local_cloud
