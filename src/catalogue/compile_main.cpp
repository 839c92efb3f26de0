// squall_catalogue_compile ZIP OUTDIR [LIST_PARENTS]: the schemas of a zip become OUTDIR/<service>.json; files of services
// that are gone are removed. LIST_PARENTS is list_parents.json beside OUTDIR unless told.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "catalogue/compiler.h"

namespace {

squall::Result<std::string> read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return squall::data_error("cannot read " + path);
  return std::string{std::istreambuf_iterator<char>(in), {}};
}

squall::Status compile(const std::string& zip, const std::string& parents, const std::filesystem::path& directory) {
  const auto schemas = TRY(squall::catalogue::read_schema_zip(zip));
  const auto compiled = TRY(squall::catalogue::compile_schemas(schemas, TRY(read_file(parents))));
  std::error_code failure;
  std::filesystem::create_directories(directory, failure);
  const std::filesystem::directory_iterator present(directory, failure);
  if (failure) return squall::data_error("cannot write to " + directory.string() + ": " + failure.message());
  for (const auto& old : present) {
    if (old.path().extension() == ".json" && compiled.files.count(old.path().filename().string()) == 0)
      std::filesystem::remove(old.path(), failure);
  }
  for (const auto& [name, text] : compiled.files) {
    std::ofstream out(directory / name, std::ios::binary | std::ios::trunc);
    out << text;
    if (!out.flush()) return squall::data_error("cannot write " + (directory / name).string());
  }
  for (const auto& keyword : compiled.unknown_keywords) std::cerr << "left out: unknown keyword " << keyword << "\n";
  std::cerr << schemas.size() << " types in " << compiled.files.size() << " services\n";
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 && argc != 4) {
    std::cerr << "usage: squall_catalogue_compile ZIP OUTDIR [LIST_PARENTS]\n";
    return 2;
  }
  const std::filesystem::path directory = std::filesystem::path(argv[2]) / "";  // so that its parent is the one meant
  const std::string parents =
      argc == 4 ? argv[3] : (directory.parent_path().parent_path() / "list_parents.json").string();
  const auto done = compile(argv[1], parents, directory.parent_path());
  if (done.ok()) return 0;
  std::cerr << "error: " << done.error().message << "\n";
  return 1;
}
