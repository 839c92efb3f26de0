// SHOW and DESCRIBE: statements that become SELECTs over the tables of the schema squall.
//
//   SHOW [EXTENDED] METHODS IN aws.sagemaker.image_version LIKE 'get%'
//   SHOW RESOURCES IN aws.sagemaker WHERE name LIKE 'image%' ORDER BY name
//   DESCRIBE [EXTENDED] aws.sagemaker.image_versions
//
// What follows the subject (WHERE, ORDER BY, LIMIT) is the user's own text, copied byte for byte, so that positions in
// it can be told. A pure function of the statement and the catalogue.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalogue/catalogue.h"

namespace squall::engine {

struct ShowSelect {
  std::string text;               // the SELECT
  std::size_t copied_from = 0;    // where the user's own tail begins in `text`
  std::size_t source_from = 0;    // and in the statement
  std::string system_table = {};  // to be there before, though the text does not name it

  // A position in `text` as one in the statement.
  Error in_source(Error error) const;
};

// Nothing: the statement is neither SHOW nor DESCRIBE. An error points into the statement. `system_tables` are the names
// ("squall.types") that SHOW TYPES and its like may show whole.
Result<std::optional<ShowSelect>> select_of_show(std::string_view statement, const catalogue::Catalogue& catalogue,
                                                 const std::vector<std::string>& system_tables);

}  // namespace squall::engine
