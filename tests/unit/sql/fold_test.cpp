#include "sql/fold.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "sql/lexer.h"
#include "sqlite/sqlite.h"

namespace squall::sql {
namespace {

std::string folded(std::string_view text) { return fold(text).text; }

TEST(Fold, JoinsTheThreePartsOfAResource) {
  EXPECT_EQ(folded("SELECT i.version FROM aws.sagemaker.image_versions AS i"),
            R"(SELECT i.version FROM "aws.sagemaker.image_versions" AS i)");
}

TEST(Fold, LeavesAFurtherPart) {
  EXPECT_EQ(folded("aws.sagemaker.images.image_name"), R"("aws.sagemaker.images".image_name)");
  EXPECT_EQ(folded("aws.sagemaker.images.*"), R"("aws.sagemaker.images".*)");
  EXPECT_EQ(folded("aws.s3.a.b"), R"("aws.s3.a".b)");
}

TEST(Fold, AcceptsEveryCaseAndQuoting) {
  EXPECT_EQ(folded("AWS.SageMaker.Images"), R"("aws.sagemaker.images")");
  EXPECT_EQ(folded(R"("aws".[SageMaker].`images`)"), R"("aws.sagemaker.images")");
}

TEST(Fold, AcceptsSpaceAndCommentsAroundDots) {
  EXPECT_EQ(folded("FROM aws . /* x.y */ sagemaker\n. images WHERE"), R"(FROM "aws.sagemaker.images" WHERE)");
}

TEST(Fold, ReadsAwsccAsAws) { EXPECT_EQ(folded("AwsCC.s3.buckets"), R"("aws.s3.buckets")"); }

TEST(Fold, JoinsTheTwoPartsOfASystemTable) {
  EXPECT_EQ(folded("SELECT Squall.types.name FROM squall . types"),
            R"(SELECT "squall.types".name FROM "squall.types")");
}

TEST(Fold, LeavesOtherNamesAlone) {
  for (const std::string_view text : {"SELECT aws.name FROM t AS aws", "main.t.x", "x.aws.sagemaker.images",
                                      "DESCRIBE aws.sagemaker", "aws", "squall", "t.squall.types", "aws.sagemaker."}) {
    EXPECT_EQ(folded(text), text);
    EXPECT_TRUE(fold(text).names.empty());
  }
}

TEST(Fold, LeavesStringsAndCommentsAlone) {
  const std::string_view text = "SELECT 'aws.s3.buckets' -- aws.s3.buckets\n/* aws.s3.buckets */, 't.group'";
  EXPECT_EQ(folded(text), text);
}

TEST(Fold, TakesReservedWordsAsPartsOfAName) {
  EXPECT_EQ(folded("SELECT * FROM aws.iam.group, aws.x.index, aws.x.limit, aws.x.table"),
            R"(SELECT * FROM "aws.iam.group", "aws.x.index", "aws.x.limit", "aws.x.table")");
  EXPECT_EQ(folded("aws.iam.group.group"), R"("aws.iam.group"."group")");
}

TEST(Fold, QuotesReservedWordsBehindADot) {
  EXPECT_EQ(folded("SELECT t.group, t.Values, t.key, t.\"order\" FROM t"),
            R"(SELECT t."group", t."Values", t.key, t."order" FROM t)");
}

// So that SQLite complains about what is missing.
TEST(Fold, LeavesAKeywordAfterAnUnfinishedName) {
  EXPECT_EQ(folded("SELECT * FROM aws.s3. WHERE a = t.\nGROUP BY b"), "SELECT * FROM aws.s3. WHERE a = t.\nGROUP BY b");
}

TEST(Fold, QuotesReservedWordsInColumnListsAndAssignments) {
  EXPECT_EQ(folded("INSERT INTO aws.a.b (group, values, name) SELECT 1, 2, 3"),
            R"(INSERT INTO "aws.a.b" ("group", "values", name) SELECT 1, 2, 3)");
  EXPECT_EQ(folded("INSERT INTO t AS u (group) VALUES (1) ON CONFLICT (group) DO UPDATE SET default = 1"),
            R"(INSERT INTO t AS u ("group") VALUES (1) ON CONFLICT ("group") DO UPDATE SET "default" = 1)");
  EXPECT_EQ(folded("UPDATE t SET group = 1, name = 2, index = 3 WHERE a = 1"),
            R"(UPDATE t SET "group" = 1, name = 2, "index" = 3 WHERE a = 1)");
  EXPECT_EQ(folded("UPDATE t SET (group, b) = (SELECT 1, 2)"), R"(UPDATE t SET ("group", b) = (SELECT 1, 2))");
}

TEST(Fold, LeavesKeywordsOfExpressionsAlone) {
  for (const std::string_view text :
       {"SELECT a, NULL = 1", "INSERT INTO t SELECT coalesce(NULL, a), f(NULL)", "INSERT INTO t VALUES (NULL, 1)",
        "SELECT CASE a WHEN 1 THEN 2 END = 1", "UPDATE t SET a = NULL, b = 1", "INSERT INTO t(a) VALUES (NULL)"}) {
    EXPECT_EQ(folded(text), text);
  }
}

// Two quotes side by side would be one within a name.
TEST(Fold, KeepsItsQuotesApartFromThoseBeside) {
  EXPECT_EQ(folded(R"(SELECT 1"x"FROM aws.s3.buckets"b")"), R"(SELECT 1"x"FROM "aws.s3.buckets" "b")");
  EXPECT_EQ(folded(R"("x"aws.s3.buckets)"), R"("x" "aws.s3.buckets")");
}

TEST(Fold, ListsTheNamesItFolded) {
  const FoldedText result = fold("SELECT 1 FROM aws.S3.buckets, squall.types, AWS.s3.buckets");
  ASSERT_EQ(result.names.size(), 3u);
  EXPECT_EQ(result.names[0].name, "aws.s3.buckets");
  EXPECT_EQ(result.names[0].source_begin, 14u);
  EXPECT_EQ(result.names[0].source_end, 28u);
  EXPECT_EQ(result.names[1].name, "squall.types");
  EXPECT_EQ(result.names[2].name, "aws.s3.buckets");
}

TEST(Fold, MapsPlacesBackToTheSource) {
  const std::string_view source = "FROM aws . s3 . buckets b WHERE b.group = x";
  const FoldedText result = fold(source);
  ASSERT_EQ(result.text, R"(FROM "aws.s3.buckets" b WHERE b."group" = x)");
  EXPECT_EQ(result.map.to_source(0), 0u);
  EXPECT_EQ(result.map.to_source(result.text.find("\"aws")), source.find("aws"));
  EXPECT_EQ(result.map.to_source(result.text.find("buckets\"")), source.find("aws"));
  EXPECT_EQ(result.map.to_source(result.text.find("WHERE")), source.find("WHERE"));
  EXPECT_EQ(result.map.to_source(result.text.find("\"group")), source.find("group"));
  EXPECT_EQ(result.map.to_source(result.text.find("= x")), source.find("= x"));
  EXPECT_EQ(result.map.to_source(result.text.size()), source.size());
}

TEST(Fold, MapsTheEndWhenTheLastNameIsReplaced) {
  const FoldedText result = fold("FROM aws.s3.buckets");
  EXPECT_EQ(result.map.to_source(result.text.size()), 19u);
}

rc::Gen<std::string> statement() {
  const auto piece = rc::gen::elementOf(std::vector<std::string>{
      "aws", "AWSCC",   "squall", "\"aws\"",   "[s3]", "`x`", ".", ".", ".", "group",
      "t",   "values",  "SELECT", "INTO",      "SET",  "(",   ")", ",", "=", " ",
      "\n",  "/* c */", "-- d\n", "'aws.a.b'", "12",   ":p",  "é", "'", ";", "aws.s3.buckets"});
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(piece), [](const std::vector<std::string>& pieces) {
    std::string text;
    for (const std::string& one : pieces) text += one;
    return text;
  });
}

// Outside of what was replaced, the token at an offset of the folded text is the token at the mapped offset.
TEST(Fold, MapsTokensThatItLeavesExactly) {
  EXPECT_TRUE(rc::check([] {
    const std::string source = *statement();
    const FoldedText result = fold(source);
    std::size_t before = 0;
    for (std::size_t offset = 0; offset <= result.text.size(); ++offset) {
      const std::size_t mapped = result.map.to_source(offset);
      RC_ASSERT(mapped >= before);
      RC_ASSERT(mapped <= source.size());
      before = mapped;
    }
    for (const Token& token : tokenize(result.text)) {
      // A quoted name may be a replaced one, a space may have been put between two quotes.
      if (token.kind == TokenKind::quoted_name || token.kind == TokenKind::space) continue;
      const std::size_t begin = result.map.to_source(token.begin);
      RC_ASSERT(source.substr(begin, token.end - token.begin) == token.in(result.text));
    }
  }));
}

TEST(Fold, ChangesNothingTheSecondTime) {
  EXPECT_TRUE(rc::check([] {
    const std::string once = fold(*statement()).text;
    RC_ASSERT(fold(once).text == once);
  }));
}

TEST(Unfold, TakesTheQuotesOffFoldedNames) {
  EXPECT_EQ(unfold(R"("aws.sagemaker.images".image_name)"), "aws.sagemaker.images.image_name");
  EXPECT_EQ(unfold(R"(count("aws.iam.group"."group") + 1)"), "count(aws.iam.group.group) + 1");
  EXPECT_EQ(unfold("no such table: main.aws.s3.nope"), "no such table: main.aws.s3.nope");
  EXPECT_EQ(unfold(R"(near "aws.": don't "quote" "squall.types)"), R"(near "aws.": don't "quote" "squall.types)");
  EXPECT_EQ(unfold(R"("squall.types")"), "squall.types");
}

}  // namespace
}  // namespace squall::sql
