#include "catalogue/table_names.h"

#include <gtest/gtest.h>

namespace squall::catalogue {
namespace {

TableOwner owner(const std::string& singular) {
  return {.service = "toys", .singular = singular, .has_handlers = true, .has_list = true, .has_tags = true};
}

// "balls=0 plural"; an alias has a star.
std::string printed(const TableNames& names) {
  constexpr const char* kKinds[] = {"singular", "plural", "list_only", "tags"};
  std::string text;
  for (const auto& [name, table] : names.by_name) {
    text += (text.empty() ? "" : "; ") + name + "=" + std::to_string(table.owner) + " " +
            kKinds[static_cast<std::size_t>(table.kind)] + (table.alias ? "*" : "");
  }
  return text;
}

TEST(TableNames, GivesATypeItsFourTables) {
  EXPECT_EQ(printed(name_tables({owner("ball")})),
            "toys.ball=0 singular; toys.ball_tags=0 tags; toys.balls=0 plural; toys.balls_list_only=0 list_only");
}

TEST(TableNames, GivesNoTableWithoutHandlers) {
  const TableNames names = name_tables({{.service = "toys", .singular = "ball"}});
  EXPECT_EQ(printed(names), "");
  EXPECT_EQ(names.singulars, std::vector<std::string>{"ball"});
  EXPECT_EQ(names.plurals, std::vector<std::string>{"balls"});
}

TEST(TableNames, GivesOneTableWhereSingularAndPluralAreOneWord) {
  EXPECT_EQ(printed(name_tables({{.service = "toys", .singular = "lens", .has_handlers = true}})),
            "toys.lens=0 plural");
}

TEST(TableNames, KeepsBothTypesWhereTheyShareAPlural) {
  // Ball and Balls: the first keeps the word, the second is numbered.
  const TableNames names = name_tables({owner("ball"), owner("balls")});
  EXPECT_EQ(printed(names),
            "toys.ball=0 singular; toys.ball_tags=0 tags; toys.balls=0 plural; toys.balls_2=1 plural; "
            "toys.balls_2_list_only=1 list_only; "
            "toys.balls_2_tags=1 tags; toys.balls_list_only=0 list_only");
  EXPECT_EQ(names.plurals[1], "balls_2");
  EXPECT_EQ(names.singulars[1], "balls_2");  // one table, so one name
}

TEST(TableNames, LetsASingularGiveWayToAnotherTypesPlural) {
  const TableNames names = name_tables({{.service = "toys", .singular = "schema", .has_handlers = true},
                                        {.service = "toys", .singular = "schemata", .has_handlers = true}});
  EXPECT_EQ(printed(names), "toys.schema=0 singular; toys.schemata=0 plural; toys.schematas=1 plural");
  EXPECT_EQ(names.singulars[1], "schematas");
}

TEST(TableNames, KeepsTypesThatDifferOnlyInCase) {
  // FooBox and Foobox would be foo_box and foobox; FOOBox and FooBox are one.
  const TableNames names = name_tables({owner("box"), owner("box")});
  EXPECT_EQ(names.by_name.at("toys.box").owner, 0u);
  EXPECT_EQ(names.by_name.at("toys.boxes").owner, 0u);
  EXPECT_EQ(names.by_name.at("toys.boxes_2").owner, 1u);
  EXPECT_EQ(names.by_name.at("toys.boxes_2_tags").owner, 1u);
}

TEST(TableNames, LetsMadeNamesGiveWayToAResourceThatIsCalledSo) {
  const TableNames names =
      name_tables({owner("ball"), {.service = "toys", .singular = "ball_tags", .has_handlers = true}});
  EXPECT_EQ(names.by_name.at("toys.ball_tags").owner, 1u);
  EXPECT_EQ(names.by_name.at("toys.ball_tags").kind, TableKind::plural);
}

TEST(TableNames, FindsThreeSingularsWithTheirServiceBeforeThem) {
  EXPECT_EQ(printed(name_tables({{.service = "toys", .singular = "registry", .has_handlers = true}})),
            "toys.registries=0 plural; toys.registry=0 singular; toys.toys_registry=0 singular*");
}

TEST(TableNames, KeepsServicesApart) {
  const TableNames names = name_tables({{.service = "a", .singular = "ball", .has_handlers = true},
                                        {.service = "b", .singular = "ball", .has_handlers = true}});
  EXPECT_EQ(printed(names), "a.ball=0 singular; a.balls=0 plural; b.ball=1 singular; b.balls=1 plural");
}

}  // namespace
}  // namespace squall::catalogue
