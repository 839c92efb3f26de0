// The documentation as Markdown: a page for each table, one for each service, an index. Pure functions of a catalogue:
// the same catalogue gives the same bytes. `squall docs` writes them to files; a web page may show them.
//
//   README.md                         the services
//   aws/<service>/README.md           the tables of one
//   aws/<service>/<resource>.md       a table: overview, fields, methods, examples, permissions
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "catalogue/catalogue.h"

namespace squall::docs_pages {

// `resource` is what the table is called in its service: "image_versions".
std::string resource_page(const catalogue::Table& table, std::string_view resource);
std::string service_page(const catalogue::Catalogue& catalogue, std::string_view service);
std::string index_page(const catalogue::Catalogue& catalogue);

struct Page {
  std::string path;  // below the output folder, with `/`
  std::string text;
};
// Every page in order, one at a time; an error of `take` ends it and is returned.
Status for_each_page(const catalogue::Catalogue& catalogue, const std::function<Status(const Page&)>& take);

}  // namespace squall::docs_pages
