#include "catalogue/catalogue.h"

#include <cstring>

#include "catalogue/blob.h"
#include "unit/catalogue/fixtures.h"

namespace squall::catalogue {
namespace {

// Everything that can be asked of a type and of the whole; the sum keeps the compiler from leaving it out.
std::size_t visit(const ResourceType& type) {
  std::size_t size = type.name().size() + type.service().size() + type.singular().size() + type.plural().size() +
                     type.tag_property().size() + type.schema().size() + type.list_parents().size();
  const auto add = [&](const std::vector<std::string_view>& texts) {
    for (std::string_view text : texts) size += std::string(text).size();
  };
  for (const auto& paths : {type.primary_identifier(), type.read_only(), type.create_only(), type.write_only(),
                            type.conditional_create_only(), type.required()})
    add(paths);
  for (const auto& keys : type.list_keys()) add(keys);
  for (const auto& paths : type.additional_identifiers()) add(paths);
  for (std::size_t i = 0; i < kHandlerCount; ++i) {
    add(type.permissions(static_cast<Handler>(i)));
    size += type.timeout_minutes(static_cast<Handler>(i)) + type.has_handler(static_cast<Handler>(i));
  }
  for (std::size_t i = 0; i < std::min<std::size_t>(type.property_count(), 100); ++i) {
    const Property property = type.property(i);
    size += std::string(property.name).size() + std::string(property.column).size() + name_of(property.type).size();
  }
  return size + type.find_property("no such").has_value() + type.property(1'000'000).name.size();
}

std::size_t visit(const Catalogue& catalogue) {
  std::size_t size = catalogue.version().size() + catalogue.verify().ok();
  for (std::size_t i = 0; i < std::min<std::size_t>(catalogue.type_count(), 100); ++i) {
    const ResourceType type = catalogue.type(i);
    size += visit(type) + catalogue.find_type(type.name()).has_value();
  }
  for (std::string_view service : catalogue.services()) {
    for (const auto& table : catalogue.tables_of(service)) {
      if (const auto found = catalogue.find_table(service, table)) size += visit(found->type);
    }
  }
  return size + visit(catalogue.type(1'000'000));
}

std::vector<std::string> strings(const std::vector<std::string_view>& views) { return {views.begin(), views.end()}; }

class FixtureCatalogue : public testing::Test {
 protected:
  FixtureCatalogue()
      : blob_(fixture_blob()),
        catalogue_(Catalogue::open(blob_).value()),
        gear_(*catalogue_.find_type("AWS::Widgets::Gear")) {}

  // "kind integer create-only …" of one property.
  Property gear(std::string_view name) const { return gear_.property(*gear_.find_property(name)); }

  std::vector<std::byte> blob_;
  Catalogue catalogue_;
  ResourceType gear_;
};

TEST_F(FixtureCatalogue, KeepsTheOrderOfProperties) {
  std::string columns;
  for (std::size_t i = 0; i < gear_.property_count(); ++i) columns += std::string(gear_.property(i).column) + " ";
  EXPECT_EQ(columns,
            "title description examples gear_id resource_region kind kms_key_arn policy limit flags teeth pair labels "
            "choice agreed merged unknown circle elsewhere tags ");
}

TEST_F(FixtureCatalogue, KnowsTheDatatypes) {
  EXPECT_EQ(gear("title").type, DataType::string);
  EXPECT_EQ(gear("description").type, DataType::object);
  EXPECT_EQ(gear("GearId").type, DataType::string);
  EXPECT_EQ(gear("Kind").type, DataType::string);    // $ref, and its $ref, over the type beside it
  EXPECT_EQ(gear("Policy").type, DataType::object);  // [object, string]
  EXPECT_EQ(gear("Limit").type, DataType::integer);  // [integer, string]
  EXPECT_EQ(gear("Flags").type, DataType::string);   // any other list: its first
  EXPECT_EQ(gear("Teeth").type, DataType::array);
  EXPECT_EQ(gear("Choice").type, DataType::object);   // array or object
  EXPECT_EQ(gear("Agreed").type, DataType::string);   // both branches are
  EXPECT_EQ(gear("Merged").type, DataType::integer);  // allOf
  EXPECT_EQ(gear("Unknown").type, DataType::object);
  EXPECT_EQ(gear("Circle").type, DataType::object);
  EXPECT_EQ(gear("Elsewhere").type, DataType::number);  // only references into the schema itself are followed
}

TEST_F(FixtureCatalogue, FlagsWholePropertiesOnly) {
  EXPECT_EQ(gear("GearId").flags, kReadOnly | kIdentifier);
  EXPECT_EQ(gear("description").flags, kIdentifier);  // the first step of description/title
  EXPECT_EQ(gear("Region").flags, kRequired | kCreateOnly | kWriteOnly);
  EXPECT_EQ(gear("Kind").flags, kConditionalCreateOnly);
  EXPECT_EQ(gear("Flags").flags, kDeprecated);
  EXPECT_EQ(gear("Teeth").flags, 0);  // only Teeth/*/Length is read-only
  EXPECT_EQ(strings(gear_.read_only()), (std::vector<std::string>{"GearId", "Teeth/*/Length"}));
}

TEST_F(FixtureCatalogue, KnowsTheIdentifiers) {
  EXPECT_EQ(strings(gear_.primary_identifier()), (std::vector<std::string>{"GearId", "description/title"}));
  ASSERT_EQ(gear_.additional_identifiers().size(), 2u);
  EXPECT_EQ(strings(gear_.additional_identifiers()[1]), (std::vector<std::string>{"Region", "Kind"}));
}

TEST_F(FixtureCatalogue, CombinesRequiredKeysWithEachAlternative) {
  ASSERT_EQ(gear_.list_keys().size(), 2u);
  EXPECT_EQ(strings(gear_.list_keys()[0]), (std::vector<std::string>{"Region", "Kind"}));
  EXPECT_EQ(strings(gear_.list_keys()[1]), (std::vector<std::string>{"Region", "KMSKeyARN"}));
  EXPECT_EQ(gear_.list_parents(), "");
}

TEST_F(FixtureCatalogue, TakesUndeclaredListKeysFromTheListParents) {
  const ResourceType stream = *catalogue_.find_type("AWS::GadgetsV2::Stream");
  ASSERT_EQ(stream.list_keys().size(), 1u);
  EXPECT_EQ(strings(stream.list_keys()[0]), std::vector<std::string>{"GearId"});
  EXPECT_TRUE(stream.list_parents().starts_with(R"({"list":"needs-undeclared-keys")")) << stream.list_parents();
  EXPECT_EQ(stream.schema().find("listParents"), std::string_view::npos);
}

TEST_F(FixtureCatalogue, KeepsPermissionsAsWritten) {
  EXPECT_EQ(strings(gear_.permissions(Handler::create)),
            (std::vector<std::string>{"widgets:B", "widgets:A", "widgets:B"}));
  EXPECT_TRUE(gear_.permissions(Handler::update).empty());
  EXPECT_TRUE(gear_.has_handler(Handler::delete_));
  EXPECT_FALSE(gear_.has_handler(Handler::update));
  EXPECT_EQ(gear_.timeout_minutes(Handler::create), 720u);
  EXPECT_EQ(gear_.timeout_minutes(Handler::read), 120u);
}

TEST_F(FixtureCatalogue, OffersTheTablesOfTypesWithHandlers) {
  EXPECT_EQ(catalogue_.tables_of("Widgets"),
            (std::vector<std::string>{"gear", "gear_tags", "gears", "gears_list_only", "permissions"}));
  EXPECT_EQ(catalogue_.tables_of("gadgetsv2"),
            (std::vector<std::string>{"stream", "stream_tags", "streams", "streams_list_only"}));
  EXPECT_TRUE(catalogue_.tables_of("widget").empty());
  EXPECT_EQ(strings(catalogue_.services()), (std::vector<std::string>{"gadgetsv2", "widgets"}));
  EXPECT_EQ(catalogue_.find_table("WIDGETS", "Gears_List_Only")->kind, TableKind::list_only);
  EXPECT_EQ(catalogue_.find_table("gadgetsv2", "gadgetsv2_stream")->kind, TableKind::singular);
  EXPECT_FALSE(catalogue_.find_table("widgets", "boxes").has_value());
  EXPECT_TRUE(catalogue_.find_type("AWS::Widgets::Box").has_value());
}

TEST_F(FixtureCatalogue, TellsTheTagProperty) {
  EXPECT_EQ(gear_.tag_property(), "Tags");
  EXPECT_EQ(catalogue_.find_type("AWS::GadgetsV2::Stream")->tag_property(), "Marks");
  EXPECT_EQ(catalogue_.find_type("AWS::Widgets::Permissions")->tag_property(), "");
}

TEST_F(FixtureCatalogue, FindsNothingThatIsNotThere) {
  EXPECT_FALSE(catalogue_.find_type("AWS::Widgets::Gea").has_value());
  EXPECT_FALSE(catalogue_.find_type("").has_value());
  EXPECT_FALSE(catalogue_.find_type("ZZZ").has_value());
  EXPECT_FALSE(catalogue_.find_table("", "").has_value());
  EXPECT_FALSE(gear_.find_property("gearid").has_value());
}

TEST(Catalogue, NumbersColumnsThatWouldBeOne) {
  const auto blob = blob_of({small_schema("AWS::Toys::Ball", {"Id", "ID", "Region", "ResourceRegion"})});
  const Catalogue catalogue = Catalogue::open(blob).value();
  std::string columns;
  for (std::size_t i = 0; i < 4; ++i) columns += std::string(catalogue.type(0).property(i).column) + " ";
  EXPECT_EQ(columns, "id id_2 resource_region resource_region_2 ");
}

TEST(Catalogue, KeepsTypesWhoseTablesWouldShareAName) {
  const auto blob = blob_of({small_schema("AWS::Toys::Ball"), small_schema("AWS::Toys::Balls")});
  const Catalogue catalogue = Catalogue::open(blob).value();
  EXPECT_EQ(catalogue.find_table("toys", "balls")->type.name(), "AWS::Toys::Ball");
  EXPECT_EQ(catalogue.find_table("toys", "balls_2")->type.name(), "AWS::Toys::Balls");
  EXPECT_EQ(catalogue.find_type("AWS::Toys::Balls")->plural(), "balls_2");
}

TEST(Catalogue, OpensAnEmptyOne) {
  const auto blob = blob_of({});
  const Catalogue catalogue = Catalogue::open(blob).value();
  EXPECT_EQ(catalogue.type_count(), 0u);
  EXPECT_TRUE(catalogue.services().empty());
  EXPECT_TRUE(catalogue.verify().ok());
}

TEST(Catalogue, RefusesABlobThatIsCutOff) {
  const auto blob = fixture_blob();
  for (std::size_t size = 0; size < blob.size(); ++size) {
    const std::vector<std::byte> cut(blob.begin(), blob.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_FALSE(Catalogue::open(cut).ok()) << size;
  }
}

TEST(Catalogue, ReadsNothingBeyondABlobThatIsCutOffAndSaysItIsWhole) {
  const auto blob = fixture_blob();
  for (std::size_t size = sizeof(BlobHeader); size < blob.size(); ++size) {
    std::vector<std::byte> cut(blob.begin(), blob.begin() + static_cast<std::ptrdiff_t>(size));
    const std::uint64_t told = size;
    std::memcpy(cut.data() + offsetof(BlobHeader, size), &told, sizeof told);
    if (const auto catalogue = Catalogue::open(cut); catalogue.ok()) visit(*catalogue);
  }
}

TEST(Catalogue, SurvivesEveryDamagedByteAndTellsOfIt) {
  const auto blob = blob_of({small_schema("AWS::Toys::Ball", {"Id", "Tags"}), small_schema("AWS::Toys::Box")});
  ASSERT_TRUE(Catalogue::open(blob)->verify().ok());
  for (std::size_t i = 0; i < blob.size(); ++i) {
    for (const unsigned char mask : {0x01, 0x80, 0xff}) {
      auto damaged = blob;
      damaged[i] ^= static_cast<std::byte>(mask);
      const auto catalogue = Catalogue::open(damaged);
      if (!catalogue.ok()) continue;
      visit(*catalogue);
      EXPECT_FALSE(catalogue->verify().ok()) << i;
    }
  }
}

TEST(Catalogue, SurvivesWildNumbersEverywhere) {
  const auto blob = fixture_blob();
  for (std::size_t i = 0; i + 4 <= blob.size(); i += 4) {
    for (const std::uint32_t number : {0xffffffffU, 0x7fffffffU, static_cast<std::uint32_t>(blob.size()), 1U}) {
      auto damaged = blob;
      std::memcpy(damaged.data() + i, &number, sizeof number);
      if (const auto catalogue = Catalogue::open(damaged); catalogue.ok() && i < 8192) visit(*catalogue);
    }
  }
}

TEST(Catalogue, SaysWhatIsWrong) {
  auto blob = fixture_blob();
  EXPECT_EQ(Catalogue::open({}).error().message, "the catalogue is too short");
  blob[8] = std::byte{9};
  EXPECT_EQ(Catalogue::open(blob).error().message, "the catalogue is of format 9, this program reads 2");
  blob[0] = std::byte{'X'};
  EXPECT_EQ(Catalogue::open(blob).error().message, "this is no catalogue");
}

}  // namespace
}  // namespace squall::catalogue
