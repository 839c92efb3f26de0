// What the operations need of a type again and again, worked out once: its schema as a document, its behaviour.
//
// Owned by the cloud and used on its store thread. Pointers stay valid as long as the cache.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "catalogue/catalogue.h"
#include "local_cloud/json_input.h"
#include "schema/validator.h"

namespace squall::local_cloud {

struct Behaviour;

struct TypeFacts {
  explicit TypeFacts(const catalogue::ResourceType& described);
  ~TypeFacts();
  TypeFacts(const TypeFacts&) = delete;
  TypeFacts& operator=(const TypeFacts&) = delete;

  const catalogue::ResourceType type;
  const std::string name;  // "AWS::SageMaker::Image"
  const std::vector<std::string_view> primary_identifier;
  const std::vector<std::vector<std::string_view>> additional_identifiers;
  const std::vector<std::string_view> write_only;
  const std::vector<std::string_view> read_only;
  const std::unique_ptr<const Json> schema;  // properties, definitions
  const schema::Validator validator;
  const Behaviour* const behaviour;  // null: the schema tells all
  // The properties under whose values lists look for resources, all of which every resource has; empty: none.
  const std::vector<std::string_view> parent;
  const bool global;  // one region holds the resources of all: IAM's
};

class TypeFactsCache {
 public:
  explicit TypeFactsCache(const catalogue::Catalogue& catalogue) : catalogue_(catalogue) {}
  // Null: no such type.
  const TypeFacts* find(const std::string& type_name);

 private:
  const catalogue::Catalogue& catalogue_;
  std::unordered_map<std::string, std::unique_ptr<const TypeFacts>> facts_;
};

}  // namespace squall::local_cloud
