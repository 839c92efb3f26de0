#include "catalogue/import.h"

#include <nlohmann/json.hpp>

#include "catalogue/blob.h"
#include "support/zip_of.h"
#include "unit/catalogue/fixtures.h"

namespace squall::catalogue {
namespace {

using Blob = std::vector<std::byte>;

constexpr const char* kKite = R"({
  "typeName":"AWS::Toys::Kite", "description":"Flies in the wind.",
  "definitions":{"Colour":{"type":"string","description":"As a name."}},
  "properties":{
    "Id":{"type":"string","description":"Made by the service."},
    "Colour":{"$ref":"#/definitions/Colour"},
    "Tail":{"$ref":"#/definitions/Colour","description":"Of its tail."},
    "Length":{"type":"integer"}},
  "primaryIdentifier":["/properties/Id"], "readOnlyProperties":["/properties/Id"],
  "handlers":{"read":{"permissions":["toys:R"]},"create":{"permissions":["toys:C"]},"list":{"permissions":[]}}})";

std::string zip_of(const std::vector<SchemaText>& schemas) {
  std::vector<test::ZipEntry> entries;
  for (const SchemaText& schema : schemas) entries.push_back({schema.entry, schema.json});
  return test::zip_of(entries);
}

Imported take_in(const std::string& bytes, const std::string& name, const Blob& base) {
  const Catalogue catalogue = Catalogue::open(base).value();
  const auto set = read_schema_set(bytes, name);
  EXPECT_TRUE(set.ok()) << set.error().message;
  auto imported = import_schemas(*set, catalogue, catalogue);
  EXPECT_TRUE(imported.ok()) << imported.error().message;
  return std::move(imported).value();
}

std::string refusal(const std::string& bytes, const std::string& name = "FILE") {
  const Blob base = fixture_blob();
  const Catalogue catalogue = Catalogue::open(base).value();
  const auto set = read_schema_set(bytes, name);
  if (!set) return set.error().message;
  const auto imported = import_schemas(*set, catalogue, catalogue);
  return imported ? "taken" : imported.error().message;
}

std::vector<std::string> type_names(const Catalogue& catalogue) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < catalogue.type_count(); ++i) names.emplace_back(catalogue.type(i).name());
  return names;
}

TEST(Import, KeepsDescriptionsOfATypeAndItsProperties) {
  const Imported imported = take_in(kKite, "kite.json", fixture_blob());
  const Catalogue catalogue = Catalogue::open(imported.blob).value();
  const ResourceType kite = *catalogue.find_type("AWS::Toys::Kite");
  EXPECT_EQ(kite.description(), "Flies in the wind.");
  std::vector<std::string> descriptions;
  for (std::size_t i = 0; i < kite.property_count(); ++i) descriptions.emplace_back(kite.property(i).description);
  EXPECT_EQ(descriptions, (std::vector<std::string>{"Made by the service.", "As a name.", "Of its tail.", ""}));
  EXPECT_EQ(kite.schema().find("wind"), std::string_view::npos) << "what both clouds read stays without prose";
}

TEST(Import, KeepsTheOrderOfTheHandlers) {
  const Imported imported = take_in(kKite, "kite.json", fixture_blob());
  const Catalogue catalogue = Catalogue::open(imported.blob).value();
  EXPECT_EQ(catalogue.find_type("AWS::Toys::Kite")->handlers(),
            (std::vector<Handler>{Handler::read, Handler::create, Handler::list}));
}

TEST(Import, AddsATypeToThoseInUse) {
  const Blob base = fixture_blob();
  const Catalogue before = Catalogue::open(base).value();
  const Imported imported = take_in(kKite, "kite.json", base);
  const Catalogue after = Catalogue::open(imported.blob).value();
  EXPECT_EQ(imported.types, 1u);
  EXPECT_EQ(imported.kept, before.type_count());
  EXPECT_EQ(after.type_count(), before.type_count() + 1);
  EXPECT_TRUE(after.find_table("toys", "kites").has_value());
}

// Nothing may change in a type that is only carried over.
TEST(Import, CarriesEveryFactOfATypeOver) {
  const Blob base = fixture_blob();
  const Catalogue before = Catalogue::open(base).value();
  const Blob carried = take_in(kKite, "kite.json", base).blob;
  const Catalogue after = Catalogue::open(carried).value();
  for (std::size_t i = 0; i < before.type_count(); ++i) {
    const ResourceType old = before.type(i);
    const ResourceType now = *after.find_type(old.name());
    EXPECT_EQ(now.schema(), old.schema());
    EXPECT_EQ(now.list_parents(), old.list_parents());
    EXPECT_EQ(now.list_keys(), old.list_keys());
    EXPECT_EQ(now.plural(), old.plural());
    EXPECT_EQ(now.handlers(), old.handlers());
    ASSERT_EQ(now.property_count(), old.property_count());
    for (std::size_t p = 0; p < old.property_count(); ++p) EXPECT_EQ(now.property(p).column, old.property(p).column);
  }
  const Blob again = take_in(small_schema("AWS::Toys::Ball").json, "ball.json", carried).blob;
  EXPECT_EQ(Catalogue::open(again)->find_type("AWS::Toys::Kite")->description(), "Flies in the wind.");
}

TEST(Import, ReplacesTheProvidersOfAZipAndKeepsTheOthers) {
  const Blob mine = take_in(small_schema("Acme::Tools::Saw").json, "saw.json", fixture_blob()).blob;
  const Blob next = take_in(zip_of({{"kite.json", kKite}}), "aws.zip", mine).blob;
  EXPECT_EQ(type_names(Catalogue::open(next).value()),
            (std::vector<std::string>{"AWS::Toys::Kite", "Acme::Tools::Saw"}));
}

TEST(Import, TakesKnowledgeOfListParentsFromTheEmbeddedCatalogue) {
  const auto schemas = fixture_schemas();
  const Imported imported = take_in(zip_of(schemas), "aws.zip", fixture_blob());
  const Blob base = fixture_blob();
  const Catalogue before = Catalogue::open(base).value();
  const Catalogue after = Catalogue::open(imported.blob).value();
  std::size_t known = 0;
  for (std::size_t i = 0; i < before.type_count(); ++i) {
    EXPECT_EQ(after.type(i).list_parents(), before.type(i).list_parents());
    known += !before.type(i).list_parents().empty();
  }
  EXPECT_GT(known, 0u);
}

TEST(Import, ReadsTheAnswerOfDescribeType) {
  const nlohmann::json answer = {{"Arn", "arn:aws:cloudformation:us-east-1:123456789012:type/resource/Acme-Tools-Saw"},
                                 {"Type", "RESOURCE"},
                                 {"TypeName", "Acme::Tools::Saw"},
                                 {"Schema", small_schema("Acme::Tools::Saw").json}};
  const Imported imported = take_in(answer.dump(), "saw.json", fixture_blob());
  const Catalogue catalogue = Catalogue::open(imported.blob).value();
  EXPECT_TRUE(catalogue.find_type("Acme::Tools::Saw").has_value());
  EXPECT_EQ(catalogue.find_table("acme_tools", "saws")->type.name(), "Acme::Tools::Saw");
  EXPECT_FALSE(catalogue.find_table("tools", "saws").has_value()) << "that would be AWS::Tools::Saw";
}

TEST(Import, GivesTheSameBytesForTheSameFile) {
  const Blob base = fixture_blob();
  EXPECT_EQ(take_in(zip_of(fixture_schemas()), "a.zip", base).blob,
            take_in(zip_of(fixture_schemas()), "b.zip", base).blob);
}

TEST(Import, TellsOfEachUnknownKeywordOnce) {
  std::vector<SchemaText> schemas = {small_schema("AWS::Toys::Ball"), small_schema("AWS::Toys::Kite")};
  for (SchemaText& schema : schemas) schema.json.insert(1, R"("shinyNewThing":true,"shinier":{},)");
  EXPECT_EQ(take_in(zip_of(schemas), "aws.zip", fixture_blob()).unknown_keywords,
            (std::vector<std::string>{"shinier", "shinyNewThing"}));
}

TEST(Import, NamesTheEntryThatIsWrong) {
  const SchemaText good = small_schema("AWS::Toys::Ball");
  const auto with = [&](const std::string& json) { return zip_of({good, {"kite.json", json}}); };
  EXPECT_EQ(refusal(with("{")), "kite.json is not JSON");
  EXPECT_EQ(refusal(with("[]")), "kite.json is no JSON object");
  EXPECT_EQ(refusal(with("{}")), "kite.json has no typeName");
  EXPECT_EQ(refusal(with(R"({"typeName":"Kite"})")), "kite.json: 'Kite' is no type's name");
  EXPECT_EQ(refusal(with(good.json)), "kite.json defines AWS::Toys::Ball again");
  const std::string bad_handlers = refusal(with(
      R"({"typeName":"AWS::Toys::Kite","properties":{},"primaryIdentifier":[],"tagging":{"taggable":[],"tagProperty":7}})"));
  EXPECT_TRUE(bad_handlers.starts_with("kite.json: AWS::Toys::Kite is malformed: ")) << bad_handlers;
}

TEST(Import, SaysWhatAFileIsInsteadOfSchemas) {
  EXPECT_EQ(refusal("<html>"), "FILE is neither a zip nor a JSON object");
  EXPECT_EQ(refusal(""), "FILE is neither a zip nor a JSON object");
  EXPECT_EQ(refusal("7"), "FILE is neither a zip nor a JSON object");
  EXPECT_EQ(refusal("{}"), "FILE has neither typeName nor Schema");
  EXPECT_EQ(refusal(R"({"Schema":"{}","Type":"MODULE"})"), "FILE describes a \"MODULE\", not a RESOURCE");
  EXPECT_EQ(refusal(std::string(100000, '[')), "FILE is nested too deep");
  EXPECT_EQ(refusal("PK"), "FILE is no whole zip: its end record is missing");
}

TEST(Import, TakesNoPartOfAZipThatIsCutOff) {
  const std::string zip = zip_of({small_schema("AWS::Toys::Ball"), {"kite.json", kKite}});
  for (std::size_t size = 0; size < zip.size(); ++size) EXPECT_NE(refusal(zip.substr(0, size)), "taken") << size;
  EXPECT_EQ(refusal(zip), "taken");
}

TEST(SchemaZip, ReadsStoredEntriesAndACommentBehindTheEnd) {
  std::string zip = zip_of({{"a.json", "x"}});  // too short to deflate
  zip[zip.size() - 2] = 5;
  EXPECT_EQ(unpack_schema_zip(zip + "hello", "z").value().front().json, "x");
  EXPECT_FALSE(unpack_schema_zip(zip, "z").ok()) << "the comment is missing";
}

TEST(SchemaZip, RefusesWhatItDoesNotRead) {
  const std::string zip = zip_of({{"a.json", std::string(500, 'x')}});
  const std::size_t directory = zip.find("PK\1\2");
  const auto with = [&](std::size_t place, char byte) {
    std::string changed = zip;
    changed[directory + place] = byte;
    const auto read = unpack_schema_zip(changed, "z");
    return read ? "read" : read.error().message;
  };
  EXPECT_EQ(with(8, 1), "the zip's entry a.json is encrypted");
  EXPECT_EQ(with(10, 14), "the zip's entry a.json is packed in a way that squall does not read (14)");
  EXPECT_EQ(with(27, 7), "the zip's entry a.json is larger than 16 MiB");
  EXPECT_EQ(with(16, zip[directory + 16] ^ 1), "the zip's entry a.json is damaged");
  EXPECT_EQ(with(45, 0x7f), "the zip's entry a.json is damaged");
}

}  // namespace
}  // namespace squall::catalogue
