// The SQL examples of a table's page: statements that run as they are once their places are filled in.
//
// A place is `<X>` for a part of an identifier or a key of a list, and `{{ X }}` for a property's value, X being
// CloudFormation's spelling. Names that SQL reserves are quoted. Pure functions of the catalogue.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "catalogue/catalogue.h"

namespace squall::docs_pages {

struct Example {
  std::string_view verb;   // "SELECT", "INSERT", "UPDATE", "DELETE"
  std::string_view about;  // "One resource, by its identifier"
  std::string sql;         // ends with a semicolon
};

// `id` is the table's whole name, "aws.sagemaker.image_version". In the order of the page.
std::vector<Example> examples_of(const catalogue::Table& table, const std::string& id);

// "<ImageVersionArn>", "<A>|<B>".
std::string identifier_place(const catalogue::ResourceType& type);

}  // namespace squall::docs_pages
