// Any bytes as what `squall registry import` takes, and as a catalogue's file. What must hold: what is taken in makes a
// catalogue that is whole, whose every fact and page can be read; a damaged file is refused or gives facts within its bytes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "catalogue/blob.h"
#include "catalogue/import.h"
#include "docs_pages/pages.h"

namespace {

using namespace squall;

void require(bool condition) {
  if (!condition) std::abort();
}

void read_all(const catalogue::Catalogue& catalogue) {
  for (std::size_t i = 0; i < catalogue.type_count(); ++i) {
    const catalogue::ResourceType type = catalogue.type(i);
    (void)type.schema();
    (void)type.list_parents();
    (void)type.additional_identifiers();
    for (std::size_t p = 0; p < type.property_count(); ++p) (void)type.property(p).description;
  }
  require(docs_pages::for_each_page(catalogue, [](const docs_pages::Page&) -> Status { return {}; }).ok());
}

void check_import(std::string_view bytes) {
  static const auto nothing = catalogue::write_blob({"{}"}).value();
  const auto base = catalogue::Catalogue::open(nothing).value();
  const auto set = catalogue::read_schema_set(bytes, "input");
  if (!set) return;
  const auto imported = catalogue::import_schemas(*set, base, base);
  if (!imported) return;
  const auto catalogue = catalogue::Catalogue::open(imported->blob);
  require(catalogue.ok() && catalogue->verify().ok());
  require(catalogue->type_count() == imported->types + imported->kept);
  read_all(*catalogue);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check_import({reinterpret_cast<const char*>(data), size});
  if (const auto catalogue = squall::catalogue::Catalogue::open({reinterpret_cast<const std::byte*>(data), size}))
    read_all(*catalogue);
  return 0;
}
