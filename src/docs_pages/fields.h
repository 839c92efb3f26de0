// The columns that a table's page lists, in the order of SELECT *: facts of the catalogue, nothing of the engine's.
#pragma once

#include <string>
#include <vector>

#include "catalogue/catalogue.h"

namespace squall::docs_pages {

struct Field {
  std::string name;
  DataType type = DataType::string;
  std::string description;  // may be empty
};

// All visible columns, region last.
std::vector<Field> fields_of(const catalogue::Table& table);

// Where the type has no sentence of its own: "Resource Type definition for AWS::SageMaker::ImageVersion".
std::string description_of(const catalogue::ResourceType& type);

}  // namespace squall::docs_pages
