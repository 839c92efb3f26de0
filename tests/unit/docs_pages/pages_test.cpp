#include "docs_pages/pages.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "catalogue/blob.h"
#include "catalogue/compiler.h"
#include "catalogue/embedded.h"
#include "catalogue/methods.h"
#include "docs_pages/examples.h"
#include "unit/docs_pages/page_text.h"

namespace squall::docs_pages {
namespace {

using catalogue::Catalogue;
using catalogue::Table;

const Catalogue& embedded() {
  static const Catalogue catalogue = Catalogue::open(catalogue::embedded_blob()).value();
  return catalogue;
}

std::vector<Page> all_pages() {
  std::vector<Page> pages;
  EXPECT_TRUE(for_each_page(embedded(), [&](const Page& page) -> Status {
                pages.push_back(page);
                return {};
              }).ok());
  return pages;
}

// A catalogue of one schema, with descriptions.
class Small {
 public:
  explicit Small(const std::string& json)
      : compiled_(catalogue::compile_schemas({{"small.json", json}}, "{}", catalogue::Prose::kept).value()),
        blob_(catalogue::write_blob({compiled_.files.begin()->second}).value()),
        catalogue_(Catalogue::open(blob_).value()) {}
  Table table(std::string_view resource) const { return *catalogue_.find_table("toys", resource); }

 private:
  catalogue::CompiledServices compiled_;
  std::vector<std::byte> blob_;
  Catalogue catalogue_;
};

std::string examples(const Table& table, const std::string& id) {
  std::string text;
  for (const Example& example : examples_of(table, id)) text += example.sql + "\n";
  return text;
}

std::string examples(std::string_view service, std::string_view resource) {
  const std::string id = "aws." + std::string(service) + "." + std::string(resource);
  return examples(*embedded().find_table(service, resource), id);
}

std::string methods(std::string_view service, std::string_view resource) {
  std::string text;
  for (const catalogue::Method& method : catalogue::methods_of(*embedded().find_table(service, resource))) {
    text += std::string(method.name) + " " + std::string(method.verb);
    for (const std::string& parameter : method.required) text += " " + parameter;
    text += "\n";
  }
  return text;
}

TEST(Pages, AreOneForEachTableAndServiceAndAnIndex) {
  std::size_t tables = 0;
  for (std::string_view service : embedded().services()) tables += embedded().tables_of(service).size();
  const auto pages = all_pages();
  EXPECT_EQ(pages.size(), 1 + embedded().services().size() + tables);
  std::set<std::string> paths;
  for (const Page& page : pages) EXPECT_TRUE(paths.insert(page.path).second) << page.path;
}

TEST(Pages, AreTheSameBytesEachTime) {
  const auto first = all_pages();
  const auto second = all_pages();
  ASSERT_EQ(first.size(), second.size());
  for (std::size_t i = 0; i < first.size(); ++i) EXPECT_EQ(first[i].text, second[i].text) << first[i].path;
}

// Every `](target)` of an index is a page.
TEST(Pages, LinkToPagesThatExist) {
  std::set<std::string> paths;
  const auto pages = all_pages();
  for (const Page& page : pages) paths.insert(page.path);
  std::size_t links = 0;
  for (const Page& page : pages) {
    if (!page.path.ends_with("README.md")) continue;
    const std::string folder = page.path.substr(0, page.path.rfind('/') + 1);
    for (auto at = page.text.find("]("); at != std::string::npos; at = page.text.find("](", at + 1)) {
      const std::string target = page.text.substr(at + 2, page.text.find(')', at) - at - 2);
      const std::string path = target.starts_with("../../") ? target.substr(6) : folder + target;
      EXPECT_EQ(paths.count(path), 1u) << page.path << " -> " << target;
      ++links;
    }
  }
  EXPECT_GT(links, pages.size());
}

TEST(Pages, EachHaveFieldsMethodsAndPermissions) {
  for (const Page& page : all_pages()) {
    if (page.path.ends_with("README.md")) continue;
    const Rows fields = table_rows(section(page.text, "Fields"));
    ASSERT_GT(fields.size(), 1u) << page.path;
    EXPECT_EQ(fields.back(), (std::vector<std::string>{"region", "string", "AWS region."})) << page.path;
    EXPECT_EQ(table_rows(section(page.text, "Overview")).size(), 4u) << page.path;
    EXPECT_GE(table_rows(section(page.text, "Methods")).size(), 1u) << page.path;
    EXPECT_NE(section(page.text, "Permissions"), "") << page.path;
  }
}

TEST(Pages, EndAtTheFirstErrorOfTheReceiver) {
  int taken = 0;
  const Status stopped = for_each_page(embedded(), [&](const Page&) -> Status {
    if (++taken == 3) return data_error("full");
    return {};
  });
  EXPECT_EQ(stopped.error().message, "full");
  EXPECT_EQ(taken, 3);
}

TEST(Pages, CarryDescriptionsOfAnImportedCatalogueInOneCell) {
  const Small toys(
      R"({"typeName":"AWS::Toys::Ball","description":"A\n  ball | <b>round</b>.","properties":{"Id":{"type":"string","description":"One | two\nlines."}},"primaryIdentifier":["/properties/Id"],"handlers":{"read":{}}})");
  const std::string page = resource_page(toys.table("ball"), "ball");
  EXPECT_EQ(table_rows(section(page, "Overview"))[2],
            (std::vector<std::string>{"Description", "A ball \\| &lt;b>round&lt;/b>."}));
  EXPECT_EQ(table_rows(section(page, "Fields"))[1], (std::vector<std::string>{"id", "string", "One \\| two lines."}));
}

TEST(Pages, ListPermissionsInTheOrderOfTheSchemasHandlers) {
  const Small toys(
      R"({"typeName":"AWS::Toys::Ball","properties":{"Id":{"type":"string"}},"primaryIdentifier":["/properties/Id"],"handlers":{"list":{"permissions":["toys:L","toys:L"]},"delete":{"permissions":[]},"read":{"permissions":["toys:R"]}}})");
  EXPECT_EQ(fenced_blocks(section(resource_page(toys.table("balls"), "balls"), "Permissions")),
            (std::vector<Block>{{"List", "toys:L,\ntoys:L\n"}, {"Read", "toys:R\n"}}));
  EXPECT_EQ(fenced_blocks(section(resource_page(toys.table("balls_list_only"), "balls_list_only"), "Permissions")),
            (std::vector<Block>{{"List", "toys:L,\ntoys:L\n"}}));
}

TEST(Methods, OfThePluralAreFive) {
  EXPECT_EQ(methods("sagemaker", "image_versions"),
            "create_resource INSERT ImageName BaseImage region\n"
            "delete_resource DELETE data__Identifier region\n"
            "update_resource UPDATE data__Identifier data__PatchDocument region\n"
            "list_resources SELECT region\n"
            "get_resource SELECT data__Identifier region\n");
  EXPECT_EQ(methods("sagemaker", "image_versions_list_only"), "list_resources SELECT region\n");
}

TEST(Methods, NeedTheIdentifierToCreateWhereTheSchemaRequiresNothing) {
  EXPECT_EQ(methods("s3", "buckets").substr(0, 41), "create_resource INSERT BucketName region\n");
}

TEST(Examples, OfAListUnderAParentGiveItsKey) {
  EXPECT_NE(
      examples("sagemaker", "image_versions")
          .find("\nFROM aws.sagemaker.image_versions\nWHERE region = 'us-east-1' AND image_name = '<ImageName>';\n"),
      std::string::npos);
}

TEST(Examples, OfAGlobalServiceNeedNoRegion) {
  EXPECT_NE(examples("iam", "roles").find("\nFROM aws.iam.roles;\n"), std::string::npos);
  EXPECT_NE(examples("iam", "role").find("\nWHERE data__Identifier = '<RoleName>';\n"), std::string::npos);
  EXPECT_NE(examples("wafv2", "web_acls").find("region = 'us-east-1'"), std::string::npos);
}

TEST(Examples, QuoteWhatIsReservedOrNoName) {
  const Small toys(
      R"({"typeName":"AWS::Toys::Ball","properties":{"Group":{"type":"string"},"it's":{"type":"string"},"a/b~c":{"type":"object"}},"primaryIdentifier":["/properties/Group","/properties/it's"],"handlers":{"create":{},"read":{},"update":{}}})");
  const std::string text = examples(toys.table("balls"), "aws.toys.balls");
  EXPECT_NE(text.find("\n\"group\",\n"), std::string::npos) << text;
  EXPECT_NE(text.find("INSERT INTO aws.toys.balls (\n \"Group\",\n \"it's\",\n \"a/b~c\",\n region\n)"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("data__Identifier = '<Group>|<it''s>'"), std::string::npos) << text;
  EXPECT_NE(text.find(R"({"op":"add","path":"/a~1b~0c","value":{{ a/b~c }}})"), std::string::npos) << text;
}

TEST(Examples, SetAPropertyCalledRegionByItsColumn) {
  const Small toys(
      R"({"typeName":"AWS::Toys::Ball","properties":{"Region":{"type":"string"},"Id":{"type":"string"}},"primaryIdentifier":["/properties/Id"],"handlers":{"create":{}}})");
  EXPECT_EQ(
      examples(toys.table("balls"), "aws.toys.balls"),
      "INSERT INTO aws.toys.balls (\n resource_region,\n Id,\n region\n)\nSELECT\n '{{ Region }}',\n '{{ Id }}',\n "
      "'us-east-1';\n");
}

TEST(Examples, ChangeNothingThatIsFixedInAnyPart) {
  const Small toys(
      R"({"typeName":"AWS::Toys::Ball","properties":{"Id":{"type":"string"},"Size":{"type":"object"},"Hue":{"type":"object"},"Name":{"type":"string"}},"primaryIdentifier":["/properties/Id"],"readOnlyProperties":["/properties/Id","/properties/Hue/Code"],"createOnlyProperties":["/properties/Size/Width"],"handlers":{"update":{}}})");
  EXPECT_EQ(
      examples(toys.table("ball"), "aws.toys.ball"),
      "UPDATE aws.toys.ball\nSET name = '{{ Name }}'\nWHERE data__Identifier = '<Id>' AND region = 'us-east-1';\n"
      "UPDATE aws.toys.ball\nSET data__PatchDocument = '[\n {\"op\":\"add\",\"path\":\"/Name\",\"value\":\"{{ Name "
      "}}\"}\n]'\nWHERE data__Identifier = '<Id>' AND region = 'us-east-1';\n");
}

}  // namespace
}  // namespace squall::docs_pages
