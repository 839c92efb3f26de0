#include "unit/catalogue/fixtures.h"

#include <stdlib.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "catalogue/blob.h"

namespace squall::catalogue {

std::filesystem::path data_folder() { return std::filesystem::path(SQUALL_TEST_DATA) / "catalogue"; }

std::string read_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<SchemaText> fixture_schemas() {
  std::vector<SchemaText> schemas;
  for (const auto& entry : std::filesystem::directory_iterator(data_folder() / "schemas")) {
    schemas.push_back({entry.path().filename().string(), read_text(entry.path())});
  }
  std::sort(schemas.begin(), schemas.end(), [](const SchemaText& a, const SchemaText& b) { return a.entry < b.entry; });
  return schemas;
}

CompiledServices compile_fixture() {
  auto compiled = compile_schemas(fixture_schemas(), read_text(data_folder() / "list_parents.json"));
  EXPECT_TRUE(compiled.ok()) << compiled.error().message;
  return std::move(compiled).value();
}

std::vector<std::byte> blob_of(const std::vector<SchemaText>& schemas, const std::string& list_parents) {
  const auto compiled = compile_schemas(schemas, list_parents);
  EXPECT_TRUE(compiled.ok()) << compiled.error().message;
  std::vector<std::string> files;
  for (const auto& [name, text] : compiled->files) files.push_back(text);
  auto blob = write_blob(files);
  EXPECT_TRUE(blob.ok()) << blob.error().message;
  return std::move(blob).value();
}

std::vector<std::byte> fixture_blob() {
  return blob_of(fixture_schemas(), read_text(data_folder() / "list_parents.json"));
}

SchemaText small_schema(const std::string& type, const std::vector<std::string>& properties) {
  std::string listed;
  for (const auto& property : properties)
    listed += (listed.empty() ? "\"" : ",\"") + property + "\":{\"type\":\"string\"}";
  return {type + ".json", "{\"typeName\":\"" + type + "\",\"properties\":{" + listed +
                              "},\"primaryIdentifier\":[\"/properties/" + properties.front() +
                              "\"],\"handlers\":{\"read\":{},\"list\":{}}}"};
}

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "squall-catalogue-XXXXXX").string();
  EXPECT_NE(mkdtemp(name.data()), nullptr);
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace squall::catalogue
