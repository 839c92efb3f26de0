#include "catalogue/compiler.h"

#include <zip.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "catalogue/blob.h"
#include "unit/catalogue/fixtures.h"

namespace squall::catalogue {
namespace {

void write_text(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

std::string error_of(const std::vector<SchemaText>& schemas, const std::string& list_parents = "{}") {
  const auto compiled = compile_schemas(schemas, list_parents);
  return compiled.ok() ? "" : compiled.error().message;
}

std::filesystem::path write_zip(const TemporaryFolder& folder, const std::vector<SchemaText>& entries) {
  const auto path = folder.path() / "schemas.zip";
  int code = 0;
  zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
  for (const SchemaText& entry : entries) {
    zip_file_add(archive, entry.entry.c_str(), zip_source_buffer(archive, entry.json.data(), entry.json.size(), 0),
                 ZIP_FL_ENC_UTF_8);
  }
  EXPECT_EQ(zip_close(archive), 0);
  return path;
}

// SQUALL_ACCEPT=1 writes what was compiled into the golden files; then read the diff.
TEST(Compiler, KeepsTheFactsAndNoProse) {
  const bool accept = std::getenv("SQUALL_ACCEPT") != nullptr && std::string(std::getenv("SQUALL_ACCEPT")) == "1";
  const CompiledServices compiled = compile_fixture();
  for (const auto& [name, text] : compiled.files) {
    if (accept) write_text(data_folder() / "golden" / name, text);
    EXPECT_EQ(text, read_text(data_folder() / "golden" / name));
    EXPECT_EQ(text.find("Prose"), std::string::npos) << name;
  }
  EXPECT_EQ(compiled.files.size(), 2u);
}

TEST(Compiler, TellsWhichKeywordsItLeftOut) {
  EXPECT_EQ(compile_fixture().unknown_keywords, std::vector<std::string>{"someNewKeyword"});
}

TEST(Compiler, GivesTheSameBytesWhateverTheOrder) {
  auto schemas = fixture_schemas();
  const auto forward = compile_schemas(schemas, "{}");
  std::reverse(schemas.begin(), schemas.end());
  const auto backward = compile_schemas(schemas, "{}");
  EXPECT_EQ(forward->files, backward->files);
  EXPECT_EQ(fixture_blob(), fixture_blob());
}

TEST(Compiler, ReadsTheSchemasOfAZipInTheOrderOfTheirNames) {
  const TemporaryFolder folder;
  auto entries = fixture_schemas();
  std::reverse(entries.begin(), entries.end());
  entries.push_back({"README.txt", "no schema"});
  const auto read = read_schema_zip(write_zip(folder, entries).string());
  ASSERT_TRUE(read.ok()) << read.error().message;
  ASSERT_EQ(read->size(), 4u);
  const auto compiled = compile_schemas(*read, read_text(data_folder() / "list_parents.json"));
  EXPECT_EQ(read->front().entry, "aws-gadgetsv2-stream.json");
  EXPECT_EQ(compiled->files, compile_fixture().files);
}

TEST(Compiler, RefusesWhatIsNoZipOfSchemas) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "text.zip";
  write_text(path, "this is text");
  EXPECT_FALSE(read_schema_zip(path.string()).ok());
  EXPECT_FALSE(read_schema_zip((folder.path() / "missing.zip").string()).ok());
  EXPECT_FALSE(read_schema_zip(write_zip(folder, {{"README.txt", "no schema"}}).string()).ok());
}

TEST(Compiler, RefusesADamagedZip) {
  const TemporaryFolder folder;
  const auto path = write_zip(folder, {small_schema("AWS::Toys::Ball")});
  const std::string whole = read_text(path);
  const auto good = read_schema_zip(path.string());
  ASSERT_TRUE(good.ok());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(~damaged[i]);
    write_text(path, damaged);
    // Some bytes tell only times and attributes: then the contents must be whole.
    if (const auto read = read_schema_zip(path.string()); read.ok()) {
      EXPECT_EQ(read->front().json, good->front().json) << i;
    }
    write_text(path, whole.substr(0, i));
    EXPECT_FALSE(read_schema_zip(path.string()).ok()) << i;
  }
}

TEST(Compiler, SaysWhichSchemaIsWrong) {
  EXPECT_EQ(error_of({{"a.json", "{"}}), "a.json is not JSON");
  EXPECT_EQ(error_of({{"a.json", "[]"}}), "a.json is no JSON object");
  EXPECT_EQ(error_of({{"a.json", "{}"}}), "a.json has no typeName");
  EXPECT_EQ(error_of({{"a.json", R"({"typeName":"Bucket"})"}}), "a.json: 'Bucket' is no type's name");
  EXPECT_EQ(error_of({{"a.json", R"({"typeName":"AWS::S3::Bucket"})"}}), "a.json has no properties");
  EXPECT_EQ(error_of({{"a.json", R"({"typeName":"AWS::S3::Bucket","properties":[],"primaryIdentifier":[]})"}}),
            "a.json: properties is no object");
  EXPECT_EQ(error_of({small_schema("AWS::Toys::Ball"), small_schema("AWS::Toys::Ball")}),
            "AWS::Toys::Ball.json defines AWS::Toys::Ball again");
  EXPECT_EQ(error_of({}, "nothing"), "the file of list parents is not JSON");
}

TEST(Compiler, RefusesASchemaThatIsNestedTooDeep) {
  std::string deep = R"({"typeName":"AWS::S3::Bucket","primaryIdentifier":[],"properties":{"A":{"default":)";
  deep += std::string(1'000'000, '[') + std::string(1'000'000, ']') + "}}}";
  EXPECT_EQ(error_of({{"a.json", deep}}), "a.json is nested too deep");
}

// Each fact in a form it should not have: an error or a blob, never a crash.
TEST(Compiler, SurvivesFactsOfAnyForm) {
  const std::string keys[] = {
      "handlers",           "tagging",     "taggable",    "required", "primaryIdentifier", "additionalIdentifiers",
      "readOnlyProperties", "definitions", "description", "oneOf"};
  const std::string values[] = {"null",
                                "1",
                                "\"x\"",
                                "[]",
                                "[1]",
                                "[[1]]",
                                "{}",
                                R"({"list":1})",
                                R"({"list":{"handlerSchema":{"required":{"a":1},"oneOf":[7]}}})",
                                R"({"create":{"timeoutInMinutes":"x","permissions":7}})",
                                R"({"taggable":"x","tagProperty":7})"};
  for (const auto& key : keys) {
    for (const auto& value : values) {
      const std::string identifier = key == "primaryIdentifier" ? "" : R"("primaryIdentifier":[],)";
      const auto compiled = compile_schemas(
          {{"a.json",
            R"({"typeName":"AWS::S3::Bucket","properties":{"A":7,"B":{"type":[7]},"C":{"$ref":"#/a~9"},"D":{"$ref":"#/properties/"}},)" +
                identifier + "\"" + key + "\":" + value + "}"}},
          "{}");
      if (!compiled.ok()) continue;
      const auto blob = write_blob({compiled->files.at("s3.json")});
      EXPECT_TRUE(!blob.ok() || Catalogue::open(*blob).ok());
    }
  }
}

TEST(BlobCompiler, RefusesFilesThatAreNoFacts) {
  for (const char* file :
       {"", "[]", "{", R"({"AWS::S3::Bucket":7})", R"({"AWS::S3::Bucket":{}})", R"({"Bucket":{"properties":{}}})"})
    EXPECT_FALSE(write_blob({file}).ok()) << file;
  const std::string file = R"({"AWS::S3::Bucket":{"properties":{}}})";
  EXPECT_TRUE(write_blob({file}).ok());
  EXPECT_EQ(write_blob({file, file}).error().message, "AWS::S3::Bucket is in two catalogue files");
  EXPECT_EQ(write_blob({std::string(1000, '[')}).error().message, "a catalogue file is nested too deep");
}

}  // namespace
}  // namespace squall::catalogue
