// The functions of the types that need more than their schema; behaviours.cpp has the table of them.
#pragma once

#include "local_cloud/model.h"

namespace squall::local_cloud {

// sagemaker_image.cpp
Result<std::optional<HandlerFailure>> fill_image(Creation& creation);
Json listed_image(const Json& model);

// sagemaker_image_version.cpp
Result<std::optional<HandlerFailure>> fill_image_version(Creation& creation);
Json listed_image_version(const Json& model);

}  // namespace squall::local_cloud
