// A model against its type's schema, with the words of AWS's validator.
//
// Every keyword that CloudFormation's schemas use is checked. AWS runs Everit's JSON Schema (draft-07) and scrubs the
// values of keywords that could hold secrets; the texts follow what is known of it. Built once a type, then used by one
// thread at a time (patterns are compiled when they are first met). Models are bounded in depth by whoever parses them.
#pragma once

#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace squall::schema {

struct Violation {
  std::string pointer;  // "#", "#/Tags/0/Key"
  std::string keyword;  // "required"; empty: several faults, which are the causes
  std::string text;     // "required key [Key] not found"
  std::vector<Violation> causes = {};
};

class Validator {
 public:
  // `schema`: the catalogue's ResourceType::schema(). A text that is no JSON object gives a validator without a fault.
  explicit Validator(std::string_view schema);
  ~Validator();

  // No violations: the model fits.
  std::vector<Violation> violations(const nlohmann::ordered_json& model) const;

  // The patterns met so far that do not compile.
  std::vector<std::string> unchecked_patterns() const;
  // Compiles every pattern of the schema, so that unchecked_patterns() knows all.
  void compile_patterns() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

// "Model validation failed (#: required key [X] not found)"; several faults under "#: n schema violations found".
std::string model_validation_text(const std::vector<Violation>& violations);

}  // namespace squall::schema
