// A model of a resource type, made from nothing but its schema: every required property and as many of the others as fit
// together. `variant` makes models that differ.
//
// Deterministic. What comes out fits the schema by the validator; where no such model is found, `fault` tells the last
// violation. Texts for patterns that a walk cannot fit come from `samples` (pattern -> text).
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "catalogue/catalogue.h"

namespace squall::testing {

using Json = nlohmann::ordered_json;
using PatternSamples = std::map<std::string, std::string>;

struct MadeModel {
  Json model;
  std::string fault;  // empty: the model fits
};

class ModelMaker {
 public:
  ModelMaker(const catalogue::ResourceType& type, const PatternSamples& samples);
  ~ModelMaker();

  // `given` stands in the model as it is.
  MadeModel make(int variant, const Json& given = Json::object());
  // Another value of a top-level property; null: none was found.
  Json value_of(const std::string& property, int variant);
  // The violations of the schema, as AWS words them; empty: it fits.
  std::string fault_of(const Json& model) const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace squall::testing
