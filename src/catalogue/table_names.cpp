#include "catalogue/table_names.h"

#include <array>
#include <string_view>

#include "catalogue/names.h"

namespace squall::catalogue {

namespace {

// An edition of the documentation puts the service before these.
constexpr std::array<std::string_view, 3> kPrefixedSingulars = {"registry", "list", "stream"};

// Plurals come first, all of them: they are the tables on which every verb works.
void name_plurals(TableNames& names, const std::vector<TableOwner>& owners) {
  for (std::uint32_t i = 0; i < owners.size(); ++i) {
    const std::string plural = plural_name(owners[i].singular);
    std::string name = plural;
    if (owners[i].has_handlers) {
      for (int number = 2;
           !names.by_name.emplace(owners[i].service + "." + name, TableName{i, TableKind::plural}).second; ++number) {
        name = plural + "_" + std::to_string(number);
      }
    }
    names.plurals.push_back(name);
  }
}

void name_singulars(TableNames& names, const std::vector<TableOwner>& owners) {
  for (std::uint32_t i = 0; i < owners.size(); ++i) {
    names.singulars.push_back(owners[i].singular);
    if (!owners[i].has_handlers || owners[i].singular == names.plurals[i]) continue;
    const bool free =
        names.by_name.emplace(owners[i].service + "." + owners[i].singular, TableName{i, TableKind::singular}).second;
    if (!free) names.singulars[i] = names.plurals[i];
  }
}

void name_derived(TableNames& names, const std::vector<TableOwner>& owners) {
  for (std::uint32_t i = 0; i < owners.size(); ++i) {
    const TableOwner& owner = owners[i];
    if (!owner.has_handlers) continue;
    const std::string service = owner.service + ".";
    if (owner.has_list)
      names.by_name.emplace(service + names.plurals[i] + "_list_only", TableName{i, TableKind::list_only});
    if (owner.has_tags) names.by_name.emplace(service + names.singulars[i] + "_tags", TableName{i, TableKind::tags});
    for (std::string_view prefixed : kPrefixedSingulars) {
      if (owner.singular != prefixed) continue;
      names.by_name.emplace(service + owner.service + "_" + owner.singular, TableName{i, TableKind::singular, true});
    }
  }
}

}  // namespace

TableNames name_tables(const std::vector<TableOwner>& owners) {
  TableNames names;
  name_plurals(names, owners);
  name_singulars(names, owners);
  name_derived(names, owners);
  return names;
}

}  // namespace squall::catalogue
