#include "local_cloud/behaviours/behaviours.h"

#include <nlohmann/json.hpp>

namespace squall::local_cloud {

namespace {

// One type a file in this folder; read in order by nobody, so ordered by name.
constexpr Behaviour kBehaviours[] = {
    {"AWS::SageMaker::Image", fill_image, listed_image},
    {"AWS::SageMaker::ImageVersion", fill_image_version, listed_image_version},
};

}  // namespace

const Behaviour* find_behaviour(std::string_view type_name) {
  for (const Behaviour& behaviour : kBehaviours) {
    if (behaviour.type_name == type_name) return &behaviour;
  }
  return nullptr;
}

}  // namespace squall::local_cloud
