// Which catalogue a command works with: the one that the user put to use (squall registry use), else the embedded one.
#pragma once

#include <optional>

#include "base/environment.h"
#include "base/result.h"
#include "catalogue/catalogue.h"
#include "catalogue/mapped_file.h"

namespace squall::cli {

// The file (none: the catalogue inside the binary) must stay as long as the catalogue is used.
struct ChosenCatalogue {
  catalogue::MappedFile file;
  catalogue::Catalogue catalogue;
};
Result<ChosenCatalogue> choose_catalogue(const Environment& environment);

}  // namespace squall::cli
