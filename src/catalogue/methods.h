// The methods of a table, with the parameters each requires: what the documentation, SHOW METHODS and the policies of
// statements say alike. Pure functions of the catalogue.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "catalogue/catalogue.h"

namespace squall::catalogue {

struct Method {
  std::string_view name;              // "update_resource"
  std::string_view verb;              // "UPDATE"
  std::vector<std::string> required;  // in order, region last
};

std::vector<Method> methods_of(const Table& table);

// The handlers whose permissions the table's methods need, in the schema's order.
std::vector<Handler> handlers_of(const Table& table);

}  // namespace squall::catalogue
