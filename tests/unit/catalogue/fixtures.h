// What the catalogue's tests share: the small schemas of tests/data/catalogue, and a blob of them.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "catalogue/catalogue.h"
#include "catalogue/compiler.h"

namespace squall::catalogue {

std::filesystem::path data_folder();
std::string read_text(const std::filesystem::path& path);

// The fixture's schemas, ordered by file name.
std::vector<SchemaText> fixture_schemas();
CompiledServices compile_fixture();
std::vector<std::byte> fixture_blob();

// A blob of these schemas; fails the test where they are refused.
std::vector<std::byte> blob_of(const std::vector<SchemaText>& schemas, const std::string& list_parents = "{}");

// A schema with handlers and the properties named.
SchemaText small_schema(const std::string& type, const std::vector<std::string>& properties = {"Id"});

// A folder that goes away with the test.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace squall::catalogue
