// What AWS would refuse about a model, found before any call, in the words of SQL: the column, the rule, the next step.
//
// One object a statement: the type's schema is parsed and its patterns compiled once. Session thread only.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "catalogue/catalogue.h"
#include "engine/changes/json_document.h"
#include "engine/table_shape.h"

namespace squall::engine {

class ModelChecks {
 public:
  // Where a property's column stands in the statement; nothing: it is not in it.
  using Place = std::function<std::optional<std::pair<std::size_t, std::size_t>>(std::string_view property)>;

  // `only_types`: --no-validate.
  ModelChecks(const TableShape& shape, bool only_types, Place place);
  ~ModelChecks();

  // A model for a create: all rules.
  Status create(const Json& model) const;
  // A model after an update: rules of the properties that the statement set, and those that are missing now.
  Status update(const Json& model, const std::set<std::string>& properties_set) const;

  // Values that a patch gives, whatever else the resource has: all rules of each, and unknown names.
  Status given(const Json& properties) const;

  const Json& schema() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace squall::engine
