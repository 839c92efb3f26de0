#include "cli/catalogue_choice.h"

#include "catalogue/embedded.h"
#include "catalogue/registry.h"

namespace squall::cli {

Result<ChosenCatalogue> choose_catalogue(const Environment& environment) {
  if (const auto folder = catalogue::registry_folder(environment)) {
    auto stored = TRY(catalogue::Registry(*folder).open_in_use());
    if (stored) return ChosenCatalogue{std::move(stored->file), stored->catalogue};
  }
  return ChosenCatalogue{{}, TRY(catalogue::Catalogue::open(catalogue::embedded_blob()))};
}

}  // namespace squall::cli
