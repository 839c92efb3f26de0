#include "catalogue/embedded.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "unit/catalogue/fixtures.h"

namespace squall::catalogue {
namespace {

class Embedded : public testing::Test {
 protected:
  Embedded() : catalogue_(Catalogue::open(embedded_blob()).value()) {}
  ResourceType type(std::string_view name) const { return *catalogue_.find_type(name); }

  Catalogue catalogue_;
};

std::vector<std::string> strings(const std::vector<std::string_view>& views) { return {views.begin(), views.end()}; }

TEST_F(Embedded, IsWholeAndAligned) {
  EXPECT_TRUE(catalogue_.verify().ok());
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(embedded_blob().data()) % 16, 0u);
}

TEST_F(Embedded, HoldsEveryTypeOfTheRegistry) {
  std::size_t with_handlers = 0;
  for (std::size_t i = 0; i < catalogue_.type_count(); ++i) with_handlers += catalogue_.type(i).has_handlers();
  EXPECT_EQ(catalogue_.type_count(), 1665u);
  EXPECT_EQ(with_handlers, 1490u);
}

TEST_F(Embedded, FindsEveryTypeByItsNameAndItsTables) {
  for (std::size_t i = 0; i < catalogue_.type_count(); ++i) {
    const ResourceType each = catalogue_.type(i);
    EXPECT_EQ(catalogue_.find_type(each.name()), each);
    if (!each.has_handlers()) continue;
    EXPECT_EQ(catalogue_.find_table(each.service(), each.plural())->type, each) << each.name();
    EXPECT_EQ(catalogue_.find_table(each.service(), each.plural())->kind, TableKind::plural) << each.name();
    EXPECT_EQ(catalogue_.find_table(each.service(), each.singular())->type, each) << each.name();
    EXPECT_EQ(catalogue_.find_table(each.service(), std::string(each.plural()) + "_list_only").has_value(),
              each.has_handler(Handler::list))
        << each.name();
    EXPECT_EQ(catalogue_.find_table(each.service(), std::string(each.singular()) + "_tags").has_value(),
              !each.tag_property().empty())
        << each.name();
  }
}

TEST_F(Embedded, ListsEachTableOnce) {
  std::size_t count = 0;
  for (std::string_view service : catalogue_.services()) {
    const auto tables = catalogue_.tables_of(service);
    EXPECT_EQ(std::set<std::string>(tables.begin(), tables.end()).size(), tables.size());
    for (const auto& table : tables)
      EXPECT_TRUE(catalogue_.find_table(service, table).has_value()) << service << "." << table;
    count += tables.size();
  }
  EXPECT_EQ(count, 5407u);
}

TEST_F(Embedded, HasNoColumnTwice) {
  for (std::size_t i = 0; i < catalogue_.type_count(); ++i) {
    const ResourceType each = catalogue_.type(i);
    std::set<std::string_view> columns = {"region"};
    for (std::size_t p = 0; p < each.property_count(); ++p)
      EXPECT_TRUE(columns.insert(each.property(p).column).second) << each.name() << " " << each.property(p).column;
  }
}

TEST_F(Embedded, HoldsTheFactsOfImageVersion) {
  const ResourceType image_version = type("AWS::SageMaker::ImageVersion");
  std::string properties;
  for (std::size_t i = 0; i < image_version.property_count(); ++i) {
    const Property property = image_version.property(i);
    properties +=
        std::string(property.name) + " " + std::string(property.column) + " " + std::string(name_of(property.type));
    for (const auto& [flag, name] : {std::pair{kReadOnly, " read-only"},
                                     {kCreateOnly, " create-only"},
                                     {kWriteOnly, " write-only"},
                                     {kRequired, " required"},
                                     {kIdentifier, " identifier"}}) {
      if (property.has(flag)) properties += name;
    }
    properties += "\n";
  }
  EXPECT_EQ(properties,
            "ImageName image_name string create-only required\n"
            "ImageArn image_arn string read-only\n"
            "ImageVersionArn image_version_arn string read-only identifier\n"
            "BaseImage base_image string create-only required\n"
            "ContainerImage container_image string read-only\n"
            "Version version integer read-only\n"
            "Alias alias string write-only\n"
            "Aliases aliases array write-only\n"
            "VendorGuidance vendor_guidance string\n"
            "JobType job_type string\n"
            "MLFramework ml_framework string\n"
            "ProgrammingLang programming_lang string\n"
            "Processor processor string\n"
            "Horovod horovod boolean\n"
            "ReleaseNotes release_notes string\n");
  EXPECT_EQ(image_version.singular(), "image_version");
  EXPECT_EQ(image_version.plural(), "image_versions");
  EXPECT_EQ(strings(image_version.primary_identifier()), std::vector<std::string>{"ImageVersionArn"});
  EXPECT_EQ(strings(image_version.required()), (std::vector<std::string>{"ImageName", "BaseImage"}));
  EXPECT_EQ(strings(image_version.write_only()), (std::vector<std::string>{"Aliases", "Alias"}));
  ASSERT_EQ(image_version.list_keys().size(), 1u);
  EXPECT_EQ(strings(image_version.list_keys()[0]), std::vector<std::string>{"ImageName"});
  EXPECT_EQ(strings(image_version.permissions(Handler::update)),
            (std::vector<std::string>{"sagemaker:UpdateImageVersion", "sagemaker:DescribeImageVersion",
                                      "sagemaker:ListAliases"}));
  EXPECT_EQ(image_version.tag_property(), "");
  EXPECT_NE(image_version.list_parents().find("AWS::SageMaker::Image"), std::string_view::npos);
}

TEST_F(Embedded, HasEverySchemaAsJsonWithItsPropertiesInOrder) {
  for (std::size_t i = 0; i < catalogue_.type_count(); ++i) {
    const ResourceType each = catalogue_.type(i);
    const auto schema = nlohmann::ordered_json::parse(each.schema(), nullptr, false);
    ASSERT_TRUE(schema.is_object()) << each.name();
    std::size_t index = 0;
    for (const auto& [name, property] : schema["properties"].items())
      EXPECT_EQ(each.property(index++).name, name) << each.name();
    EXPECT_EQ(index, each.property_count());
  }
}

TEST_F(Embedded, HasNoProse) {
  for (std::size_t i = 0; i < catalogue_.type_count(); ++i) {
    const std::string_view schema = catalogue_.type(i).schema();
    for (const char* prose :
         {"\"description\":\"", "\"title\":\"", "\"$comment\":\"", "\"documentationUrl\":", "\"sourceUrl\":"}) {
      EXPECT_EQ(schema.find(prose), std::string_view::npos) << catalogue_.type(i).name() << " " << prose;
    }
  }
}

TEST_F(Embedded, NamesAsThePublishedExceptionsSay) {
  const auto published = nlohmann::json::parse(read_text(data_folder() / "naming.json"));
  for (const auto& [name, singular] : published["singular"].items()) {
    EXPECT_EQ(type(name).singular(), singular.get<std::string>());
  }
  for (const auto& [name, paths] : published["nested_identifiers"].items())
    EXPECT_EQ(strings(type(name).primary_identifier()), paths.get<std::vector<std::string>>());
  for (const std::string name : published["region_property"]) {
    const ResourceType each = type(name);
    EXPECT_EQ(each.property(*each.find_property("Region")).column, "resource_region") << name;
  }
}

TEST_F(Embedded, KnowsWhatListsNeed) {
  std::size_t declared = 0;
  std::size_t all = 0;
  for (std::size_t i = 0; i < catalogue_.type_count(); ++i) {
    const ResourceType each = catalogue_.type(i);
    if (each.list_keys().empty()) continue;
    ++all;
    const auto parents = nlohmann::json::parse(each.list_parents(), nullptr, false);
    ASSERT_TRUE(parents.is_object()) << each.name();
    declared += parents["list"] == "needs-keys";
    // The alternative whose parents are known is one of those that the list takes.
    if (!parents.contains("use")) continue;
    const auto keys = each.list_keys();
    EXPECT_TRUE(std::any_of(keys.begin(), keys.end(), [&](const auto& alternative) {
      return strings(alternative) == parents["use"].get<std::vector<std::string>>();
    })) << each.name();
  }
  EXPECT_EQ(declared, 317u);
  EXPECT_EQ(all, 338u);
  EXPECT_EQ(type("AWS::AppStream::StackUserAssociation").list_keys().size(), 2u);
}

}  // namespace
}  // namespace squall::catalogue
