// squall_catalogue_blob DIRECTORY OUTFILE: the files of facts become the flat catalogue. Run by the build.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "catalogue/blob.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: squall_catalogue_blob DIRECTORY OUTFILE\n";
    return 2;
  }
  std::vector<std::filesystem::path> paths;
  std::error_code failure;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1], failure)) {
    if (entry.path().extension() == ".json") paths.push_back(entry.path());
  }
  if (paths.empty()) {
    std::cerr << "error: no catalogue files (*.json) in " << argv[1] << "\n";
    return 1;
  }
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> files;
  for (const auto& path : paths) {
    std::ifstream in(path, std::ios::binary);
    files.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    if (!in) {
      std::cerr << "error: cannot read " << path.string() << "\n";
      return 1;
    }
  }
  const auto blob = squall::catalogue::write_blob(files);
  if (!blob.ok()) {
    std::cerr << "error: " << blob.error().message << "\n";
    return 1;
  }
  std::ofstream out(argv[2], std::ios::binary | std::ios::trunc);
  out.write(reinterpret_cast<const char*>(blob->data()), static_cast<std::streamsize>(blob->size()));
  return out.flush() ? 0 : 1;
}
