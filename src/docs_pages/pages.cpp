#include "docs_pages/pages.h"

#include "catalogue/methods.h"
#include "docs_pages/examples.h"
#include "docs_pages/fields.h"

namespace squall::docs_pages {

namespace {

using catalogue::Handler;
using catalogue::Table;
using catalogue::TableKind;

constexpr std::string_view kProvider = "aws";

std::string id_of(const Table& table, std::string_view resource) {
  return std::string(kProvider) + "." + std::string(table.type.service()) + "." + std::string(resource);
}

std::string code(std::string_view text) { return "`" + std::string(text) + "`"; }

// Prose in a cell of a table: one line, single spaces, and no character that ends the cell or begins HTML.
std::string cell(std::string_view prose) {
  std::string text;
  for (char c : prose) {
    if (static_cast<unsigned char>(c) <= 0x20)
      text += text.empty() || text.back() == ' ' ? "" : " ";
    else if (c == '|')
      text += "\\|";
    else if (c == '<')
      text += "&lt;";
    else
      text += c;
  }
  if (text.ends_with(' ')) text.pop_back();
  return text;
}

void add_row(std::string& page, std::initializer_list<std::string> cells) {
  page += "|";
  for (const std::string& content : cells) page += content.empty() ? " |" : " " + content + " |";
  page += "\n";
}

void add_head(std::string& page, std::initializer_list<std::string> names) {
  add_row(page, names);
  page += "|";
  for (std::size_t i = 0; i < names.size(); ++i) page += " --- |";
  page += "\n";
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

// "Gets or updates one `image_version`; `image_versions` lists, creates and deletes them."
std::string introduction(const Table& table, std::string_view resource) {
  const std::string singular = code(table.type.singular());
  const std::string plural = code(table.type.plural());
  switch (table.kind) {
    case TableKind::singular:
      return "Gets or updates one " + singular + " by its identifier; " + plural + " lists, creates and deletes.";
    case TableKind::plural:
      return "Lists, creates, changes and deletes " + plural +
             (table.type.singular() == resource ? std::string(".") : "; " + singular + " is a single one.");
    case TableKind::list_only: return "Lists the identifiers of " + plural + ", and nothing else: no details are read.";
    case TableKind::tags: break;
  }
  return "A row for each tag of the " + plural + ".";
}

void add_overview(std::string& page, const Table& table, std::string_view resource) {
  page += "\n## Overview\n";
  add_head(page, {"", ""});
  add_row(page, {"Name", code(resource)});
  add_row(page, {"Type", "Resource"});
  add_row(page, {"Description", cell(description_of(table.type))});
  add_row(page, {"Id", code(id_of(table, resource))});
}

void add_fields(std::string& page, const Table& table) {
  page += "\n## Fields\n";
  add_head(page, {"Name", "Datatype", "Description"});
  for (const Field& field : fields_of(table))
    add_row(page, {code(field.name), code(name_of(field.type)), cell(field.description)});
}

void add_methods(std::string& page, const Table& table) {
  page += "\n## Methods\n";
  add_head(page, {"Name", "Accessible by", "Required Params"});
  for (const catalogue::Method& method : catalogue::methods_of(table))
    add_row(page, {code(method.name), code(method.verb), code(joined(method.required))});
}

void add_examples(std::string& page, const Table& table, std::string_view resource) {
  const auto examples = examples_of(table, id_of(table, resource));
  std::string_view verb;
  for (const Example& example : examples) {
    if (example.verb != verb) page += "\n## " + code(example.verb) + " Example\n";
    verb = example.verb;
    page += "\n" + std::string(example.about) + ":\n\n```sql\n" + example.sql + "\n```\n";
  }
}

std::string_view title_of(Handler handler) {
  switch (handler) {
    case Handler::create: return "Create";
    case Handler::read: return "Read";
    case Handler::update: return "Update";
    case Handler::delete_: return "Delete";
    case Handler::list: break;
  }
  return "List";
}

void add_permissions(std::string& page, const Table& table, std::string_view resource) {
  std::string lists;
  for (Handler handler : catalogue::handlers_of(table)) {
    const auto permissions = table.type.permissions(handler);
    if (permissions.empty()) continue;
    lists += "\n### " + std::string(title_of(handler)) + "\n\n```text\n";
    for (std::size_t i = 0; i < permissions.size(); ++i)
      lists += std::string(permissions[i]) + (i + 1 < permissions.size() ? ",\n" : "\n");
    lists += "```\n";
  }
  page += "\n## Permissions\n";
  page += lists.empty() ? "\nThe schema names no permission for this table's methods.\n"
                        : "\nThe methods of " + code(resource) + " need these permissions:\n" + lists;
}

std::string link_to(const std::string& name, const std::string& target) {
  std::string link = "[";
  link.append(name).append("](").append(target).append(")");
  return link;
}

std::string folder_of(std::string_view service) { return std::string(kProvider) + "/" + std::string(service) + "/"; }

std::string counted(std::size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string verbs_of(const Table& table) {
  std::vector<std::string> verbs;
  for (std::string_view verb : {"SELECT", "INSERT", "UPDATE", "DELETE"}) {
    for (const catalogue::Method& method : catalogue::methods_of(table)) {
      if (method.verb != verb) continue;
      verbs.emplace_back(verb);
      break;
    }
  }
  return joined(verbs);
}

}  // namespace

std::string resource_page(const Table& table, std::string_view resource) {
  std::string page = "# " + std::string(resource) + "\n\n" + introduction(table, resource) + "\n";
  add_overview(page, table, resource);
  add_fields(page, table);
  add_methods(page, table);
  add_examples(page, table, resource);
  add_permissions(page, table, resource);
  return page;
}

std::string service_page(const catalogue::Catalogue& catalogue, std::string_view service) {
  const auto resources = catalogue.tables_of(service);
  std::string page = "# " + std::string(service) + "\n\n" + counted(resources.size(), "table") + " of " +
                     code(std::string(kProvider) + "." + std::string(service)) +
                     "; [all services](../../README.md).\n\n";
  add_head(page, {"Name", "Type", "Statements"});
  for (const std::string& resource : resources) {
    const auto table = catalogue.find_table(service, resource);
    if (!table) continue;
    add_row(page, {link_to(resource, resource + ".md"), code(table->type.name()), verbs_of(*table)});
  }
  return page;
}

std::string index_page(const catalogue::Catalogue& catalogue) {
  const auto services = catalogue.services();
  std::size_t tables = 0;
  std::string rows;
  for (std::string_view service : services) {
    const std::size_t count = catalogue.tables_of(service).size();
    tables += count;
    const std::string name(service);
    add_row(rows, {link_to(name, folder_of(service) + "README.md"), std::to_string(count)});
  }
  std::string page = "# AWS resources as SQL tables\n\n" + counted(services.size(), "service") + ", " +
                     counted(tables, "table") + ". Catalogue " + code(catalogue.version()) + ".\n\n";
  add_head(page, {"Service", "Tables"});
  return page + rows;
}

Status for_each_page(const catalogue::Catalogue& catalogue, const std::function<Status(const Page&)>& take) {
  TRY(take({"README.md", index_page(catalogue)}));
  for (std::string_view service : catalogue.services()) {
    const std::string folder = folder_of(service);
    TRY(take({folder + "README.md", service_page(catalogue, service)}));
    for (const std::string& resource : catalogue.tables_of(service)) {
      const auto table = catalogue.find_table(service, resource);
      if (table) TRY(take({folder + resource + ".md", resource_page(*table, resource)}));
    }
  }
  return {};
}

}  // namespace squall::docs_pages
