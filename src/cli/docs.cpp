// squall docs: the documentation of every table as Markdown files.
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>
#include <vector>

#include "cli/catalogue_choice.h"
#include "cli/command.h"
#include "docs_pages/pages.h"

namespace squall::cli {

namespace {

namespace fs = std::filesystem;

// Names what we wrote, a line a file: the folder is ours, and these files alone may be replaced or removed.
constexpr const char* kListOfPages = ".squall-docs";
constexpr const char* kFolderHint = "name a folder that is empty, new, or was written by squall docs";

bool is_empty_folder(const fs::path& folder, std::error_code& failure) {
  return fs::directory_iterator(folder, failure) == fs::directory_iterator();
}

// A list that was tampered with must not reach out of the folder.
bool is_page_path(const std::string& path) {
  const fs::path parsed(path);
  if (parsed.empty() || parsed.is_absolute() || parsed.extension() != ".md") return false;
  for (const fs::path& part : parsed) {
    if (part == "..") return false;
  }
  return true;
}

// The pages of an earlier run; none where the folder is empty or new.
Result<std::set<std::string>> pages_there(const fs::path& folder) {
  std::set<std::string> pages;
  std::error_code failure;
  if (!fs::exists(folder, failure)) return pages;
  if (!fs::is_directory(folder, failure)) return usage_error(folder.string() + " is no folder", kFolderHint);
  std::ifstream list(folder / kListOfPages);
  if (!list) {
    const bool empty = is_empty_folder(folder, failure);
    if (failure) return usage_error("cannot read " + folder.string() + ": " + failure.message());
    if (!empty) return usage_error(folder.string() + " holds files that squall docs did not write", kFolderHint);
    return pages;
  }
  for (std::string line; std::getline(list, line);) {
    if (is_page_path(line)) pages.insert(line);
  }
  return pages;
}

Status write_file(const fs::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  if (!file.flush()) return data_error("cannot write " + path.string());
  return {};
}

Status write_list(const fs::path& folder, const std::set<std::string>& pages) {
  std::string text;
  for (const std::string& page : pages) text += page + "\n";
  return write_file(folder / kListOfPages, text);
}

Result<std::vector<docs_pages::Page>> all_pages(const catalogue::Catalogue& catalogue) {
  std::vector<docs_pages::Page> pages;
  TRY(docs_pages::for_each_page(catalogue, [&](const docs_pages::Page& page) -> Status {
    pages.push_back(page);
    return {};
  }));
  return pages;
}

// A file of the user's in a place where a page comes is never replaced.
Status check_places(const fs::path& folder, const std::set<std::string>& pages, const std::set<std::string>& before) {
  for (const std::string& page : pages) {
    std::error_code failure;
    if (!before.contains(page) && fs::exists(fs::symlink_status(folder / page, failure)))
      return usage_error((folder / page).string() + " is there and was not written by squall docs",
                         "move it away, or name another folder");
  }
  return {};
}

Status write_page(const fs::path& folder, const docs_pages::Page& page) {
  const fs::path path = folder / page.path;
  std::error_code failure;
  fs::create_directories(path.parent_path(), failure);
  if (failure) return data_error("cannot make " + path.parent_path().string() + ": " + failure.message());
  return write_file(path, page.text);
}

// Pages of tables that are gone, and folders that are empty without them.
void remove_old(const fs::path& folder, const std::set<std::string>& before, const std::set<std::string>& written) {
  std::error_code ignored;
  for (const std::string& page : before) {
    if (written.contains(page)) continue;
    fs::remove(folder / page, ignored);
    for (fs::path parent = fs::path(page).parent_path(); !parent.empty(); parent = parent.parent_path()) {
      if (::rmdir((folder / parent).c_str()) != 0) break;
    }
  }
}

Status write_docs(const DocsOptions& options, Terminal& terminal) {
  const ChosenCatalogue chosen = TRY(choose_catalogue(terminal.environment));
  const fs::path folder(options.folder);
  const std::set<std::string> before = TRY(pages_there(folder));
  const auto pages = TRY(all_pages(chosen.catalogue));
  std::set<std::string> paths;
  for (const docs_pages::Page& page : pages) paths.insert(page.path);
  TRY(check_places(folder, paths, before));
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (failure) return usage_error("cannot make " + folder.string() + ": " + failure.message());
  // The list comes first, old pages and new: a run that is cut short leaves nothing that the next one would not know.
  std::set<std::string> listed = before;
  listed.insert(paths.begin(), paths.end());
  TRY(write_list(folder, listed));
  for (const docs_pages::Page& page : pages) TRY(write_page(folder, page));
  remove_old(folder, before, paths);
  TRY(write_list(folder, paths));
  terminal.err << pages.size() << " pages written to " << folder.string() << "\n";
  return {};
}

}  // namespace

int run_docs(const DocsOptions& options, Terminal& terminal) {
  const Status done = write_docs(options, terminal);
  return done ? kDone : print_error(terminal.err, done.error());
}

}  // namespace squall::cli
