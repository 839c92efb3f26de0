// Where single types and services of AWS behave unlike the rest: data and small rules, each with what was seen.
//
// Pure functions. What is odd about credentials, clocks and rates stands with those.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace squall::aws {

// Types whose list tells the resources of all regions, whichever is asked (S3 has one namespace of buckets a partition).
bool lists_all_regions(std::string_view type_name);

// The region to ask instead, where an answer says that the resource lives there: S3's handler passes on "The bucket is in
// this region: eu-west-1. Please use this region to retry the request". Empty: the error says nothing of the kind.
std::string own_region_in(const Error& error);

// The type, or an operation of it, cannot be used in this region, now or later.
bool is_unsupported(const Error& error);

// ResourceNotFoundException, also where a handler's text came under another code.
bool is_not_found(const Error& error);

// There is no such request here, or it is too old to be told.
bool is_unknown_request(const Error& error);

}  // namespace squall::aws
