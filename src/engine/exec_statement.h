// EXEC: a method of a table called by name, as the statement that does the same.
//
//   EXEC aws.sagemaker.image_versions.delete_resource @data__Identifier = 'arn:…', @region = 'us-east-1'
//   DELETE FROM aws.sagemaker.image_versions WHERE data__Identifier = 'arn:…' AND region = 'us-east-1'
//
// A pure function of the statement and the catalogue.
#pragma once

#include <optional>
#include <string_view>

#include "catalogue/catalogue.h"
#include "sql/composed_text.h"

namespace squall::engine {

// Nothing: the statement is no EXEC. An error points into it.
Result<std::optional<sql::ComposedText>> statement_of_exec(std::string_view source,
                                                           const catalogue::Catalogue& catalogue);

}  // namespace squall::engine
